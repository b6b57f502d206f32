// The one place where the core's types become the local door's JSON, and back (PROTOCOL.md).
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "drivers/profile.hpp"
#include "drivers/report.hpp"
#include "firmware/core/site.hpp"
#include "firmware/eventlog/log.hpp"
#include "firmware/local/server.hpp"

namespace sealwarden::local {

using WallMs = std::function<std::int64_t(Uptime)>;  // epoch milliseconds

[[nodiscard]] nlohmann::json to_json(const Datum& datum);
[[nodiscard]] nlohmann::json to_json(const State& state, const WallMs& wall_ms);
[[nodiscard]] nlohmann::json to_json(const Alarm& alarm, const WallMs& wall_ms);
[[nodiscard]] nlohmann::json to_json(const Reading& reading, Uptime now);
[[nodiscard]] nlohmann::json to_json(const DeviceReport& report, Uptime now);
[[nodiscard]] nlohmann::json to_json(const eventlog::Reader::Page::Found& found);
[[nodiscard]] nlohmann::json to_json(const Status& status, const Identity& identity,
                                     std::uint64_t log_size,
                                     const std::vector<DeviceReport>& devices,
                                     const std::vector<Alarm>& alarms);

[[nodiscard]] std::string_view to_string(Table table);  // "coil", "discrete_input", ...
[[nodiscard]] std::optional<Table> table(std::string_view text);

[[nodiscard]] std::string_view to_string(eventlog::SigningState::State state);  // "signing", ...
[[nodiscard]] std::string_view to_string(Seen::Verdict verdict);                // "agrees", ...

// Something in a question is missing or of the wrong kind; says which argument.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};
// A question's arguments as types. Throw UsageError.
[[nodiscard]] eventlog::Query query_from(const nlohmann::json& question);
[[nodiscard]] eventlog::Query find_from(const nlohmann::json& question);
// The object `arguments`: texts, flags, integers, nulls; absent: none.
[[nodiscard]] std::map<std::string, Datum> arguments_from(const nlohmann::json& question);
[[nodiscard]] RawRead raw_read_from(const nlohmann::json& question);
[[nodiscard]] Export export_from(const nlohmann::json& question);  // without `who`
[[nodiscard]] Anchor anchor_from(const nlohmann::json& question);
[[nodiscard]] Contradiction contradiction_from(const nlohmann::json& question);
[[nodiscard]] Use use_from(const nlohmann::json& question);
[[nodiscard]] PictureNews picture_from(const nlohmann::json& question);
[[nodiscard]] Notice notice_from(const nlohmann::json& question);
[[nodiscard]] tlog::Hash hash_from(const nlohmann::json& question, const char* name);
[[nodiscard]] std::string text_from(const nlohmann::json& question, const char* name,
                                    std::size_t longest);
[[nodiscard]] bool flag_from(const nlohmann::json& question, const char* name);  // or false
[[nodiscard]] std::uint64_t number_from(const nlohmann::json& question, const char* name,
                                        std::uint64_t otherwise);

// One line of JSON. Bytes that are not UTF-8 (a device's identity text) become U+FFFD.
[[nodiscard]] std::string line(const nlohmann::json& object);

// The exact bytes of records, as the list a line carries: [{...},{...}].
[[nodiscard]] std::string records(const std::vector<eventlog::Entry>& entries, std::size_t from,
                                  std::size_t until);

}  // namespace sealwarden::local
