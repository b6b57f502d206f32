#include "firmware/inquiry/times.hpp"

#include <fmt/format.h>
#include <time.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <utility>

namespace sealwarden::inquiry {
namespace {

using namespace std::chrono;

constexpr std::string_view digits = "0123456789";

// All of `text` as a number.
std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value < 0) {
        return std::nullopt;
    }
    return value;
}

tm broken_down(WallTime time) {
    const auto seconds_since = static_cast<time_t>(floor<seconds>(time).time_since_epoch().count());
    tm parts{};
    ::localtime_r(&seconds_since, &parts);
    return parts;
}

WallTime whole(tm parts) {
    parts.tm_isdst = -1;
    return WallTime{seconds{::mktime(&parts)}};
}

// The same clock time, so many days on; a day is not always 24 hours long.
WallTime days_on(WallTime day, int days) {
    auto parts = broken_down(day);
    parts.tm_mday += days;
    return whole(parts);
}

WallTime midnight(WallTime now) {
    auto parts = broken_down(now);
    parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
    return whole(parts);
}

// "22:00" or "22:00:30" on the day of `day`.
std::optional<WallTime> clock_time(std::string_view text, WallTime day) {
    std::array<int, 3> fields{};
    std::size_t count = 0;
    for (std::size_t at = 0; at <= text.size() && count < 3; ++count) {
        const auto end = std::min(text.find(':', at), text.size());
        const auto field = number(text.substr(at, end - at));
        if (!field) return std::nullopt;
        fields[count] = *field;
        at = end + 1;
        if (count == 2 && at <= text.size()) return std::nullopt;
    }
    if (count < 2 || fields[0] > 23 || fields[1] > 59 || fields[2] > 59) return std::nullopt;
    auto parts = broken_down(day);
    parts.tm_hour = fields[0];
    parts.tm_min = fields[1];
    parts.tm_sec = fields[2];
    return whole(parts);
}

std::optional<WallTime> ago(std::string_view text, WallTime now) {
    const auto unit_at = text.find_first_not_of(digits);
    if (unit_at == std::string_view::npos || unit_at == 0) return std::nullopt;
    const auto count = number(text.substr(0, unit_at));
    if (!count) return std::nullopt;
    const auto unit = text.substr(unit_at);
    constexpr days furthest{100'000};  // further back than any clock of ours, whatever the unit
    const auto back = [&count, now, furthest](auto one) -> std::optional<WallTime> {
        if (*count > furthest / one) return std::nullopt;
        return now - *count * one;
    };
    if (unit == "s") return back(seconds{1});
    if (unit == "m" || unit == "min") return back(minutes{1});
    if (unit == "h") return back(hours{1});
    if (unit == "d") return back(days{1});
    if (unit == "w") return back(weeks{1});
    return std::nullopt;
}

std::optional<WallTime> date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto y = number(text.substr(0, 4));
    const auto m = number(text.substr(5, 2));
    const auto d = number(text.substr(8, 2));
    if (!y || !m || !d) return std::nullopt;
    const year_month_day calendar{year{*y}, month{static_cast<unsigned>(*m)},
                                  day{static_cast<unsigned>(*d)}};
    if (!calendar.ok()) return std::nullopt;
    tm parts{};
    parts.tm_year = *y - 1900;
    parts.tm_mon = *m - 1;
    parts.tm_mday = *d;
    return whole(parts);
}

// The day a text begins with, and what follows it.
std::optional<std::pair<WallTime, std::string_view>> day_and_rest(std::string_view text,
                                                                  WallTime now) {
    const auto space = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, space);
    const auto rest = space < text.size() ? text.substr(space + 1) : std::string_view{};
    if (word == "today") return std::pair{midnight(now), rest};
    if (word == "yesterday") return std::pair{days_on(midnight(now), -1), rest};
    if (const auto calendar = date(word)) return std::pair{*calendar, rest};
    return std::nullopt;
}

}  // namespace

bool use_time_zone(const std::string& zone) {
    ::setenv("TZ", zone.c_str(), 1);
    ::tzset();
    return zone == "UTC" || std::filesystem::exists("/usr/share/zoneinfo/" + zone);
}

std::optional<WallTime> moment(std::string_view text, WallTime now) {
    if (text == "now") return now;
    if (const auto exact = wall_time(text)) return exact;
    if (const auto past = ago(text, now)) return past;
    if (const auto day = day_and_rest(text, now)) {
        return day->second.empty() ? day->first : clock_time(day->second, day->first);
    }
    const auto today = clock_time(text, now);
    if (!today || *today <= now) return today;
    return clock_time(text, days_on(midnight(now), -1));
}

std::optional<WallTime> end_moment(std::string_view text, WallTime since, WallTime now) {
    const auto that_day = clock_time(text, since);
    if (!that_day || *that_day > since) return that_day ? that_day : moment(text, now);
    return clock_time(text, days_on(midnight(since), 1));
}

std::int64_t ahead_of_utc(std::int64_t at) {
    return broken_down(WallTime{milliseconds{at}}).tm_gmtoff * std::int64_t{1'000};
}

std::string local_time(WallTime time) {
    const auto parts = broken_down(time);
    const auto offset = parts.tm_gmtoff / 60;
    const auto ms = duration_cast<milliseconds>(time - floor<seconds>(time)).count();
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03} {}{:02}:{:02}",
                       parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                       parts.tm_min, parts.tm_sec, ms, offset < 0 ? '-' : '+',
                       std::abs(offset) / 60, std::abs(offset) % 60);
}

}  // namespace sealwarden::inquiry
