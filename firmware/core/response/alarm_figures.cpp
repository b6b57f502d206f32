#include "firmware/core/response/alarm_figures.hpp"

#include <algorithm>
#include <set>

namespace sealwarden {
namespace {

template <class T>
T value_of(const std::map<std::string, Datum>& data, const std::string& key,
           const T& otherwise = {}) {
    const auto found = data.find(key);
    const auto* told = found == data.end() ? nullptr : std::get_if<T>(&found->second);
    return told == nullptr ? otherwise : *told;
}

std::size_t rank(std::string_view priority) {
    if (priority == "high") return 0;
    return priority == "medium" ? 1 : 2;
}

double percent(std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

// `times` in order, from the first that is not before `from` to before `until`.
std::vector<std::int64_t> within(const std::vector<std::int64_t>& times, std::int64_t from,
                                 std::int64_t until) {
    std::vector<std::int64_t> some;
    for (const auto at : times)
        if (at >= from && at < until) some.push_back(at);
    std::ranges::sort(some);  // a wall clock may have been stepped back
    return some;
}

bool chatters(const std::vector<std::int64_t>& times) {
    constexpr auto more = static_cast<std::size_t>(AlarmFigures::chatter_from - 1);
    for (std::size_t i = more; i < times.size(); ++i)
        if (times[i] - times[i - more] <= AlarmFigures::chatter_window) return true;
    return false;
}

}  // namespace

void AlarmFigures::end_active(Known& known, std::int64_t at) {
    if (!known.active.empty() && !known.active.back().until) known.active.back().until = at;
}

void AlarmFigures::take(const AlarmEntry& entry) {
    if (!entry.kind.starts_with("alarm.")) return;
    auto& known = alarms_[entry.alarm];
    const auto at = entry.wall_ms;
    const auto set_aside = value_of<std::string>(entry.data, "set_aside", "none");
    const auto aside = [&] {
        asides_.push_back(
            {at, entry.alarm, set_aside, value_of<std::string>(entry.data, "set_aside_by")});
    };
    if (entry.kind == "alarm.raised" || entry.kind == "alarm.repeated") {
        known.announced.push_back(at);
        announced_.push_back({at, entry.alarm, rank(entry.priority)});
        if (!known.waits_since) known.waits_since = at;
        if (known.active.empty() || known.active.back().until) known.active.push_back({at, {}});
    } else if (entry.kind == "alarm.cleared") {
        const auto for_ms = known.announced.empty() ? 0 : at - known.announced.back();
        if (known.waits_since && for_ms > 0 && for_ms <= fleeting_within)
            known.fleeting.push_back(at);
    } else if (entry.kind == "alarm.acknowledged") {
        if (!value_of<bool>(entry.data, "needs_second")) {
            if (known.waits_since) acknowledged_.emplace_back(at, at - *known.waits_since);
            known.waits_since.reset();
        }
    } else if (entry.kind == "alarm.shelved" || entry.kind == "alarm.out_of_service" ||
               entry.kind == "alarm.suppressed") {
        aside();
        known.waits_since.reset();
    }
    known.set_aside = set_aside;
    const bool shown = value_of<bool>(entry.data, "active") && set_aside == "none";
    if (!shown) return end_active(known, at);
    // Its beginning is not among the entries: it says itself how long it has been so.
    if (known.active.empty() || known.active.back().until)
        known.active.push_back({at - value_of<std::int64_t>(entry.data, "raised_ago_ms"), {}});
}

AlarmReport AlarmFigures::report(std::int64_t from_ms, std::int64_t until_ms) const {
    AlarmReport report;
    report.from_ms = from_ms;
    report.until_ms = std::max(from_ms, until_ms);
    report_rates(report);
    report_floods(report);
    report_each(report);
    report_people(report);
    return report;
}

void AlarmFigures::report_rates(AlarmReport& report) const {
    const auto length = report.until_ms - report.from_ms;
    if (length == 0) return;
    std::map<std::string, std::int64_t> counts;
    report.periods = (length + flood_window - 1) / flood_window;
    // Those without an alarm are not kept: a window may reach to any year.
    std::map<std::int64_t, std::int64_t> in_period;
    for (const auto& one : announced_) {
        if (one.at < report.from_ms || one.at >= report.until_ms) continue;
        ++report.total;
        ++counts[one.alarm];
        ++report.by_priority.at(one.priority);
        ++in_period[(one.at - report.from_ms) / flood_window];
    }
    const auto per = [&](std::int64_t time) {
        return static_cast<double>(report.total) * static_cast<double>(time) /
               static_cast<double>(length);
    };
    report.per_hour = per(60 * minute);
    report.per_10_min = per(10 * minute);
    report.per_day = per(day);
    report.periods_over_ten =
        std::ranges::count_if(in_period, [](const auto& one) { return one.second > flood_over; });
    report.periods_over_ten_percent = percent(report.periods_over_ten, report.periods);
    for (std::size_t i = 0; i < report.by_priority.size(); ++i)
        report.by_priority_percent.at(i) = percent(report.by_priority.at(i), report.total);

    report.distinct = static_cast<std::int64_t>(counts.size());
    report.top.assign(counts.begin(), counts.end());
    std::ranges::sort(report.top, {},
                      [](const auto& one) { return std::pair{-one.second, one.first}; });
    if (report.top.size() > 10) report.top.resize(10);
    std::int64_t of_top = 0;
    for (const auto& [alarm, count] : report.top) of_top += count;
    report.top_percent = percent(of_top, report.total);
}

// There is a flood while the eleventh newest is not ten minutes old.
void AlarmFigures::report_floods(AlarmReport& report) const {
    std::vector<std::int64_t> times;
    for (const auto& one : announced_) times.push_back(one.at);
    times = within(times, report.from_ms - flood_window, report.until_ms);
    std::int64_t flooded = 0;
    std::optional<std::int64_t> ended;
    std::size_t oldest = 0;
    for (std::size_t i = 0; i < times.size(); ++i) {
        while (times[oldest] <= times[i] - flood_window || times[oldest] < report.from_ms) {
            if (oldest == i) break;
            ++oldest;
        }
        if (times[i] >= report.from_ms)
            report.peak = std::max(report.peak, static_cast<std::int64_t>(i - oldest + 1));
        if (i < static_cast<std::size_t>(flood_over)) continue;
        const auto eleventh = times[i - static_cast<std::size_t>(flood_over)];
        const auto next = i + 1 < times.size() ? times[i + 1] : report.until_ms;
        const auto begins = std::max(times[i], report.from_ms);
        const auto ends = std::min(next, std::min(eleventh + flood_window, report.until_ms));
        if (begins >= ends) continue;
        flooded += ends - begins;
        if (!ended || *ended < begins) ++report.floods;
        ended = ends;
    }
    report.flood_percent = percent(flooded, report.until_ms - report.from_ms);
}

void AlarmFigures::report_each(AlarmReport& report) const {
    std::map<std::int64_t, std::set<std::string>> stale_on;
    for (const auto& [alarm, known] : alarms_) {
        if (chatters(within(known.announced, report.from_ms, report.until_ms)))
            report.chattering.push_back(alarm);
        const auto fleeting = within(known.fleeting, report.from_ms, report.until_ms);
        if (!fleeting.empty()) report.fleeting[alarm] = static_cast<std::int64_t>(fleeting.size());
        bool stale = false;
        for (const auto& interval : known.active) {
            const auto from = std::max(interval.from + stale_after + 1, report.from_ms);
            const auto until = std::min(interval.until.value_or(report.until_ms), report.until_ms);
            if (from >= until) continue;
            stale = true;
            for (auto on = from / day; on <= (until - 1) / day; ++on) stale_on[on].insert(alarm);
        }
        if (stale) report.stale.push_back(alarm);
    }
    for (const auto& [on, alarms] : stale_on)
        report.worst_stale = std::max(report.worst_stale, static_cast<std::int64_t>(alarms.size()));
}

void AlarmFigures::report_people(AlarmReport& report) const {
    std::vector<std::int64_t> waits;
    for (const auto& [at, after] : acknowledged_)
        if (at >= report.from_ms && at < report.until_ms) waits.push_back(after);
    report.acknowledged = static_cast<std::int64_t>(waits.size());
    if (!waits.empty()) {
        std::ranges::sort(waits);
        report.median_acknowledge_ms = waits[(waits.size() - 1) / 2];
    }
    for (const auto& one : asides_) {
        if (one.at < report.from_ms || one.at >= report.until_ms) continue;
        if (one.how == "suppressed") {
            ++report.suppressed;
            continue;
        }
        ++(one.how == "shelved" ? report.shelved : report.out_of_service);
        if (one.by.empty()) report.unauthorised.push_back(one.alarm);
    }
}

AlarmPresent AlarmFigures::present(std::int64_t now_ms) const {
    AlarmPresent present;
    const auto from = now_ms - flood_window + 1;
    for (const auto& one : announced_)
        if (one.at >= from && one.at <= now_ms) ++present.in_last_ten_minutes;
    present.flood = present.in_last_ten_minutes > flood_over;
    for (const auto& [alarm, known] : alarms_) {
        if (chatters(within(known.announced, from, now_ms + 1)))
            present.chattering.push_back(alarm);
        if (!known.active.empty() && !known.active.back().until &&
            now_ms - known.active.back().from > stale_after)
            present.stale.push_back(alarm);
        if (known.set_aside == "shelved") present.shelved.push_back(alarm);
        if (known.set_aside == "suppressed") present.suppressed.push_back(alarm);
        if (known.set_aside == "out_of_service") present.out_of_service.push_back(alarm);
    }
    return present;
}

}  // namespace sealwarden
