#include "firmware/core/dock/sampling.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

namespace sealwarden {
namespace {

std::vector<std::string> draws(std::string_view seed, std::size_t count,
                               const std::vector<std::string>& numbers) {
    Draw draw{seed, count};
    for (const auto& number : numbers) draw.offer(number);
    return draw.drawn();
}

std::vector<std::string> numbers(int count) {
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i) all.push_back("HL" + std::to_string(100000 + i));
    return all;
}

// From the published code and the published vectors of both.
TEST(SamplingTest, UsesTheGeneratorsThatItNames) {
    EXPECT_EQ(fnv1a64(""), 0xCBF29CE484222325U);
    EXPECT_EQ(fnv1a64("a"), 0xAF63DC4C8601EC8CU);
    EXPECT_EQ(fnv1a64("foobar"), 0x85944171F73967E8U);
    // The first three of a stream that begins at 1234567.
    std::uint64_t state = 1234567;
    for (const auto expected : {6457827717110365317U, 3203168211198807973U, 9817491932198370423U}) {
        EXPECT_EQ(splitmix64(state), expected);
        state += 0x9E3779B97F4A7C15U;
    }
}

TEST(SamplingTest, TheSameSeedDrawsTheSameInWhateverOrder) {
    auto all = numbers(1000);
    const auto first = draws("monday", 10, all);
    std::ranges::reverse(all);
    EXPECT_EQ(draws("monday", 10, all), first);
    EXPECT_NE(draws("tuesday", 10, all), first);
    EXPECT_EQ(first.size(), 10U);
}

TEST(SamplingTest, MoreThanThereAreIsAllOfThem) {
    EXPECT_EQ(draws("x", 10, numbers(3)).size(), 3U);
    EXPECT_TRUE(draws("x", 0, numbers(3)).empty());
    EXPECT_TRUE(draws("x", 10, {}).empty());
}

TEST(SamplingTest, EveryNumberIsDrawnAboutAsOften) {
    const auto all = numbers(20);
    std::map<std::string, int> often;
    for (int seed = 0; seed < 4000; ++seed)
        for (const auto& number : draws(std::to_string(seed), 5, all)) ++often[number];
    for (const auto& number : all) EXPECT_NEAR(often[number], 1000, 120) << number;
}

}  // namespace
}  // namespace sealwarden
