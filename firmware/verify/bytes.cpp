#include "firmware/verify/bytes.hpp"

#include <algorithm>

namespace sealwarden::verify {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// The value of each base64 letter, 64 for bytes that are none.
constexpr std::array<unsigned char, 256> letter_values() {
    std::array<unsigned char, 256> values{};
    values.fill(64);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<unsigned char>(i);
    }
    return values;
}
constexpr auto letters = letter_values();

std::optional<Hash> as_hash(const std::optional<std::string>& bytes) {
    Hash hash{};
    if (!bytes || bytes->size() != hash.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), hash.begin());
    return hash;
}

// How many bytes the character at `at` takes; 0: it is none.
std::size_t character(std::string_view bytes, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u;
    };
    const auto follows = [&](std::size_t i) { return byte(i) >= 0x80 && byte(i) <= 0xBF; };
    const auto first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const auto low = first == 0xE0 ? 0xA0u : 0x80u;
        const auto high = first == 0xED ? 0x9Fu : 0xBFu;
        return byte(1) >= low && byte(1) <= high && follows(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const auto low = first == 0xF0 ? 0x90u : 0x80u;
        const auto high = first == 0xF4 ? 0x8Fu : 0xBFu;
        return byte(1) >= low && byte(1) <= high && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

std::string hex(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        text += hex_digits[static_cast<unsigned char>(c) >> 4];
        text += hex_digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

std::string hex(const Hash& hash) {
    return hex(view(hash));
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const auto high = hex_digits.find(text[i]);
        const auto low = hex_digits.find(text[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
        bytes += static_cast<char>(high << 4 | low);
    }
    return bytes;
}

std::string base64(std::string_view bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto byte = [&](std::size_t k) -> unsigned {
            return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0;
        };
        const unsigned three = byte(0) << 16 | byte(1) << 8 | byte(2);
        text += alphabet[three >> 18];
        text += alphabet[three >> 12 & 63];
        text += i + 1 < bytes.size() ? alphabet[three >> 6 & 63] : '=';
        text += i + 2 < bytes.size() ? alphabet[three & 63] : '=';
    }
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    const auto digits = text.substr(0, text.size() - padding);
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    unsigned held = 0;
    int bits = 0;
    for (const char c : digits) {
        const auto value = letters[static_cast<unsigned char>(c)];
        if (value == 64) return std::nullopt;
        held = held << 6 | value;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(held >> bits & 0xFF);
        held &= (1u << bits) - 1;
    }
    // Spare bits that are not zero would be a second form of the same bytes.
    if (held != 0 || static_cast<std::size_t>(bits) != padding * 2) return std::nullopt;
    return bytes;
}

std::optional<Hash> hash_of_base64(std::string_view text) {
    return as_hash(from_base64(text));
}

std::optional<Hash> hash_of_hex(std::string_view text) {
    return as_hash(from_hex(text));
}

std::optional<std::uint64_t> number(std::string_view digits) {
    if (digits.empty() || digits.size() > 16) return std::nullopt;
    if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (value > largest_number) return std::nullopt;
    return value;
}

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

std::string_view view(const Hash& hash) {
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

bool is_utf8(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
        const auto length = character(bytes, at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

std::optional<std::string_view> take_line(std::string_view& rest) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
}

}  // namespace sealwarden::verify
