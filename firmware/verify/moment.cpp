#include "firmware/verify/moment.hpp"

#include <fmt/core.h>

namespace sealwarden::verify {
namespace {

using namespace std::chrono;

// The number at `at`, of `digits` digits; -1: there is none.
int digits_at(std::string_view text, std::size_t at, std::size_t digits) {
    int value = 0;
    for (const char c : text.substr(at, digits)) {
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

// "2026-11-24T03:00:00"
std::optional<Moment> whole_seconds(std::string_view text) {
    if (text.size() != 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
        text[13] != ':' || text[16] != ':') {
        return std::nullopt;
    }
    const int hour = digits_at(text, 11, 2);
    const int minute = digits_at(text, 14, 2);
    const int second = digits_at(text, 17, 2);
    const int y = digits_at(text, 0, 4);
    const int m = digits_at(text, 5, 2);
    const int d = digits_at(text, 8, 2);
    if (y < 0 || m < 0 || d < 0 || hour < 0 || minute < 0 || second < 0) return std::nullopt;
    const year_month_day date{year{y}, month{static_cast<unsigned>(m)},
                              day{static_cast<unsigned>(d)}};
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return Moment{sys_days{date}} + hours{hour} + minutes{minute} + seconds{second};
}

}  // namespace

std::optional<Moment> record_moment(std::string_view text) {
    if (text.size() != 27 || text[19] != '.' || text[26] != 'Z') return std::nullopt;
    const auto whole = whole_seconds(text.substr(0, 19));
    const int fraction = digits_at(text, 20, 6);
    if (!whole || fraction < 0) return std::nullopt;
    return *whole + microseconds{fraction};
}

std::optional<Moment> second_moment(std::string_view text) {
    if (text.size() != 20 || text[19] != 'Z') return std::nullopt;
    return whole_seconds(text.substr(0, 19));
}

std::optional<Moment> typed_moment(std::string_view text) {
    if (const auto second = second_moment(text)) return second;
    if (text.size() < 22 || text.size() > 27 || !text.ends_with('Z')) return std::nullopt;
    return record_moment(std::string{text.substr(0, text.size() - 1)} +
                         std::string(27 - text.size(), '0') + "Z");
}

std::string second_text(Moment moment) {
    const auto today = floor<days>(moment);
    const year_month_day date{today};
    const hh_mm_ss clock{floor<seconds>(moment - today)};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string record_text(Moment moment) {
    const auto whole = floor<seconds>(moment);
    auto text = second_text(moment);
    text.pop_back();
    return text + fmt::format(".{:06}Z", (moment - whole).count());
}

}  // namespace sealwarden::verify
