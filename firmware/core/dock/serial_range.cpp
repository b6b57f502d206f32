#include "firmware/core/dock/serial_range.hpp"

#include <algorithm>
#include <charconv>

#include "firmware/core/dock/seal_number.hpp"

namespace sealwarden {
namespace {

constexpr std::size_t most_digits = 18;  // that 64 bits surely hold
constexpr std::int64_t largest = 1'000'000;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// All digits around place `at`, which is one.
struct Run {
    std::size_t begin = 0, end = 0;
};
Run run_around(std::string_view text, std::size_t at) {
    Run run{at, at};
    while (run.begin > 0 && is_digit(text[run.begin - 1])) --run.begin;
    while (run.end < text.size() && is_digit(text[run.end])) ++run.end;
    return run;
}

std::uint64_t number_of(std::string_view digits) {
    std::uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

std::string shape_of(std::string_view text, Run run) {
    std::string shape{text};
    std::fill(shape.begin() + static_cast<std::ptrdiff_t>(run.begin),
              shape.begin() + static_cast<std::ptrdiff_t>(run.end), '#');
    return shape;
}

}  // namespace

std::variant<SerialRange, std::string> SerialRange::from(std::string_view first,
                                                         std::string_view last) {
    if (first.size() != last.size())
        return "the first and the last serial must be equally long, with zeros in front";
    auto at = static_cast<std::size_t>(std::ranges::mismatch(first, last).in1 - first.begin());
    if (at == first.size()) {  // one single seal: any digit of the last run
        const auto digit = std::ranges::find_if(first.rbegin(), first.rend(), is_digit);
        if (digit == first.rend()) return "a serial must have digits that count up";
        at = static_cast<std::size_t>(first.rend() - digit) - 1;
    }
    if (!is_digit(first[at]) || !is_digit(last[at]))
        return "the first and the last serial must have the same letters";
    const auto run = run_around(first, at);
    const auto size = run.end - run.begin;
    if (shape_of(first, run) != shape_of(last, run) ||
        !std::ranges::all_of(last.substr(run.begin, size), is_digit))
        return "the first and the last serial must differ in one run of digits only";
    if (size > most_digits) return "at most 18 digits can count up";
    SerialRange range{.prefix = std::string{first.substr(0, run.begin)},
                      .suffix = std::string{first.substr(run.end)},
                      .width = size,
                      .first = number_of(first.substr(run.begin, size)),
                      .last = number_of(last.substr(run.begin, size))};
    if (range.last < range.first) return "the last serial comes before the first one";
    if (range.size() > largest) return "a lot has at most 1,000,000 seals";
    return range;
}

std::string SerialRange::serial(std::uint64_t number) const {
    const auto digits = std::to_string(number);
    return prefix + std::string(width - std::min(width, digits.size()), '0') + digits + suffix;
}

std::string SerialRange::shape() const {
    return prefix + std::string(width, '#') + suffix;
}

std::optional<std::string> SerialRange::look_alike_of(std::string_view number) const {
    if (number.size() != prefix.size() + width + suffix.size()) return {};
    std::string digits;
    for (const char c : number.substr(prefix.size(), width)) digits += digit_like(c);
    if (!std::ranges::all_of(digits, is_digit)) return {};
    const auto value = number_of(digits);
    if (value < first || value > last) return {};
    auto meant = serial(value);
    if (!look_alike(meant, number)) return {};
    return meant;
}

std::vector<SerialReading> serial_readings(std::string_view number) {
    std::vector<SerialReading> readings;
    for (std::size_t at = 0; at < number.size(); ++at) {
        if (!is_digit(number[at])) continue;
        const auto run = run_around(number, at);
        const auto size = run.end - run.begin;
        if (size <= most_digits)
            readings.push_back({shape_of(number, run), number_of(number.substr(run.begin, size))});
        at = run.end;
    }
    return readings;
}

}  // namespace sealwarden
