#include "firmware/console/target.hpp"

#include <algorithm>

namespace sealwarden::console {
namespace {

std::optional<unsigned> hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return {};
}

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            if (i + 2 >= text.size()) return {};
            const auto high = hex(text[i + 1]), low = hex(text[i + 2]);
            if (!high || !low) return {};
            out += static_cast<char>(*high << 4 | *low);
            i += 2;
        }
    }
    return out;
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
    });
}

// How long the sequence at the front is (Unicode 15, table 3-7); 0: it is none.
std::size_t sequence(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
        return byte(i) >= low && byte(i) <= high;
    };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const unsigned low = first == 0xe0 ? 0xa0 : 0x80, high = first == 0xed ? 0x9f : 0xbf;
        return follows(1, low, high) && follows(2) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const unsigned low = first == 0xf0 ? 0x90 : 0x80, high = first == 0xf4 ? 0x8f : 0xbf;
        return follows(1, low, high) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto length = sequence(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::optional<std::string> decoded_path(std::string_view raw) {
    std::string path;
    std::string_view rest = raw;
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const auto end = std::min(rest.find('/'), rest.size());
        // Segment by segment: an encoded slash does not become a boundary, it is refused.
        const auto segment = decode(rest.substr(0, end), false);
        if (!segment || segment->find_first_of("/\\") != std::string::npos) return {};
        if (*segment == "." || *segment == "..") return {};
        if (segment->empty() && end < rest.size()) return {};
        path += '/' + *segment;
        rest.remove_prefix(end);
    }
    if (has_control(path) || !is_utf8(path)) return {};
    return path;
}

std::optional<Fields> decoded_query(std::string_view raw) {
    Fields query;
    while (!raw.empty()) {
        const auto end = std::min(raw.find('&'), raw.size());
        const auto pair = raw.substr(0, end);
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = decode(pair.substr(0, equals), true);
        auto value = decode(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!name || !value || !is_utf8(*name) || !is_utf8(*value)) return {};
        if (name->find('\0') != std::string::npos || value->find('\0') != std::string::npos) {
            return {};
        }
        if (!name->empty()) query.insert_or_assign(std::move(*name), std::move(*value));
        raw.remove_prefix(std::min(end + 1, raw.size()));
    }
    return query;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
    if (!target.starts_with('/') || target.find('#') != std::string_view::npos) return {};
    const auto question = std::min(target.find('?'), target.size());
    auto path = decoded_path(target.substr(0, question));
    auto query = decoded_query(target.substr(std::min(question + 1, target.size())));
    if (!path || !query) return {};
    return Target{.path = std::move(*path), .query = std::move(*query)};
}

Fields parse_cookies(std::string_view field) {
    Fields cookies;
    while (!field.empty()) {
        const auto end = std::min(field.find(';'), field.size());
        const auto pair = trimmed(field.substr(0, end));
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && equals > 0) {
            cookies.emplace(trimmed(pair.substr(0, equals)), trimmed(pair.substr(equals + 1)));
        }
        field.remove_prefix(std::min(end + 1, field.size()));
    }
    return cookies;
}

}  // namespace sealwarden::console
