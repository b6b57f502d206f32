#include "firmware/eventlog/canonical.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

namespace sealwarden::eventlog {
namespace {

constexpr std::int64_t largest_exact = (std::int64_t{1} << 53) - 1;  // RFC 7493 2.2

bool is_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

// Length of the character that begins at `at` (Unicode 15, table 3-7), or 0 when there is none.
std::size_t character_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) -> unsigned {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
    };
    const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
        return byte(i) >= low && byte(i) <= high;
    };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = first == 0xED ? 0x9F : 0xBF;
        return follows(1, low, high) && follows(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned low = first == 0xF0 ? 0x90 : 0x80;
        const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
        return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

// How many characters from the beginning stand for themselves.
std::size_t plain_length(std::string_view text) {
    const auto special = std::ranges::find_if(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte >= 0x80 || c == '"' || c == '\\';
    });
    return static_cast<std::size_t>(special - text.begin());
}

// RFC 8785 3.2.2.2: the short escapes where JSON has them, else \u00xx in lower case.
void append_escaped(std::string& out, char c) {
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\b': out += "\\b"; return;
        case '\t': out += "\\t"; return;
        case '\n': out += "\\n"; return;
        case '\f': out += "\\f"; return;
        case '\r': out += "\\r"; return;
        default: break;
    }
    if (static_cast<unsigned char>(c) >= 0x20) {
        out += c;
        return;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u00";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
}

template <class Number>
void append_number(std::string& out, Number number) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

}  // namespace

std::string valid_utf8(std::string_view text) {
    std::string valid;
    valid.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto length = character_length(text, at);
        if (length == 0) {
            valid += "\xEF\xBF\xBD";
            ++at;
        } else {
            valid.append(text, at, length);
            at += length;
        }
    }
    return valid;
}

std::string_view first_bytes(std::string_view text, std::size_t limit) {
    if (text.size() <= limit) return text;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
    return text.substr(0, limit);
}

void CanonicalWriter::separate() {
    if (after_name_) {
        after_name_ = false;
        return;
    }
    if (levels_.empty()) return;
    assert(levels_.back().list && "a member needs a name");
    if (!levels_.back().empty) bytes_ += ',';
    levels_.back().empty = false;
}

CanonicalWriter& CanonicalWriter::open_object() {
    separate();
    bytes_ += '{';
    levels_.emplace_back();
    return *this;
}

CanonicalWriter& CanonicalWriter::close_object() {
    assert(!levels_.empty() && !levels_.back().list && !after_name_);
    levels_.pop_back();
    bytes_ += '}';
    return *this;
}

CanonicalWriter& CanonicalWriter::open_list() {
    separate();
    bytes_ += '[';
    levels_.push_back({.list = true});
    return *this;
}

CanonicalWriter& CanonicalWriter::close_list() {
    assert(!levels_.empty() && levels_.back().list);
    levels_.pop_back();
    bytes_ += ']';
    return *this;
}

CanonicalWriter& CanonicalWriter::name(std::string_view name) {
    assert(!levels_.empty() && !levels_.back().list && !after_name_);
    auto& level = levels_.back();
    assert(is_name(name));
    assert(level.empty || std::string_view{bytes_}.substr(level.name_at, level.name_length) < name);
    if (!level.empty) bytes_ += ',';
    level.empty = false;
    bytes_ += '"';
    level.name_at = bytes_.size();
    level.name_length = name.size();
    bytes_ += name;
    bytes_ += "\":";
    after_name_ = true;
    return *this;
}

CanonicalWriter& CanonicalWriter::value(std::string_view text) {
    separate();
    bytes_ += '"';
    for (std::size_t at = 0; at < text.size();) {
        const auto plain = plain_length(text.substr(at));  // most texts, in one go
        bytes_.append(text, at, plain);
        at += plain;
        if (at == text.size()) break;
        const auto length = character_length(text, at);
        if (length == 1) {
            append_escaped(bytes_, text[at]);
        } else if (length == 0) {
            bytes_ += "\xEF\xBF\xBD";
        } else {
            bytes_.append(text, at, length);
        }
        at += std::max<std::size_t>(length, 1);
    }
    bytes_ += '"';
    return *this;
}

CanonicalWriter& CanonicalWriter::value(std::int64_t number) {
    if (number > largest_exact || number < -largest_exact) return value(std::to_string(number));
    separate();
    append_number(bytes_, number);
    return *this;
}

CanonicalWriter& CanonicalWriter::value(std::uint64_t number) {
    if (number > static_cast<std::uint64_t>(largest_exact)) return value(std::to_string(number));
    return value(static_cast<std::int64_t>(number));
}

CanonicalWriter& CanonicalWriter::value(bool truth) {
    separate();
    bytes_ += truth ? "true" : "false";
    return *this;
}

CanonicalWriter& CanonicalWriter::null() {
    separate();
    bytes_ += "null";
    return *this;
}

}  // namespace sealwarden::eventlog
