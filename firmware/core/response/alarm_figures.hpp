// How well a site's alarms serve its people: the figures of ISA-18.2 and EEMUA 191, computed from
// the log alone (RESPONSE.md names the targets and their sources).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/core/event.hpp"

namespace sealwarden {

// An alarm.* entry of the log, as much as is counted of it.
struct AlarmEntry {
    std::string kind;      // "alarm.raised"
    std::string alarm;     // "door-held-d07"
    std::string priority;  // high, medium, low
    std::string state;     // unack_active …
    std::int64_t wall_ms = 0;
    std::map<std::string, Datum> data;
};

// What annunciated: alarm.raised and alarm.repeated. What is set aside does not, nor does a
// reminder.
struct AlarmReport {
    std::int64_t from_ms = 0, until_ms = 0;
    std::int64_t total = 0;
    double per_hour = 0, per_10_min = 0, per_day = 0;  // on average
    // Of the ten-minute periods, counted from from_ms: those with more than ten.
    std::int64_t periods = 0, periods_over_ten = 0;
    double periods_over_ten_percent = 0;
    std::int64_t peak = 0;  // the most in any ten minutes, wherever they begin
    double flood_percent =
        0;  // of the time: while there were more than ten in the last ten minutes
    std::int64_t floods = 0;
    std::int64_t distinct = 0;                              // alarms that annunciated
    std::vector<std::pair<std::string, std::int64_t>> top;  // the ten that did most, how often
    double top_percent = 0;                                 // their share of all
    std::vector<std::string> chattering;                    // three times and more within a minute
    // Cleared within half a minute, before anybody acknowledged; how often. Those that clear as
    // they are raised, and wait, are none.
    std::map<std::string, std::int64_t> fleeting;
    std::vector<std::string> stale;             // active for more than a day at some time
    std::int64_t worst_stale = 0;               // the most on any (UTC) day
    std::array<std::int64_t, 3> by_priority{};  // high, medium, low
    std::array<double, 3> by_priority_percent{};
    std::int64_t acknowledged = 0;
    std::optional<std::int64_t> median_acknowledge_ms;             // from the announcement on
    std::int64_t shelved = 0, out_of_service = 0, suppressed = 0;  // how often
    // Set aside by people, and no registered person named for it.
    std::vector<std::string> unauthorised;
    friend bool operator==(const AlarmReport&, const AlarmReport&) = default;
};

// What is going on at one moment, not before the last entry.
struct AlarmPresent {
    bool flood = false;
    std::int64_t in_last_ten_minutes = 0;
    std::vector<std::string> chattering;  // within the last ten minutes
    std::vector<std::string> stale, shelved, suppressed, out_of_service;
    friend bool operator==(const AlarmPresent&, const AlarmPresent&) = default;
};

// Takes entries in the log's order, from before the period on: what was active and set aside when
// it begins is known from them. Entries of other kinds do nothing.
class AlarmFigures {
  public:
    static constexpr std::int64_t minute = 60'000, day = std::int64_t{24} * 60 * minute;
    static constexpr std::int64_t flood_window = 10 * minute, flood_over = 10;
    static constexpr std::int64_t chatter_window = minute, chatter_from = 3;
    static constexpr std::int64_t fleeting_within = minute / 2, stale_after = day;

    void take(const AlarmEntry& entry);

    [[nodiscard]] AlarmReport report(std::int64_t from_ms, std::int64_t until_ms) const;
    [[nodiscard]] AlarmPresent present(std::int64_t now_ms) const;

  private:
    struct Interval {
        std::int64_t from = 0;
        std::optional<std::int64_t> until;
    };
    struct Known {
        std::vector<std::int64_t> announced;
        std::vector<std::int64_t> fleeting;
        std::vector<Interval> active;  // and not set aside
        std::string set_aside = "none";
        std::optional<std::int64_t> waits_since;
    };
    struct Announcement {
        std::int64_t at = 0;
        std::string alarm;
        std::size_t priority = 0;
    };
    struct Aside {
        std::int64_t at = 0;
        std::string alarm, how, by;
    };

    static void end_active(Known& known, std::int64_t at);
    void report_rates(AlarmReport& report) const;
    void report_floods(AlarmReport& report) const;
    void report_each(AlarmReport& report) const;
    void report_people(AlarmReport& report) const;

    std::map<std::string, Known> alarms_;
    std::vector<Announcement> announced_;
    std::vector<std::pair<std::int64_t, std::int64_t>> acknowledged_;  // when, after how long
    std::vector<Aside> asides_;
};

}  // namespace sealwarden
