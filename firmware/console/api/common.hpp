// What the routes have in common: what they are given, how a question is read and an answer made.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/clock.hpp"
#include "firmware/config/config.hpp"
#include "firmware/console/gateway.hpp"
#include "firmware/console/route.hpp"
#include "firmware/console/shares.hpp"
#include "firmware/console/view_log.hpp"
#include "firmware/inquiry/ask.hpp"
#include "firmware/inquiry/coverage.hpp"
#include "firmware/inquiry/timeline.hpp"

namespace sealwarden::console::api {

// Outlives the routes.
struct Surroundings {
    Gateway& gateway;
    const config::Config& config;
    config::Sources sources;  // where `config` was read from
    std::function<WallTime()> now;
    std::function<Uptime()> uptime;
    // The right that an act takes; empty: nobody may say it here.
    std::function<std::string_view(std::string_view act)> right_of_act;
    std::string version;
    ViewLog views{};
    Shares shares{};
};

[[nodiscard]] inquiry::Ask ask_of(Gateway& gateway);
// The same for a question of many answers, begun now: what it asks a minute later is Problem 503.
[[nodiscard]] inquiry::Ask ask_for_a_minute(const Surroundings& around);
[[nodiscard]] inquiry::MaySee sees(Who who);

using Routine = boost::asio::awaitable<Response> (*)(Surroundings*, Call);
[[nodiscard]] Handler bound(Surroundings& around, Routine routine);

// 200 with JSON, not to be kept by anybody.
[[nodiscard]] Response answer(const nlohmann::json& body);

// Problem 400, code "usage".
[[noreturn]] void wrong(const std::string& sentence);
[[noreturn]] void no_such(const std::string& sentence);  // 404
// 403 unless `who` has the right.
void needs(const Who& who, std::string_view right);

[[nodiscard]] nlohmann::json body_of(const Call& call);  // an object, or Problem
[[nodiscard]] std::uint64_t number_of(const Call& call, const char* name, std::uint64_t otherwise,
                                      std::uint64_t most);
[[nodiscard]] bool flag_of(const Call& call, const char* name);  // "1" and "true"
// RFC 3339 or epoch milliseconds; empty: not given.
[[nodiscard]] std::optional<WallTime> time_of(const Call& call, const char* name);
[[nodiscard]] inquiry::Window window_of(const Call& call, WallTime now,
                                        std::chrono::hours otherwise);
// As far as it has been: nobody has watched yet, nor been quiet, what is still to come.
[[nodiscard]] inquiry::Window past_of(const Call& call, WallTime now, std::chrono::hours otherwise);
[[nodiscard]] std::optional<Subject> subject_of(const Call& call);  // ?subject=door:d07

// The log as it stands: an answer from the log alone is the same while this is. Part of it is who
// asks, since what is shown depends on that.
struct Standing {
    std::uint64_t generation = 0, size = 0;
    std::string tag;  // of ETag, with its quotes
};
boost::asio::awaitable<Standing> standing(Surroundings* around, const Who* who);
// The client has it already: 304. Else nothing.
[[nodiscard]] std::optional<Response> unchanged(const Call& call, const Standing& now);
[[nodiscard]] Response answer(const nlohmann::json& body, const Standing& now);

// Tells the log that something not everybody may see is about to be given; then it may be. `act` is
// a word for what of it. An export is always entered, a view as view_log.hpp says.
boost::asio::awaitable<void> enter_view(Surroundings* around, const Call* call, std::string act,
                                        std::string subject);
// The same where the kind of what is looked at takes a right of its own; an empty id: all of them.
boost::asio::awaitable<void> enter_restricted_view(Surroundings* around, const Call* call,
                                                   std::string act, Subject subject);
boost::asio::awaitable<void> enter_export(Surroundings* around, const Call* call,
                                          std::string format, std::string subject);

}  // namespace sealwarden::console::api
