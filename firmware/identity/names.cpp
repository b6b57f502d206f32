#include "firmware/identity/names.hpp"

#include <algorithm>
#include <chrono>

#include "firmware/text/printable.hpp"
#include "firmware/tlog/encoding.hpp"

namespace sealwarden::identity {

bool is_name(std::string_view id) {
    return !id.empty() && id.size() <= 40 &&
           id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == id.npos;
}

bool is_sentence(std::string_view text) {
    const auto length = characters(text);
    return length >= 1 && length <= 80 && printable(text) == text;
}

bool is_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    const auto number = [&](std::size_t from, std::size_t length) {
        int value = 0;
        for (const char c : text.substr(from, length)) {
            if (c < '0' || c > '9') return -1;
            value = value * 10 + (c - '0');
        }
        return value;
    };
    const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
    if (year < 0 || month < 0 || day < 0) return false;
    return std::chrono::year_month_day{std::chrono::year{year},
                                       std::chrono::month{static_cast<unsigned>(month)},
                                       std::chrono::day{static_cast<unsigned>(day)}}
        .ok();
}

std::size_t characters(std::string_view text) {
    if (!tlog::is_utf8(text)) return 0;
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace sealwarden::identity
