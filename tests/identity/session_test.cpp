#include "firmware/identity/session.hpp"

#include <gtest/gtest.h>

namespace sealwarden::identity {
namespace {

constexpr std::int64_t minute = 60'000, hour = 60 * minute, day = 24 * hour;
constexpr std::int64_t start = 1'795'500'000'000;

TEST(SessionTest, EndsByTheRulesOfItsRole) {
    const auto roles = Roles::shipped();
    struct Row {
        const char* role;
        std::int64_t age, unseen;  // since the sign-in; since the last request
        SessionEnd end;
    };
    using enum SessionEnd;
    const Row table[]{
        {"supervisor", 0, 0, no},
        {"supervisor", 12 * hour - 1, 30 * minute - 1, no},
        {"supervisor", hour, 30 * minute, idle},
        {"supervisor", 12 * hour, 0, too_old},
        {"supervisor", 13 * hour, 13 * hour, idle},
        {"security", hour, 30 * minute, idle},
        {"auditor", 12 * hour, minute, too_old},
        {"admin", hour, 30 * minute, idle},
        {"wall", 30 * day - 1, 30 * day - 1, no},
        {"wall", 30 * day, 0, too_old},
    };
    for (const auto& [role, age, unseen, end] : table) {
        const Session session{.begun_ms = start - age, .seen_ms = start - unseen};
        EXPECT_EQ(ended(session, roles.find(role), start), end)
            << role << ' ' << age << ' ' << unseen;
        const auto expires = expires_ms(session, *roles.find(role));
        EXPECT_EQ(expires <= start, end != no) << role << ": the two rules are one";
    }
    EXPECT_EQ(ended({.begun_ms = start, .seen_ms = start}, nullptr, start), no_user);
}

}  // namespace
}  // namespace sealwarden::identity
