#include "firmware/core/dock/seal_number.hpp"

#include <algorithm>

#include "firmware/core/alarms.hpp"

namespace sealwarden {
namespace {

constexpr std::size_t shortest = 2, longest = 24;
constexpr std::size_t longest_echo = 40;

bool is_letter_or_digit(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string SealNumber::complaint() const {
    const auto read = "`" + bounded(as_read, longest_echo) + "`";
    if (!std::ranges::all_of(id, is_letter_or_digit))
        return read +
               " cannot be a seal number: it has letters A to Z and digits, and blanks or "
               "hyphens in between";
    if (id.size() < shortest || id.size() > longest)
        return read + " cannot be a seal number: that has 2 to 24 letters and digits";
    return {};
}

std::string SealNumber::shown() const {
    const auto read = "`" + bounded(as_read, longest_echo) + "`";
    return as_read == id ? read : read + " (" + id + ")";
}

char digit_like(char c) {
    switch (c) {
        case 'O': return '0';
        case 'I': return '1';
        case 'B': return '8';
        default: return c;
    }
}

bool look_alike(std::string_view a, std::string_view b) {
    return a != b && std::ranges::equal(a, b, {}, digit_like, digit_like);
}

}  // namespace sealwarden
