#include "firmware/inquiry/figures.hpp"

#include <algorithm>

namespace sealwarden::inquiry {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

Datum datum_of(const json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (value.is_string()) return value.get<std::string>();
    return {};
}

AlarmEntry entry_of(const json& record) {
    const auto& data = record.at("data");
    AlarmEntry entry{.kind = record.at("kind"),
                     .alarm = record.at("subj").at(0).at("v"),
                     .priority = data.value("priority", ""),
                     .state = data.value("state", ""),
                     .wall_ms = time_of(record),
                     .data = {}};
    for (const auto& [key, value] : data.items()) entry.data[key] = datum_of(value);
    return entry;
}

}  // namespace

// What was active before the window counts too.
awaitable<Figures> alarm_figures(Ask ask, Window window) {
    auto kinds = json::array();
    for (const auto kind : event_kinds()) {
        const auto name = to_string(kind);
        if (name.starts_with("alarm.")) kinds.push_back(name);
    }
    AlarmFigures figures;
    const json query{{"kinds", kinds}, {"until", rfc3339(window.until)}};
    const std::function<bool(const json&)> take = [&figures](const json& record) {
        const auto& subjects = record.at("subj");
        if (!subjects.empty() && subjects.at(0).at("k") == "alarm") figures.take(entry_of(record));
        return true;
    };
    co_await each_entry(ask, query, take);
    const auto until = epoch_ms(window.until);
    auto since = epoch_ms(window.since);
    // Before the log began nobody counted: a month's rates of a week's log would be four times too
    // good.
    const json all = json::object();
    const auto oldest = co_await first_entry(ask, all);
    if (oldest) since = std::max(since, time_of(*oldest));
    Figures told{.report = figures.report(since, until), .present = figures.present(until)};
    co_return told;
}

json to_json(const Figures& figures) {
    const auto& [report, present] = figures;
    auto top = json::array();
    for (const auto& [alarm, times] : report.top)
        top.push_back({{"alarm", alarm}, {"times", times}});
    return {{"since_ts", report.from_ms},
            {"until_ts", report.until_ms},
            {"total", report.total},
            {"per_hour", report.per_hour},
            {"per_10_min", report.per_10_min},
            {"per_day", report.per_day},
            {"periods", report.periods},
            {"periods_over_ten", report.periods_over_ten},
            {"periods_over_ten_percent", report.periods_over_ten_percent},
            {"peak_10_min", report.peak},
            {"floods", report.floods},
            {"flood_percent", report.flood_percent},
            {"alarms", report.distinct},
            {"top", top},
            {"top_percent", report.top_percent},
            {"chattering", report.chattering},
            {"fleeting", report.fleeting},
            {"stale", report.stale},
            {"worst_stale_day", report.worst_stale},
            {"high", report.by_priority[0]},
            {"medium", report.by_priority[1]},
            {"low", report.by_priority[2]},
            {"acknowledged", report.acknowledged},
            {"median_acknowledge_ms",
             report.median_acknowledge_ms ? json(*report.median_acknowledge_ms) : json(nullptr)},
            {"shelved", report.shelved},
            {"out_of_service", report.out_of_service},
            {"suppressed", report.suppressed},
            {"unauthorised", report.unauthorised},
            {"present",
             {{"flood", present.flood},
              {"in_last_ten_minutes", present.in_last_ten_minutes},
              {"chattering", present.chattering},
              {"stale", present.stale},
              {"shelved", present.shelved},
              {"suppressed", present.suppressed},
              {"out_of_service", present.out_of_service}}}};
}

}  // namespace sealwarden::inquiry
