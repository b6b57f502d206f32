// How well the alarms serve people, from the log (firmware/core/response/RESPONSE.md).
#include <fmt/format.h>

#include <ostream>

#include "firmware/cli/period.hpp"
#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"
#include "firmware/core/fields.hpp"
#include "firmware/core/response/alarm_figures.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

std::int64_t epoch_ms(WallTime time) {
    return std::chrono::floor<milliseconds>(time.time_since_epoch()).count();
}

Datum datum_of(const json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number_integer()) return value.get<std::int64_t>();
    if (value.is_string()) return value.get<std::string>();
    return {};
}

AlarmEntry entry_of(const json& record) {
    const auto& data = record.at("data");
    const auto wall = wall_time(record.at("t").at("wall").get<std::string>()).value_or(WallTime{});
    AlarmEntry entry{.kind = record.at("kind"),
                     .alarm = record.at("subj").at(0).at("v"),
                     .priority = data.value("priority", ""),
                     .state = data.value("state", ""),
                     .wall_ms = epoch_ms(wall),
                     .data = {}};
    for (const auto& [key, value] : data.items()) entry.data[key] = datum_of(value);
    return entry;
}

// Every entry about an alarm up to `until`, oldest first: what was active before counts too.
AlarmFigures figures_until(local::Client& client, WallTime until) {
    auto kinds = json::array();
    for (const auto kind : event_kinds()) {
        const auto name = to_string(kind);
        if (name.starts_with("alarm.")) kinds.push_back(name);
    }
    AlarmFigures figures;
    json query{{"kinds", kinds}, {"until", rfc3339(until)}, {"limit", 1000}};
    for (;;) {
        const auto page = client.call("query", query);
        for (const auto& record : page.at("entries")) {
            const auto& subjects = record.at("subj");
            if (!subjects.empty() && subjects.at(0).at("k") == "alarm")
                figures.take(entry_of(record));
        }
        if (!page.at("more").get<bool>()) return figures;
        query["from"] = page.at("next");
    }
}

json to_json(const AlarmReport& report, const AlarmPresent& present) {
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

std::string percent(double value) {
    return fmt::format("{:.1f} %", value);
}

std::string listed(const std::vector<std::string>& ids) {
    return ids.empty() ? "-" : joined(ids);
}

// Targets: ISA-18.2 and EEMUA 191, a month of data and one operator (RESPONSE.md).
void print(const Context& context, const AlarmReport& report, const AlarmPresent& present) {
    Columns table{context.heads({"what", "value", "target"})};
    table.add({"alarms", std::to_string(report.total), "-"});
    table.add({"an hour", fmt::format("{:.2f}", report.per_hour), "6, at most 12"});
    table.add({"in ten minutes", fmt::format("{:.2f}", report.per_10_min), "1, at most 2"});
    table.add({"a day", fmt::format("{:.1f}", report.per_day), "150, at most 300"});
    table.add({"ten-minute periods over ten", percent(report.periods_over_ten_percent), "1 %"});
    table.add({"most in ten minutes", std::to_string(report.peak), "10"});
    table.add({"time in flood", percent(report.flood_percent), "1 %"});
    table.add({"share of the ten that do most", percent(report.top_percent), "5 %"});
    table.add({"high, medium, low",
               fmt::format("{:.0f}, {:.0f}, {:.0f} %", report.by_priority_percent[0],
                           report.by_priority_percent[1], report.by_priority_percent[2]),
               "5, 15, 80 %"});
    table.add({"chattering", listed(report.chattering), "0"});
    table.add({"fleeting", std::to_string(report.fleeting.size()), "0"});
    table.add({"stale on any day", std::to_string(report.worst_stale), "4"});
    table.add(
        {"until acknowledged",
         report.median_acknowledge_ms ? duration(milliseconds{*report.median_acknowledge_ms}) : "-",
         "-"});
    table.add({"set aside without a person", listed(report.unauthorised), "0"});
    table.add({"now shelved", listed(present.shelved), "-"});
    table.add({"now out of service", listed(present.out_of_service), "-"});
    table.add({"now stale", listed(present.stale), "-"});
    table.print(context.out);
}

struct Asked {
    std::string since = "30d", until = "now";
};

void figures(Context& context, const Asked& asked) {
    auto client = context.connect();
    const auto now = context.now();
    const auto given = period(asked.since, asked.until, now);
    const auto since = given.since.value_or(WallTime{});
    const auto until = given.until.value_or(now);
    const auto all = figures_until(client, until);
    const auto report = all.report(epoch_ms(since), epoch_ms(until));
    const auto present = all.present(epoch_ms(until));
    if (context.json)
        context.print(to_json(report, present));
    else
        print(context, report, present);
}

}  // namespace

void add_alarm_figures(CLI::App& group, Context& context) {
    auto& verb = *group.add_subcommand(
        "figures", "How well the alarms serve people: the figures of ISA-18.2, from the log");
    examples(verb, {{"sealwarden alarm figures", "of the last thirty days"},
                    {"sealwarden alarm figures --since 7d --json", "of a week, as JSON"}});
    const auto asked = std::make_shared<Asked>();
    verb.add_option("--since", asked->since, "from this moment on; 30d")->type_name("TIME");
    verb.add_option("--until", asked->until, "before this moment; now")->type_name("TIME");
    add_json(verb, context);
    verb.callback([&context, asked] { figures(context, *asked); });
}

}  // namespace sealwarden::cli
