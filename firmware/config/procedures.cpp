#include "firmware/config/procedures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "firmware/config/references.hpp"
#include "firmware/core/alarms.hpp"

namespace sealwarden::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Of "HH:MM", and of "HH:MM-HH:MM", which may end on the next day.
std::int64_t minute_of(std::string_view text) {
    const auto two = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
    return two(0) * 60 + two(3);
}
Schedule::Hours hours_of(std::string_view text) {
    Schedule::Hours hours{.from = minute_of(text.substr(0, 5)), .until = minute_of(text.substr(6))};
    if (hours.until <= hours.from) hours.until += 1440;
    return hours;
}

class Reader {
  public:
    Reader(const Section& root, Points& points, Findings& findings, SiteOptions& site)
        : root_{root}, points_{points}, findings_{findings}, site_{site} {}

    void read() {
        zones();
        lights();
        // Whoever does not keep visits is not told that there is none.
        site_.dock.opened_without_visit = false;
        if (const auto section = root_.section("dock")) dock(*section);
        if (const auto section = root_.section("access")) access(*section);
        if (const auto section = root_.section("alarm")) alarm(*section);
        if (const auto section = root_.section("test")) test(*section);
        if (const auto section = root_.section("camera_check")) camera_check(*section);
    }

  private:
    std::vector<std::string> refer(const Section& section, std::string_view key,
                                   const std::string& kind) {
        return all_refer(root_, section, key, kind, findings_);
    }

    void zones() {
        Once ids;
        for (const auto& section : root_.sections("zone")) {
            ZoneOptions zone{.id = section.text("id"),
                             .name = name_of(section),
                             .doors = refer(section, "doors", "door"),
                             .readers = refer(section, "readers", "reader"),
                             .exits = refer(section, "exits", "reader"),
                             .cameras = refer(section, "cameras", "camera"),
                             .cabinets = refer(section, "cabinets", "cabinet"),
                             .lights = refer(section, "lights", "light"),
                             .powers = refer(section, "powers", "power"),
                             .sensitive = section.flag("sensitive"),
                             .schedule = section.text("schedule")};
            ids.check(zone.id, section, "id", fmt::format("zone `{}`", zone.id), findings_);
            site_.zones.push_back(std::move(zone));
        }
    }

    void lights() {
        Once ids;
        for (const auto& section : root_.sections("light")) {
            LightOptions light{.id = section.text("id"),
                               .name = name_of(section),
                               .lamp = points_.use(section, "lamp", a_truth.of("light"), findings_),
                               .dark = {},
                               .settle = section.milliseconds("settle_ms")};
            if (section.has("dark"))
                light.dark = points_.use(section, "dark", a_truth.of("light"), findings_);
            ids.check(light.id, section, "id", fmt::format("light `{}`", light.id), findings_);
            site_.lights.push_back(std::move(light));
        }
    }

    void dock(const Section& section) {
        site_.dock = {.seal_after_close = seconds{section.number("seal_after_close_s")},
                      .inspect_before_loading = section.flag("inspect_before_loading"),
                      .verify_before_opening = section.flag("verify_before_opening"),
                      .opened_without_visit = section.flag("opened_without_visit"),
                      .identify_driver = section.flag("identify_driver"),
                      .cut_grace = seconds{section.number("cut_grace_s")},
                      .case_due = hours{section.number("case_due_h")}};
    }

    void access(const Section& section) {
        auto& access = site_.access;
        access.decide = section.flag("decide");
        const auto passback = section.text("anti_passback");
        access.anti_passback = passback == "timed"  ? AntiPassback::timed
                               : passback == "area" ? AntiPassback::area
                                                    : AntiPassback::off;
        access.passback_time = seconds{section.number("passback_time_s")};
        access.longest_maintenance = minutes{section.number("longest_maintenance_min")};
        for (const auto& text : section.texts("shift_ends")) {
            // The schema has seen to the form: HH:MM.
            if (text.size() == 5) access.shift_ends.push_back(minute_of(text));
        }
        holidays(section);
        schedules(section);
        std::ranges::sort(access.shift_ends);
        if (access.anti_passback != AntiPassback::off && !access.decide) {
            findings_.error(section.at("anti_passback"),
                            "needs `decide = true`: badges that are not held against anybody "
                            "cannot come back");
        }
    }

    void holidays(const Section& section) {
        const auto list = section.texts("holidays");
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (list[i].size() != 10) continue;  // the schema has said so
            const std::chrono::year_month_day date{
                std::chrono::year{std::stoi(list[i].substr(0, 4))},
                std::chrono::month{static_cast<unsigned>(std::stoul(list[i].substr(5, 2)))},
                std::chrono::day{static_cast<unsigned>(std::stoul(list[i].substr(8, 2)))}};
            if (date.ok())
                site_.access.holidays.insert(
                    std::chrono::sys_days{date}.time_since_epoch().count());
            else
                findings_.error(section.at("holidays") / i, "is no day of the calendar");
        }
    }

    void schedules(const Section& section) {
        static constexpr std::array<std::string_view, 8> days{"mon", "tue", "wed", "thu",
                                                              "fri", "sat", "sun", "holiday"};
        Once ids;
        std::vector<std::string> known;
        for (const auto& one : section.sections("schedule")) {
            Schedule schedule{.id = one.text("id"), .days = {}};
            for (std::size_t day = 0; day < days.size(); ++day)
                for (const auto& text : one.texts(days.at(day)))
                    if (text.size() == 11) schedule.days.at(day).push_back(hours_of(text));
            ids.check(schedule.id, one, "id", fmt::format("schedule `{}`", schedule.id), findings_);
            known.push_back(schedule.id);
            site_.access.schedules.push_back(std::move(schedule));
        }
        for (const auto& zone : root_.sections("zone"))
            if (zone.has("schedule"))
                check_known(zone.at("schedule"), "schedule", zone.text("schedule"), known,
                            findings_);
    }

    void alarm(const Section& section) {
        auto& alarm = site_.alarm;
        alarm.longest_shelf = minutes{section.number("longest_shelf_min")};
        alarm.remind_after = minutes{section.number("remind_after_min")};
        std::vector<std::string> kinds;
        for (const auto kind : alarm_kinds()) kinds.emplace_back(kind);
        if (const auto delays = section.section("off_delay_s")) {
            for (const auto& kind : delays->keys()) {
                alarm.off_delay[kind] = seconds{delays->number(kind)};
                check_known(delays->at(kind), "alarm", kind, kinds, findings_);
            }
        }
        alarm.two_persons = section.texts("two_persons");
        for (const auto& kind : alarm.two_persons)
            check_known(section.at("two_persons"), "alarm", kind, kinds, findings_);
        for (const auto& step : section.sections("escalation")) {
            alarm.escalation.push_back({.priority = step.text("priority"),
                                        .after = minutes{step.number("after_min")},
                                        .group = step.text("group")});
        }
    }

    void test(const Section& section) {
        site_.test = {.every = hours{24 * section.number("every_days")},
                      .longest_mode = minutes{section.number("longest_mode_min")}};
    }

    void camera_check(const Section& section) {
        site_.camera_check = {.every = hours{section.number("every_h")},
                              .late = hours{section.number("late_h")},
                              .weekends = section.flag("weekends")};
    }

    const Section& root_;
    Points& points_;
    Findings& findings_;
    SiteOptions& site_;
};

}  // namespace

void read_procedures(const Section& root, Points& points, Findings& findings, SiteOptions& site) {
    Reader{root, points, findings, site}.read();
}

}  // namespace sealwarden::config
