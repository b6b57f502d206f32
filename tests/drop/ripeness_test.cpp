#include "firmware/drop/ripeness.hpp"

#include <gtest/gtest.h>

namespace sealwarden::drop {
namespace {

using namespace std::chrono_literals;

constexpr Uptime start{100s};
constexpr Looks looks{.inode = 7, .size = 100, .modified_ns = 5};

TEST(Ripeness, AFileThatLooksTheSameForLongEnoughIsWhole) {
    Ripeness ripeness{2s};
    EXPECT_FALSE(ripeness.is_whole("a.csv", looks, start));
    EXPECT_FALSE(ripeness.is_whole("a.csv", looks, start + 1999ms));
    EXPECT_TRUE(ripeness.is_whole("a.csv", looks, start + 2s));
}

TEST(Ripeness, WhateverChangesInItBeginsTheWaitAnew) {
    for (const auto& other : {Looks{.inode = 8, .size = 100, .modified_ns = 5},
                              Looks{.inode = 7, .size = 101, .modified_ns = 5},
                              Looks{.inode = 7, .size = 100, .modified_ns = 6}}) {
        Ripeness ripeness{2s};
        EXPECT_FALSE(ripeness.is_whole("a.csv", looks, start));
        EXPECT_FALSE(ripeness.is_whole("a.csv", other, start + 3s));
        EXPECT_FALSE(ripeness.is_whole("a.csv", other, start + 4s));
        EXPECT_TRUE(ripeness.is_whole("a.csv", other, start + 5s));
    }
}

TEST(Ripeness, AFileThatWasAwayIsSeenForTheFirstTimeAgain) {
    Ripeness ripeness{2s};
    EXPECT_FALSE(ripeness.is_whole("a.csv", looks, start));
    ripeness.sweep();
    ripeness.sweep();  // it was not there at the second look
    EXPECT_FALSE(ripeness.is_whole("a.csv", looks, start + 10s));
}

}  // namespace
}  // namespace sealwarden::drop
