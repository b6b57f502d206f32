#include "drivers/profile/decode.hpp"

#include <bit>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace sealwarden {

namespace {

using Decoded = std::variant<Value, Fault>;

constexpr std::size_t word_bits = 16;
constexpr std::size_t most_words = 4;  // of a number

bool is_bit_table(Table table) {
    return table == Table::coil || table == Table::discrete_input;
}

bool is_text(Encoding encoding) {
    return encoding == Encoding::text || encoding == Encoding::hex;
}

// Calls `take` with each byte in reading order until it returns false.
template <class Take>
void each_byte(const PointProfile& point, std::span<const std::uint16_t> registers, Take take) {
    for (const std::uint16_t word : registers) {
        auto first = static_cast<unsigned char>(word >> 8U);
        auto second = static_cast<unsigned char>(word & 0xFFU);
        if (point.low_byte_first) std::swap(first, second);
        if (!take(first) || !take(second)) return;
    }
}

Decoded text(const PointProfile& point, std::span<const std::uint16_t> registers) {
    std::string out;
    out.reserve(registers.size() * 2);
    bool printable = true;
    each_byte(point, registers, [&](unsigned char byte) {
        if (byte == 0) return false;
        printable = byte >= 0x20 && byte < 0x7F;
        out.push_back(static_cast<char>(byte));
        return printable;
    });
    if (!printable) return Fault::bad_answer;
    const auto end = out.find_last_not_of(' ');  // devices pad with spaces
    out.resize(end == std::string::npos ? 0 : end + 1);
    return Value{std::move(out)};
}

Decoded hex(const PointProfile& point, std::span<const std::uint16_t> registers) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(registers.size() * 4);
    bool zero = true;
    each_byte(point, registers, [&](unsigned char byte) {
        zero = zero && byte == 0;
        out.push_back(digits[byte >> 4U]);
        out.push_back(digits[byte & 0xFU]);
        return true;
    });
    return Value{zero ? std::string{} : std::move(out)};
}

// The masked number with its sign; empty when it does not fit.
std::optional<std::int64_t> number(const PointProfile& point, std::uint64_t raw,
                                   std::size_t words) {
    const std::uint64_t all =
        words == most_words ? ~std::uint64_t{0} : (std::uint64_t{1} << (words * word_bits)) - 1;
    const std::uint64_t mask = point.mask & all;
    const std::uint64_t masked = raw & mask;
    if (point.encoding == Encoding::signed_integer) {
        const std::uint64_t sign = std::bit_floor(mask);
        return static_cast<std::int64_t>((masked ^ sign) - sign);
    }
    if (masked > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return {};
    return static_cast<std::int64_t>(masked);
}

}  // namespace

std::optional<std::uint64_t> raw_of(const PointProfile& point,
                                    std::span<const std::uint16_t> registers) {
    if (registers.size() != point.registers || registers.empty()) return {};
    if (is_text(point.encoding) || registers.size() > most_words) return {};
    std::uint64_t raw = 0;
    for (std::size_t i = 0; i < registers.size(); ++i) {
        const std::size_t at = point.low_word_first ? registers.size() - 1 - i : i;
        raw = raw << word_bits | registers[at];
    }
    return raw;
}

std::variant<Value, Fault> decode(const PointProfile& point,
                                  std::span<const std::uint16_t> registers) {
    if (registers.size() != point.registers) return Fault::bad_answer;
    if (point.encoding == Encoding::text) return text(point, registers);
    if (point.encoding == Encoding::hex) return hex(point, registers);

    const auto raw = raw_of(point, registers);
    if (!raw) return Fault::bad_answer;
    if (is_bit_table(point.table) && *raw > 1) return Fault::bad_answer;
    if (point.not_available && (*raw & point.mask) == *point.not_available) return Fault::refused;
    if (point.bit || is_bit_table(point.table))
        return Value{((*raw >> point.bit.value_or(0) & 1U) != 0) != point.invert};

    const auto value = number(point, *raw, registers.size());
    if (!value) return Fault::bad_answer;
    if (!point.truths.empty()) {
        const auto found = point.truths.find(*value);
        if (found == point.truths.end() && !point.otherwise) return Fault::bad_answer;
        return Value{(found == point.truths.end() ? *point.otherwise : found->second) !=
                     point.invert};
    }
    if (!point.labels.empty()) {
        const auto found = point.labels.find(*value);
        if (found == point.labels.end()) return Fault::bad_answer;
        return Value{found->second};
    }
    std::int64_t scaled = 0;
    if (__builtin_mul_overflow(*value, point.multiply, &scaled)) return Fault::bad_answer;
    if (scaled == std::numeric_limits<std::int64_t>::min() && point.divide == -1)
        return Fault::bad_answer;
    return Value{scaled / point.divide};
}

}  // namespace sealwarden
