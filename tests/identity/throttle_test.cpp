#include "firmware/identity/throttle.hpp"

#include <gtest/gtest.h>

namespace sealwarden::identity {
namespace {

constexpr std::int64_t start = 1'795'500'000'000, minute = 60'000;

TEST(ThrottleTest, TheFirstIsToldAndThenOnceAMinuteHowManyThereWere) {
    Throttle throttle;
    EXPECT_EQ(throttle.one_more("ana", start), 1);
    for (int i = 1; i < 60; ++i)
        EXPECT_EQ(throttle.one_more("ana", start + 1000 * i), std::nullopt);
    EXPECT_EQ(throttle.one_more("bob", start + 1000), 1) << "of another";
    EXPECT_EQ(throttle.one_more("ana", start + minute), 60);
    EXPECT_EQ(throttle.one_more("ana", start + minute + 1), std::nullopt);
    EXPECT_EQ(throttle.one_more("ana", start), 2) << "a clock that was set back";
}

TEST(ThrottleTest, StrangersKeysDoNotGrowWithoutEnd) {
    Throttle throttle;
    for (int i = 0; i < 5000; ++i) EXPECT_EQ(throttle.one_more(std::to_string(i), start), 1);
    EXPECT_EQ(throttle.one_more("4999", start), std::nullopt) << "the newest are remembered";
}

}  // namespace
}  // namespace sealwarden::identity
