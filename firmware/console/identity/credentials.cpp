#include "firmware/console/identity/credentials.hpp"

#include <algorithm>

#include "firmware/identity/secrets.hpp"

namespace sealwarden::identity {
namespace {

constexpr std::string_view cookie = "__Host-session";

std::string_view trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(" \t");
    if (from == text.npos) return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string session_in(std::string_view cookie_header) {
    std::string found;
    while (!cookie_header.empty()) {
        const auto end = std::min(cookie_header.find(';'), cookie_header.size());
        const auto pair = trimmed(cookie_header.substr(0, end));
        cookie_header.remove_prefix(std::min(end + 1, cookie_header.size()));
        const auto equals = pair.find('=');
        if (equals == pair.npos || pair.substr(0, equals) != cookie) continue;
        // Two of that name: somebody planted one, and nobody knows which is ours.
        if (!found.empty()) return {};
        found = pair.substr(equals + 1);
        if (!looks_like_secret(found)) return {};
    }
    return found;
}

std::string set_cookie(std::string_view id) {
    std::string header{cookie};
    header += '=';
    header += id;
    header += "; Path=/; Secure; HttpOnly; SameSite=Strict";
    // Without an age the browser may forget it when it is closed; how long it counts is our matter.
    if (id.empty()) header += "; Max-Age=0";
    return header;
}

std::optional<TokenText> token_in(std::string_view authorization_header) {
    constexpr std::string_view scheme = "bearer ";
    if (authorization_header.size() < scheme.size()) return {};
    for (std::size_t i = 0; i < scheme.size(); ++i) {
        if (lower(authorization_header[i]) != scheme[i]) return {};
    }
    return token_from(authorization_header.substr(scheme.size()));
}

}  // namespace sealwarden::identity
