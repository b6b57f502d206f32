#include "firmware/cli/times.hpp"

#include <gtest/gtest.h>

namespace sealwarden::cli {
namespace {

using namespace std::chrono_literals;

class CliTimes : public testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(use_time_zone("America/Mexico_City")); }
    [[nodiscard]] std::string utc(const std::string& text) const {
        const auto time = moment(text, now_);
        return time ? rfc3339(*time).substr(0, 19) : "none";
    }
    WallTime now_ = *wall_time("2026-11-24T15:00:00Z");  // 09:00 in Mexico City
};

TEST_F(CliTimes, SoLongAgo) {
    EXPECT_EQ(utc("90s"), "2026-11-24T14:58:30");
    EXPECT_EQ(utc("15min"), "2026-11-24T14:45:00");
    EXPECT_EQ(utc("2h"), "2026-11-24T13:00:00");
    EXPECT_EQ(utc("3d"), "2026-11-21T15:00:00");
    EXPECT_EQ(utc("31536000s"), utc("365d"));
    EXPECT_EQ(utc("52560000min"), utc("36500d"));
    EXPECT_EQ(utc("100001d"), utc("14286w")) << "further back than any clock of ours: none";
    EXPECT_EQ(utc("now"), "2026-11-24T15:00:00");
}

TEST_F(CliTimes, ATimeOfDayIsTheLastOneAtTheSite) {
    EXPECT_EQ(utc("08:00"), "2026-11-24T14:00:00");
    EXPECT_EQ(utc("22:00"), "2026-11-24T04:00:00");  // yesterday evening, not tonight
    EXPECT_EQ(utc("02:00:30"), "2026-11-24T08:00:30");
}

TEST_F(CliTimes, DatesAndDaysAreLocal) {
    EXPECT_EQ(utc("today"), "2026-11-24T06:00:00");
    EXPECT_EQ(utc("yesterday"), "2026-11-23T06:00:00");
    EXPECT_EQ(utc("yesterday 22:00"), "2026-11-24T04:00:00");
    EXPECT_EQ(utc("2026-11-20 22:00"), "2026-11-21T04:00:00");
    EXPECT_EQ(utc("2026-11-20"), "2026-11-20T06:00:00");
    EXPECT_EQ(utc("2026-11-20T22:00:00+01:00"), "2026-11-20T21:00:00");
}

// At 23:16 "22:00 to 02:00" is tonight, at 01:16 it is the night that runs; the end lies after the
// beginning in any case.
TEST_F(CliTimes, TheEndOfAPeriodIsTheFirstSuchTimeAfterItsBeginning) {
    for (const auto* now :
         {"2026-11-25T05:16:00Z", "2026-11-25T07:16:00Z", "2026-11-25T15:00:00Z"}) {
        const auto at = *wall_time(now);
        const auto since = moment("22:00", at);
        ASSERT_TRUE(since);
        EXPECT_EQ(rfc3339(*since).substr(0, 19), "2026-11-25T04:00:00") << now;
        const auto until = end_moment("02:00", *since, at);
        ASSERT_TRUE(until);
        EXPECT_EQ(rfc3339(*until).substr(0, 19), "2026-11-25T08:00:00") << now;
    }
    const auto since = *wall_time("2026-11-24T14:00:00Z");  // 08:00
    EXPECT_EQ(end_moment("08:30", since, now_), wall_time("2026-11-24T14:30:00Z"));
    EXPECT_EQ(end_moment("08:00", since, now_), wall_time("2026-11-25T14:00:00Z"));
    EXPECT_EQ(end_moment("15min", since, now_), moment("15min", now_));
    EXPECT_FALSE(end_moment("soon", since, now_));
}

// Mexico City has no summer time any more; New York sets its clocks back at 02:00 on 1 November.
TEST_F(CliTimes, ANightWithAChangeOfClocksEndsAtItsLocalTime) {
    use_time_zone("America/New_York");
    const auto since = *wall_time("2026-11-01T02:00:00Z");  // 22:00 on 31 October
    EXPECT_EQ(end_moment("04:00", since, since + 24h), wall_time("2026-11-01T09:00:00Z"));
}

TEST_F(CliTimes, WhatIsNoTimeIsNone) {
    for (const auto* text :
         {"", "soon", "25:00", "22:60", "22", "2x", "h", "-2h", "22:00:00:00", "2026-02-30",
          "2026-02-30T00:00:00Z", "yesterday noon", "22:", "99999999w", "99999999999999999999s"}) {
        EXPECT_EQ(utc(text), "none") << text;
    }
}

TEST_F(CliTimes, TimesAreShownWithTheirOffset) {
    EXPECT_EQ(local_time(now_ + 123ms), "2026-11-24 09:00:00.123 -06:00");
    use_time_zone("Asia/Kolkata");
    EXPECT_EQ(local_time(now_), "2026-11-24 20:30:00.000 +05:30");
}

TEST_F(CliTimes, AZoneThatTheMachineLacksShowsAsUtcAndIsTold) {
    EXPECT_FALSE(use_time_zone("Mars/Olympus"));
    EXPECT_EQ(local_time(now_), "2026-11-24 15:00:00.000 +00:00");
}

TEST_F(CliTimes, DurationsHaveTwoUnitsAtMost) {
    EXPECT_EQ(duration(340ms), "340 ms");
    EXPECT_EQ(duration(59s), "59 s");
    EXPECT_EQ(duration(2h + 5min), "2 h 5 min");
    EXPECT_EQ(duration(50h), "2 d 2 h");
}

}  // namespace
}  // namespace sealwarden::cli
