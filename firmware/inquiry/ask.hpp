// Questions that people have and the local door does not answer in one piece: what happened to a
// thing, when it was watched, how the stock stands. The command line and the console ask them the
// same way; each brings its own end of the door.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "firmware/clock.hpp"
#include "firmware/core/event.hpp"

namespace sealwarden::inquiry {

// One question of firmware/local/PROTOCOL.md and its "ok" part. Throws local::Refused and
// local::Unreachable. Lives as long as the question that was given it.
using Ask = std::function<boost::asio::awaitable<nlohmann::json>(std::string call,
                                                                 nlohmann::json arguments)>;

// Every entry that answers a `query`, page by page in its order, until `use` says false.
boost::asio::awaitable<void> each_entry(Ask ask, nlohmann::json query,
                                        std::function<bool(const nlohmann::json&)> use);
// The first of them.
boost::asio::awaitable<std::optional<nlohmann::json>> first_entry(Ask ask, nlohmann::json query);

[[nodiscard]] nlohmann::json to_json(const Subject& subject);              // {"k","v"}
[[nodiscard]] std::optional<Subject> subject_from(std::string_view text);  // "door:d07"
[[nodiscard]] bool is_about(const nlohmann::json& entry, const Subject& subject);

[[nodiscard]] std::int64_t epoch_ms(WallTime time);
[[nodiscard]] WallTime from_epoch_ms(std::int64_t time);
[[nodiscard]] std::int64_t time_of(const nlohmann::json& entry);  // epoch milliseconds, as claimed
// The moment that one of the entry's boot's uptimes was, by the entry's own pair of clocks.
[[nodiscard]] std::int64_t time_of_uptime_ms(const nlohmann::json& entry, std::int64_t uptime_ms);
// Of an entry's data: a text, or "" when it is none.
[[nodiscard]] std::string datum(const nlohmann::json& entry, std::string_view key);
[[nodiscard]] std::vector<std::string> split(std::string_view list, char at);  // without empty ones

}  // namespace sealwarden::inquiry
