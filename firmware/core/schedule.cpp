#include "firmware/core/schedule.hpp"

#include <algorithm>

namespace sealwarden {
namespace {

constexpr std::int64_t minutes_a_day = 1440;
constexpr int friday = 5;

}  // namespace

bool is_within(const Schedule& schedule, const Holidays& holidays, const Now& now,
               std::int64_t epoch_ms) {
    const auto today = now.local_day(epoch_ms);
    const auto covers = [&](std::int64_t day) {
        const auto place = holidays.contains(day) ? Schedule::holiday
                                                  : static_cast<std::size_t>(Now::weekday(day) - 1);
        const auto minute = now.local_minute(epoch_ms) + (today - day) * minutes_a_day;
        return std::ranges::any_of(schedule.days.at(place), [&](const auto& hours) {
            return hours.from <= minute && minute < hours.until;
        });
    };
    return covers(today) || covers(today - 1);
}

bool is_working_day(std::int64_t day, const Holidays& holidays) {
    return Now::weekday(day) <= friday && !holidays.contains(day);
}

}  // namespace sealwarden
