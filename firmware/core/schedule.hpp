// Hours of the day by weekday, and days on which nobody works: by the site's own clock, which is an
// argument like all time.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "firmware/core/now.hpp"

namespace sealwarden {

using Holidays = std::set<std::int64_t>;  // local days since 1970-01-01

struct Schedule {
    // Minutes since midnight of the day on which it begins; `until` is not in it, and beyond 1440
    // it ends on the next day.
    struct Hours {
        std::int64_t from = 0, until = 0;
        friend bool operator==(const Hours&, const Hours&) = default;
    };
    static constexpr std::size_t holiday = 7;

    std::string id;
    std::array<std::vector<Hours>, 8> days;  // Monday to Sunday; a holiday's go before those
    friend bool operator==(const Schedule&, const Schedule&) = default;
};

[[nodiscard]] bool is_within(const Schedule& schedule, const Holidays& holidays, const Now& now,
                             std::int64_t epoch_ms);
// Monday to Friday, and no holiday.
[[nodiscard]] bool is_working_day(std::int64_t day, const Holidays& holidays);

}  // namespace sealwarden
