#include "firmware/inquiry/handover.hpp"

namespace sealwarden::inquiry {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

constexpr std::size_t most = 500;

awaitable<json> entries_of(Ask ask, json kinds, Window window, MaySee may_see, json* more) {
    const json query{{"kinds", kinds},
                     {"since", rfc3339(window.since)},
                     {"until", rfc3339(window.until)},
                     {"newest_first", true}};
    auto list = json::array();
    bool cut = false;
    const std::function<bool(const json&)> use = [&](const json& entry) {
        if (list.size() == most) {
            cut = true;
            return false;
        }
        if (may_see(entry)) list.push_back(entry);
        return true;
    };
    co_await each_entry(ask, query, use);
    if (cut) more->push_back(kinds.front());
    co_return list;
}

awaitable<json> open_records(Ask ask, const char* kind, MaySee may_see) {
    const json query{{"records", kind}};
    auto list = json::array();
    const std::function<bool(const json&)> use = [&](const json& entry) {
        if (may_see(entry)) list.push_back(entry);
        return list.size() < most;
    };
    co_await each_entry(ask, query, use);
    co_return list;
}

}  // namespace

awaitable<json> handover(Ask ask, const SiteOptions* site, Window window, MaySee may_see) {
    json told{{"since_ts", epoch_ms(window.since)}, {"until_ts", epoch_ms(window.until)}};
    const json nothing = json::object();
    const auto state = co_await ask("state", nothing);
    told["alarms"] = json::array();
    told["set_aside"] = json::array();
    for (const auto& alarm : state.at("alarms"))
        told[alarm.at("set_aside") == "none" ? "alarms" : "set_aside"].push_back(alarm);
    for (const auto& [name, kind] : {std::pair{"cases", "case"},
                                     {"visits", "visit"},
                                     {"visitors", "visitor"},
                                     {"drivers", "driver"}}) {
        auto list = co_await open_records(ask, kind, may_see);
        told[name] = std::move(list);
    }
    auto more = json::array();
    const std::pair<const char*, json> lists[] = {
        {"acknowledgements", {"alarm.acknowledged", "alarm.shelved", "alarm.out_of_service"}},
        {"raised", {"alarm.raised", "alarm.repeated"}},
        {"deviations", {"visit.deviation"}},
        {"findings", {"cross.finding"}},
        {"acts_refused", {"command.refused"}},
        {"maintenance", {"maintenance.begun", "maintenance.ended"}},
        {"gateway", {"boot", "shutdown", "config.changed", "software.changed"}}};
    for (const auto& [name, kinds] : lists) {
        auto list = co_await entries_of(ask, kinds, window, may_see, &more);
        told[name] = std::move(list);
    }
    const std::optional<Subject> everything;
    const auto covered = co_await coverage(ask, site, window, everything);
    told["coverage"] = json::array();
    for (const auto& point : covered.at("points"))
        if (!point.at("gaps").empty()) told["coverage"].push_back(point);
    told["more"] = std::move(more);
    co_return told;
}

}  // namespace sealwarden::inquiry
