#include "firmware/console/identity/session.hpp"

#include <algorithm>
#include <cassert>

#include "firmware/console/identity/secrets.hpp"

namespace sealwarden::identity {
namespace {

using std::chrono::milliseconds;
constexpr std::string_view cookie = "__Host-session";

std::string_view trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(" \t");
    if (from == text.npos) return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

}  // namespace

SessionEnd ended(const Session& session, const Role* role, std::int64_t now_ms) {
    if (role == nullptr) return SessionEnd::no_user;
    const auto too_old = session.begun_ms + milliseconds{role->longest}.count();
    const auto idle = session.seen_ms + milliseconds{role->idle}.count();
    if (now_ms < std::min(too_old, idle)) return SessionEnd::no;
    return idle < too_old ? SessionEnd::idle : SessionEnd::too_old;  // what came first
}

std::int64_t expires_ms(const Session& session, const Role& role) {
    return std::min(session.begun_ms + milliseconds{role.longest}.count(),
                    session.seen_ms + milliseconds{role.idle}.count());
}

std::string_view to_string(SessionEnd end) {
    switch (end) {
        case SessionEnd::no: return "";
        case SessionEnd::idle: return "idle";
        case SessionEnd::too_old: return "too_old";
        case SessionEnd::no_user: return "no_user";
    }
    assert(!"every end has a word");
    return "";
}

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

}  // namespace sealwarden::identity
