#include "firmware/tlog/encoding.hpp"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace sealwarden::tlog {

std::string base64(std::string_view bytes) {
    std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(),
                      reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();  // its zero
    return text;
}

std::string base64(const Hash& hash) {
    return base64(bytes_of(hash));
}

std::optional<std::string> from_base64(std::string_view text) {
    std::string bytes(text.size() / 4 * 3, '\0');
    std::size_t length = 0;
    const char* end = nullptr;
    const auto done =
        sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                          text.size(), nullptr, &length, &end, sodium_base64_VARIANT_ORIGINAL);
    if (done != 0 || end != text.data() + text.size()) return std::nullopt;
    bytes.resize(length);
    // Bits behind the last byte must be zero: else two texts would say the same.
    return base64(bytes) == text ? std::optional{std::move(bytes)} : std::nullopt;
}

std::optional<Hash> hash_from_base64(std::string_view text) {
    const auto bytes = from_base64(text);
    Hash hash{};
    if (!bytes || bytes->size() != hash.size()) return std::nullopt;
    std::ranges::copy(*bytes, hash.begin());
    return hash;
}

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(2 * bytes.size());
    for (const auto c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        unsigned value = 0;
        const auto pair = text.substr(i, 2);
        const auto parsed = std::from_chars(pair.data(), pair.data() + 2, value, 16);
        if (parsed.ptr != pair.data() + 2) return std::nullopt;
        bytes += static_cast<char>(value);
    }
    return hex(bytes) == text ? std::optional{std::move(bytes)} : std::nullopt;
}

std::optional<std::uint64_t> number_from(std::string_view text) {
    std::uint64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
    if (text.size() > 1 && text.front() == '0') return std::nullopt;
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return std::nullopt;
    }
    return value;
}

std::string big_endian(std::uint64_t number, std::size_t bytes) {
    std::string text;
    for (auto i = bytes; i-- > 0;) text += static_cast<char>(number >> (8 * i) & 0xFF);
    return text;
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : 4;
        if (length == 4 && lead >> 3 != 30) return false;
        if (i + length > text.size()) return false;
        std::uint32_t point = length == 1 ? lead : lead & (0x7Fu >> length);
        for (std::size_t j = 1; j < length; ++j) {
            const auto next = static_cast<unsigned char>(text[i + j]);
            if (next >> 6 != 2) return false;
            point = point << 6 | (next & 0x3F);
        }
        constexpr std::uint32_t smallest[]{0, 0x80, 0x800, 0x10000};  // by length
        if (point < smallest[length - 1] || point > 0x10FFFF) return false;
        if (point >= 0xD800 && point <= 0xDFFF) return false;
        i += length;
    }
    return true;
}

}  // namespace sealwarden::tlog
