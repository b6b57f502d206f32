// The one place where clocks are read. Everything deeper takes time as an argument.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "drivers/reading.hpp"

namespace sealwarden {

using WallTime = std::chrono::sys_time<std::chrono::microseconds>;  // UTC

// Both clocks at one moment, and what is known about the wall clock.
struct ClockSample {
    Uptime uptime;
    WallTime wall;
    std::string sync;            // "ntp" when the kernel says it is disciplined, else "none"
    std::int64_t error_ms = -1;  // the kernel's bound; -1: none
};

class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Uptime uptime() const = 0;
    [[nodiscard]] virtual ClockSample sample() const = 0;
};

// CLOCK_MONOTONIC, CLOCK_REALTIME, adjtimex(2). Any thread.
class SystemClock final : public Clock {
  public:
    [[nodiscard]] Uptime uptime() const override;
    [[nodiscard]] ClockSample sample() const override;
};

[[nodiscard]] std::string rfc3339(WallTime time);  // 2026-11-24T03:00:00.123456Z
// And back; also with fewer digits of the second, and with an offset (+05:30) instead of Z. Empty:
// it is not RFC 3339, or names no moment (2026-02-30).
[[nodiscard]] std::optional<WallTime> wall_time(std::string_view rfc3339);

}  // namespace sealwarden
