// How well the alarms serve people, from the log (firmware/core/response/RESPONSE.md).
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "firmware/cli/inquire.hpp"
#include "firmware/cli/period.hpp"
#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"
#include "firmware/core/fields.hpp"
#include "firmware/inquiry/figures.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

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
    const inquiry::Window window{.since = given.since.value_or(WallTime{}),
                                 .until = std::min(given.until.value_or(now), now)};
    const auto told = answer_of(inquiry::alarm_figures(ask_of(client), window));
    if (context.json)
        context.print(inquiry::to_json(told));
    else
        print(context, told.report, told.present);
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
