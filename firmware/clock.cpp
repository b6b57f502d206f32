#include "firmware/clock.hpp"

#include <fmt/format.h>
#include <sys/timex.h>
#include <time.h>

namespace sealwarden {
namespace {

std::chrono::microseconds read(clockid_t id) {
    timespec now{};
    ::clock_gettime(id, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::duration_cast<std::chrono::microseconds>(
                                                  std::chrono::nanoseconds{now.tv_nsec});
}

}  // namespace

Uptime SystemClock::uptime() const {
    return Uptime{read(CLOCK_MONOTONIC)};
}

ClockSample SystemClock::sample() const {
    ClockSample sample{.uptime = uptime(), .wall = WallTime{read(CLOCK_REALTIME)}, .sync = "none"};
    timex state{};  // modes 0: a question, allowed to everybody
    if (::adjtimex(&state) >= 0 && (state.status & STA_UNSYNC) == 0) {
        sample.sync = "ntp";
        sample.error_ms = state.maxerror / 1000;
    }
    return sample;
}

std::string rfc3339(WallTime time) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

}  // namespace sealwarden
