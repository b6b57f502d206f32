// A signed-in browser, as it is kept, and when it ends. Pure.
//
//            sign-in (always a new id; the one that was presented ends)
//               |
//             open --idle: nothing asked for the role's idle_min--------------> ended: idle
//               |---too old: the role's longest_h after the sign-in-----------> ended: too_old
//               |---sign-out, another password, another role, disabled, ------> ended: its row is
//               |   removed, a newer one beyond 16 of a user                           gone
//               '---the user or the role is not there any more ---------------> ended: no_user
#pragma once

#include <cstdint>
#include <string>

#include "firmware/identity/roles.hpp"
#include "firmware/tlog/hash.hpp"

namespace sealwarden::identity {

struct Session {
    tlog::Hash id{};  // kept(): the id itself is only in the browser
    std::string user;
    std::string address;
    std::int64_t begun_ms = 0, seen_ms = 0;
};

enum class SessionEnd { no, idle, too_old, no_user };
// `role`: of its user; null: there is none.
[[nodiscard]] SessionEnd ended(const Session& session, const Role* role, std::int64_t now_ms);
// When it ends if nothing more is asked.
[[nodiscard]] std::int64_t expires_ms(const Session& session, const Role& role);
[[nodiscard]] std::string_view to_string(SessionEnd end);  // "idle"; empty for no

inline constexpr std::size_t most_sessions = 16;  // of one user; the oldest goes
// Its last use is written down at most so often: a crash may end it so much earlier.
inline constexpr std::int64_t seen_every_ms = 60'000;

}  // namespace sealwarden::identity
