#include "firmware/clock_watch.hpp"

#include <gtest/gtest.h>

namespace sealwarden {
namespace {
using namespace std::chrono_literals;

class ClockWatchTest : public testing::Test {
  protected:
    // Both clocks pass `real`; the wall clock is moved by `step` on top.
    Events passes(std::chrono::microseconds real, std::chrono::microseconds step = 0us) {
        now.uptime += real;
        now.wall += real + step;
        return watch.look(now);
    }
    ClockSample now{
        .uptime = Uptime{100s}, .wall = WallTime{1'795'000'000s}, .sync = "ntp", .error_ms = 2};
    ClockWatch watch{now, "gw1"};
};

TEST_F(ClockWatchTest, ClocksThatRunTogetherSayNothing) {
    for (int i = 0; i < 3600; ++i)
        EXPECT_TRUE(passes(1s, 500us).empty()) << "slewing is not a step";
}

TEST_F(ClockWatchTest, AStepForwardIsToldWithItsSizeAndBothTimes) {
    const auto events = passes(1s, 3600s);
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].kind, EventKind::clock_step);
    EXPECT_EQ(events[0].data.at("by_ms"), Datum{std::int64_t{3'600'000}});
    EXPECT_EQ(events[0].data.at("now"), Datum{rfc3339(now.wall)});
    EXPECT_EQ(events[0].data.at("expected"), Datum{rfc3339(now.wall - 3600s)});
    EXPECT_EQ(events[0].subjects, (std::vector<Subject>{{"gateway", "gw1"}}));
    EXPECT_TRUE(passes(1s).empty()) << "told once";
}

TEST_F(ClockWatchTest, AStepBackwardIsNegative) {
    EXPECT_EQ(passes(1s, -7200s).at(0).data.at("by_ms"), Datum{std::int64_t{-7'200'000}});
}

TEST_F(ClockWatchTest, LosingTheTimeSourceIsAnEventAndSoIsItsReturn) {
    now.sync = "none";
    const auto lost = passes(1s);
    ASSERT_EQ(lost.size(), 1u);
    EXPECT_EQ(lost[0].kind, EventKind::clock_sync);
    EXPECT_EQ(lost[0].data.at("sync"), Datum{std::string{"none"}});
    now.sync = "ntp";
    EXPECT_EQ(passes(1s).at(0).data.at("before"), Datum{std::string{"none"}});
}

TEST(Rfc3339, WritesUtcWithMicrosecondsAndAZ) {
    EXPECT_EQ(rfc3339(WallTime{1'795'489'200s + 123456us}), "2026-11-24T03:00:00.123456Z");
    EXPECT_EQ(rfc3339(WallTime{0s}), "1970-01-01T00:00:00.000000Z");
}

}  // namespace
}  // namespace sealwarden
