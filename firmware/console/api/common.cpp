#include "firmware/console/api/common.hpp"

#include <algorithm>
#include <charconv>

#include "firmware/console/discretion.hpp"

namespace sealwarden::console::api {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

awaitable<json> put(Gateway* gateway, std::string call, json arguments) {
    auto told = co_await gateway->ask(std::move(call), std::move(arguments));
    co_return told;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return {};
    return number;
}

}  // namespace

inquiry::Ask ask_of(Gateway& gateway) {
    return [gateway = &gateway](std::string call, json arguments) {
        return put(gateway, std::move(call), std::move(arguments));
    };
}

inquiry::Ask ask_for_a_minute(const Surroundings& around) {
    constexpr std::chrono::minutes longest{1};
    return [ask = ask_of(around.gateway), uptime = around.uptime,
            until = around.uptime() + longest](std::string call, json arguments) {
        if (uptime() >= until) {
            throw Problem{503, "too_slow",
                          "the question took longer than a minute: ask for a shorter time, or for "
                          "one subject"};
        }
        return ask(std::move(call), std::move(arguments));
    };
}

Handler bound(Surroundings& around, Routine routine) {
    return [around = &around, routine](Call call) { return routine(around, std::move(call)); };
}

inquiry::MaySee sees(Who who) {
    return [who = std::move(who)](const json& entry) { return may_see(who, entry); };
}

Response answer(const json& body) {
    Response response;
    response.headers["content-type"] = "application/json";
    response.headers["cache-control"] = "no-store";
    response.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
    return response;
}

void wrong(const std::string& sentence) {
    throw Problem{400, "usage", sentence};
}

void no_such(const std::string& sentence) {
    throw Problem{404, "not_found", sentence};
}

void needs(const Who& who, std::string_view right) {
    if (right.empty() || who.may(right)) return;
    throw Problem{403, "not_allowed", "this takes the right `" + std::string{right} + "`"};
}

json body_of(const Call& call) {
    auto body = json::parse(call.request.body, nullptr, false);
    if (!body.is_object()) wrong("the body must be one JSON object");
    return body;
}

std::uint64_t number_of(const Call& call, const char* name, std::uint64_t otherwise,
                        std::uint64_t most) {
    const auto text = call.request.asked(name);
    if (!text) return otherwise;
    const auto number = whole_number(*text);
    if (!number || *number > most) {
        wrong(std::string{name} + " must be a whole number, 0 to " + std::to_string(most));
    }
    return *number;
}

bool flag_of(const Call& call, const char* name) {
    const auto text = call.request.asked(name);
    if (!text || *text == "0" || *text == "false") return false;
    if (*text == "1" || *text == "true") return true;
    wrong(std::string{name} + " must be 1 or 0");
}

std::optional<WallTime> time_of(const Call& call, const char* name) {
    const auto text = call.request.asked(name);
    if (!text || text->empty()) return {};
    constexpr std::uint64_t year_9999 = 253'402'300'800'000;
    if (const auto number = whole_number(*text); number && *number < year_9999)
        return inquiry::from_epoch_ms(static_cast<std::int64_t>(*number));
    const auto time = wall_time(*text);
    if (!time) {
        wrong(std::string{name} +
              " must be RFC 3339 with a zone, like 2026-11-24T03:00:00Z, or epoch milliseconds");
    }
    return time;
}

inquiry::Window window_of(const Call& call, WallTime now, std::chrono::hours otherwise) {
    inquiry::Window window;
    window.until = time_of(call, "until").value_or(now);
    window.since = time_of(call, "since").value_or(window.until - otherwise);
    if (window.until <= window.since) wrong("until must be later than since");
    return window;
}

inquiry::Window past_of(const Call& call, WallTime now, std::chrono::hours otherwise) {
    auto window = window_of(call, now, otherwise);
    if (window.since >= now) wrong("since is in the future: nothing can be said of it yet");
    window.until = std::min(window.until, now);
    return window;
}

std::optional<Subject> subject_of(const Call& call) {
    const auto text = call.request.asked("subject");
    if (!text || text->empty()) return {};
    auto subject = inquiry::subject_from(*text);
    if (!subject) wrong("subject must be a kind and an id, like door:d07");
    return subject;
}

awaitable<Standing> standing(Surroundings* around, const Who* who) {
    const json nothing = json::object();
    const auto hello = co_await around->gateway.ask("hello", nothing);
    Standing now{.generation = hello.at("generation"), .size = hello.at("size"), .tag = {}};
    now.tag = '"' + std::to_string(now.generation) + '-' + std::to_string(now.size) + '-' +
              (who->user.empty() ? "nobody" : who->user) + '"';
    co_return now;
}

std::optional<Response> unchanged(const Call& call, const Standing& now) {
    const auto has = call.request.header("if-none-match");
    if (has.empty() || has.find(now.tag) == std::string_view::npos) return {};
    Response response;
    response.status = 304;
    response.headers["etag"] = now.tag;
    response.headers["cache-control"] = "no-store";
    return response;
}

Response answer(const json& body, const Standing& now) {
    auto response = answer(body);
    response.headers["etag"] = now.tag;
    return response;
}

awaitable<void> enter_view(Surroundings* around, const Call* call, std::string act,
                           std::string subject) {
    auto use = use_of(*call, "viewed", act, subject);
    co_await ViewLog::enter(&around->views, &around->gateway, around->now(), std::move(use));
}

awaitable<void> enter_restricted_view(Surroundings* around, const Call* call, std::string act,
                                      Subject subject) {
    if (right_of_kind(subject.kind).empty()) co_return;
    auto of = subject.kind + (subject.id.empty() ? "" : ":") + subject.id;
    co_await enter_view(around, call, std::move(act), std::move(of));
}

awaitable<void> enter_export(Surroundings* around, const Call* call, std::string format,
                             std::string subject) {
    auto use = use_of(*call, "exported", format, subject);
    co_await around->gateway.ask("used", std::move(use));
}

}  // namespace sealwarden::console::api
