// A moment by both clocks: Uptime decides, the wall clock is for what people agreed on (a badge is
// valid until Friday, a case is due on Monday).
#pragma once

#include <chrono>
#include <cstdint>

#include "drivers/reading.hpp"

namespace sealwarden {

// What the wall clock says, as far as the gateway was told: epoch milliseconds of Uptime 0, and the
// site's offset from UTC. An argument like all time; it moves when the wall clock is stepped.
struct WallOffset {
    std::int64_t at_zero_ms = 0;
    std::chrono::minutes zone{0};
    friend bool operator==(const WallOffset&, const WallOffset&) = default;
};

struct Now {
    Uptime at;
    WallOffset wall;

    [[nodiscard]] std::int64_t wall_ms(Uptime then) const {
        return wall.at_zero_ms +
               std::chrono::floor<std::chrono::milliseconds>(then.time_since_epoch()).count();
    }
    [[nodiscard]] std::int64_t wall_ms() const { return wall_ms(at); }
    // The moment of a wall time on this boot's clock; before the boot it is negative.
    [[nodiscard]] Uptime uptime_of(std::int64_t epoch_ms) const {
        return Uptime{std::chrono::milliseconds{epoch_ms - wall.at_zero_ms}};
    }
    // Local minutes since midnight, and days since 1970-01-01 (a Thursday) in the site's zone.
    [[nodiscard]] std::int64_t local_day(std::int64_t epoch_ms) const {
        return floor_div(epoch_ms / 1000 + zone_seconds(), 86'400);
    }
    [[nodiscard]] std::int64_t local_minute(std::int64_t epoch_ms) const {
        return (epoch_ms / 1000 + zone_seconds() - local_day(epoch_ms) * 86'400) / 60;
    }
    // ISO 8601: Monday is 1, Sunday 7.
    [[nodiscard]] static int weekday(std::int64_t day) {
        return static_cast<int>(((day + 3) % 7 + 7) % 7) + 1;
    }

  private:
    [[nodiscard]] std::int64_t zone_seconds() const { return std::int64_t{wall.zone.count()} * 60; }
    static constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
        return a / b - (a % b < 0 ? 1 : 0);
    }
};

}  // namespace sealwarden
