#include "firmware/timeline/axis.hpp"

#include <gtest/gtest.h>

namespace sealwarden::timeline {
namespace {

using nlohmann::json;

constexpr std::int64_t minute = 60'000;

// Ten minutes that begin at minute 0, 100 pixels wide where nothing was stepped.
Axis axis(const json& steps) {
    const json told{{"since_ts", 0}, {"until_ts", 10 * minute}, {"steps", steps}};
    return {told, 0, 100 + static_cast<double>(steps.size()) * Axis::gap};
}
json step(std::int64_t at, std::int64_t by, std::uint64_t index) {
    return {{"at_ts", at}, {"by_ms", by}, {"index", index}};
}

TEST(TimelineAxis, WithoutAStepAMomentLiesWhereItsTimeIs) {
    const auto plain = axis(json::array());
    EXPECT_DOUBLE_EQ(plain.x(0, 1), 0);
    EXPECT_DOUBLE_EQ(plain.x(5 * minute, 1), 50);
    EXPECT_DOUBLE_EQ(plain.x(10 * minute, 1), 100);
    EXPECT_DOUBLE_EQ(plain.x(99 * minute, 1), 100);
}

// Minutes 4 to 8 never were: they take no room.
TEST(TimelineAxis, TimeThatAStepForwardLeftOutTakesNoRoom) {
    const auto ahead = axis(json::array({step(8 * minute, 4 * minute, 50)}));
    const auto& pieces = ahead.pieces();
    ASSERT_EQ(pieces.size(), 2U);
    EXPECT_EQ(pieces[0].to, 4 * minute);
    EXPECT_EQ(pieces[1].from, 8 * minute);
    EXPECT_DOUBLE_EQ(pieces[1].left - pieces[0].right, Axis::gap);
    EXPECT_NEAR(ahead.x(4 * minute, 49) * 2,
                ahead.x(10 * minute, 50) - pieces[1].left + pieces[0].right, pieces[0].right);
    EXPECT_LT(ahead.x(4 * minute, 49), ahead.x(8 * minute, 50));
}

// The clock went from minute 6 back to minute 2: minutes 2 to 6 passed twice, and both are there.
TEST(TimelineAxis, TimeThatPassedTwiceHasAPlaceForEach) {
    const auto twice = axis(json::array({step(2 * minute, -4 * minute, 50)}));
    EXPECT_LT(twice.x(3 * minute, 10), twice.x(6 * minute, 49));
    EXPECT_LT(twice.x(6 * minute, 49), twice.x(3 * minute, 60));
    EXPECT_LT(twice.x(3 * minute, 60), twice.x(10 * minute, 61));
    std::int64_t shown = 0;
    for (const auto& piece : twice.pieces()) shown += piece.to - piece.from;
    EXPECT_EQ(shown, 14 * minute);
}

TEST(TimelineAxis, AClockThatWasWrongByYearsHidesNothingOfThePeriod) {
    const auto years = axis(json::array({step(3 * minute, 50LL * 365 * 24 * 60 * minute, 7)}));
    EXPECT_EQ(years.pieces().front().to, 0);
    EXPECT_LT(years.x(3 * minute, 7), years.x(9 * minute, 8));
    EXPECT_GT(years.x(3 * minute, 7), years.x(0, 6));
}

TEST(TimelineAxis, AnEndThatNoEntryTellsOfLiesBehindItsBeginning) {
    const auto twice = axis(json::array({step(2 * minute, -4 * minute, 50)}));
    EXPECT_DOUBLE_EQ(twice.end(5 * minute, 10), twice.x(5 * minute, 10));
    EXPECT_DOUBLE_EQ(twice.end(5 * minute, 60), twice.x(5 * minute, 60));
    EXPECT_DOUBLE_EQ(twice.end(9 * minute, 10), twice.x(9 * minute, 60));
}

}  // namespace
}  // namespace sealwarden::timeline
