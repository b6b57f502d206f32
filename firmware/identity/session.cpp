#include "firmware/identity/session.hpp"

#include <algorithm>
#include <cassert>

namespace sealwarden::identity {

using std::chrono::milliseconds;

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

}  // namespace sealwarden::identity
