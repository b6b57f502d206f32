#include "firmware/text/printable.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

namespace sealwarden {
namespace {

struct Range {
    char32_t first, last;
};

// Unicode 15: the general categories Cc, Zl, Zp, and those of Cf that act on their neighbours or
// show nothing at all.
constexpr std::array<Range, 12> unseen{{{0x0000, 0x001F},
                                        {0x007F, 0x009F},
                                        {0x00AD, 0x00AD},
                                        {0x061C, 0x061C},
                                        {0x180E, 0x180E},
                                        {0x200B, 0x200F},
                                        {0x2028, 0x202E},
                                        {0x2060, 0x206F},
                                        {0xFEFF, 0xFEFF},
                                        {0xFFF9, 0xFFFB},
                                        {0x1BCA0, 0x1BCA3},
                                        {0xE0000, 0xE007F}}};

bool is_unseen(char32_t point) {
    return std::ranges::any_of(unseen, [point](const Range& range) {
        return range.first <= point && point <= range.last;
    });
}

struct Point {
    char32_t value = 0;
    std::size_t bytes = 0;  // 0: the text does not begin with UTF-8
};

// RFC 3629: shortest form only, no surrogates, nothing above U+10FFFF.
Point first_point(std::string_view text) {
    const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const auto lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {};
    char32_t value = lead & (0x7Fu >> size);
    for (std::size_t at = 1; at < size; ++at) {
        if ((byte(at) & 0xC0) != 0x80) return {};
        value = value << 6 | (byte(at) & 0x3Fu);
    }
    if (value < smallest[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return {};
    return {value, size};
}

std::string escaped(const char* how, unsigned value) {
    std::array<char, 16> text{};
    const int size = std::snprintf(text.data(), text.size(), how, value);
    return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

std::string printable(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        const auto [value, bytes] = first_point(text);
        if (bytes == 0) {
            shown += escaped("\\x%02x", static_cast<unsigned char>(text[0]));
        } else if (value == '\n') {
            shown += "\\n";
        } else if (value == '\t') {
            shown += "\\t";
        } else if (is_unseen(value)) {
            shown += escaped(value > 0xFFFF ? "\\U%08x" : "\\u%04x", static_cast<unsigned>(value));
        } else {
            shown += text.substr(0, bytes);
        }
        text.remove_prefix(std::max<std::size_t>(bytes, 1));
    }
    return shown;
}

std::optional<std::size_t> line_without_utf8(std::string_view text) {
    std::size_t line = 1;
    while (!text.empty()) {
        const auto [value, bytes] = first_point(text);
        if (bytes == 0) return line;
        if (value == '\n') ++line;
        text.remove_prefix(bytes);
    }
    return std::nullopt;
}

}  // namespace sealwarden
