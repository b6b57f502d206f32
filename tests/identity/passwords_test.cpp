#include <gtest/gtest.h>

#include "firmware/identity/password_hash.hpp"
#include "firmware/identity/password_rules.hpp"

namespace sealwarden::identity {
namespace {

using enum PasswordFault;

constexpr HashCost cheap{.passes = 1, .memory = 8192};

TEST(PasswordRulesTest, LengthAndNotBeingGuessedFirstIsAllThatCounts) {
    const std::vector<std::string> names{"ana-rivas", "Ana Rivas", "dc7", "Distribution centre 7",
                                         "gw1"};
    struct Row {
        std::string password;
        PasswordFault fault;
    };
    const Row table[]{
        {"vela norte tres cucharas", none},
        {"all small and no sign", none},
        {"ninguna señal aquí", none},
        {"añosañosbüro", none},
        {std::string(256, 'a') + "b", too_long},
        {"", too_short},
        {"Tr0ub4dor&3", too_short},
        {"ñandúñandú", too_short},
        {"ab\xff"
         "defghijklmnop",
         not_utf8},
        {std::string{"twelve\0chars!", 13}, not_utf8},
        {"aaaaaaaaaaaa", common},
        {"abcabcabcabca", common},
        {"123456789012", common},
        {"098765432109", common},
        {"qwertyuiopas", common},
        {"Zyxwvutsrqpo", common},
        {"Password2026!", common},
        {"PASSWORDPASSWORD", common},
        {"contraseña1234", common},
        {"letmein12345", common},
        {"correcthorsebatterystaple", common},
        {"ana-rivas-2026", like_names},
        {"Sealwarden2026", like_names},
        {"rivasrivas12", like_names},
        {"distribution1", like_names},
        {"rivas and the blue lamp", none},
    };
    for (const auto& [password, fault] : table) {
        EXPECT_EQ(fault_of(password, names), fault) << password;
        EXPECT_EQ(to_string(fault).empty(), fault == none);
        EXPECT_EQ(sentence_of(fault).empty(), fault == none);
    }
}

TEST(PasswordHashTest, AHashFitsItsPasswordAloneAndNamesItsCost) {
    const auto hash = hash_of("vela norte tres cucharas", cheap);
    EXPECT_EQ(hash.substr(0, 30), "$argon2id$v=19$m=8,t=1,p=1$" + hash.substr(27, 3));
    EXPECT_TRUE(fits("vela norte tres cucharas", hash));
    EXPECT_FALSE(fits("vela norte tres cuchara", hash));
    EXPECT_FALSE(fits("", hash));
    EXPECT_NE(hash, hash_of("vela norte tres cucharas", cheap)) << "each has a salt of its own";
}

TEST(PasswordHashTest, WhatIsNoHashFitsNothing) {
    for (const auto& hash : {std::string{}, std::string{"x"}, std::string{"$argon2id$v=19$m=8"},
                             std::string(5000, '$')}) {
        EXPECT_FALSE(fits("x", hash));
        EXPECT_TRUE(has_other_cost(hash, cheap));
    }
}

TEST(PasswordHashTest, AHashOfAnotherCostIsMadeAgain) {
    const auto hash = hash_of("vela norte tres cucharas", cheap);
    EXPECT_FALSE(has_other_cost(hash, cheap));
    EXPECT_TRUE(has_other_cost(hash, {.passes = 2, .memory = 8192}));
    EXPECT_TRUE(has_other_cost(hash));
}

TEST(PasswordHashTest, TheShippedCostIsTheOneThatIsStated) {
    const auto hash = hash_of("vela norte tres cucharas");
    EXPECT_EQ(hash.substr(0, 30), "$argon2id$v=19$m=65536,t=3,p=1");
    EXPECT_TRUE(fits("vela norte tres cucharas", hash));
}

}  // namespace
}  // namespace sealwarden::identity
