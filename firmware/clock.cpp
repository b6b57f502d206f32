#include "firmware/clock.hpp"

#include <fmt/compile.h>
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

// Takes a number of exactly `digits` digits off the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    int number = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, std::string_view allowed) {
    if (text.empty() || allowed.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

// Digits behind the point as microseconds; finer ones are cut off.
std::optional<std::chrono::microseconds> take_fraction(std::string_view& text) {
    std::chrono::microseconds fraction{0};
    if (!take(text, ".")) return fraction;
    std::size_t digits = 0;
    for (auto unit = std::chrono::microseconds{100'000}; auto digit = take_number(text, 1);
         unit /= 10, ++digits) {
        fraction += unit * *digit;
    }
    if (digits == 0) return std::nullopt;
    return fraction;
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
    using namespace std::chrono;
    if (take(text, "Zz")) return minutes{0};
    const bool west = !text.empty() && text.front() == '-';
    if (!take(text, "+-")) return std::nullopt;
    const auto hour = take_number(text, 2);
    if (!hour || !take(text, ":")) return std::nullopt;
    const auto minute = take_number(text, 2);
    if (!minute || *hour > 23 || *minute > 59) return std::nullopt;
    const auto offset = hours{*hour} + minutes{*minute};
    return west ? -offset : offset;
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
    return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z"),
                       static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::optional<WallTime> wall_time(std::string_view rfc3339) {
    using namespace std::chrono;
    auto rest = rfc3339;
    const auto year_number = take_number(rest, 4);
    if (!year_number || !take(rest, "-")) return std::nullopt;
    const auto month_number = take_number(rest, 2);
    if (!month_number || !take(rest, "-")) return std::nullopt;
    const auto day_number = take_number(rest, 2);
    if (!day_number || !take(rest, "Tt ")) return std::nullopt;
    const auto hour = take_number(rest, 2);
    if (!hour || !take(rest, ":")) return std::nullopt;
    const auto minute = take_number(rest, 2);
    if (!minute || !take(rest, ":")) return std::nullopt;
    const auto second = take_number(rest, 2);
    if (!second) return std::nullopt;
    const auto fraction = take_fraction(rest);
    if (!fraction) return std::nullopt;
    const auto offset = take_offset(rest);
    const year_month_day date{year{*year_number}, month{static_cast<unsigned>(*month_number)},
                              day{static_cast<unsigned>(*day_number)}};
    // 60 is a leap second; it becomes the second after it.
    if (!offset || !rest.empty() || !date.ok() || *hour > 23 || *minute > 59 || *second > 60) {
        return std::nullopt;
    }
    return sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second} + *fraction -
           *offset;
}

}  // namespace sealwarden
