#include "firmware/tlog/epoch_clock.hpp"

#include <gtest/gtest.h>

namespace sealwarden::tlog {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr EpochPlan plan{.start = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + 11h,
                         .length = 3600s,
                         .keys = 1000};

// Both clocks run; the wall clock may be set.
class EpochClockTest : public testing::Test {
  protected:
    void starts_at(std::uint64_t epoch, std::chrono::microseconds into = 0s) {
        wall_ = plan.begin_of(epoch) + into;
        clock_ = EpochClock{plan, epoch, uptime_};
    }
    std::uint64_t epoch() { return clock_.look({wall_, uptime_, synchronised_}); }
    std::uint64_t after(std::chrono::microseconds time) {
        wall_ += time;
        uptime_ += time;
        return epoch();
    }
    // As the gateway would have looked at it, second by second but coarser.
    std::uint64_t after_looking(std::chrono::microseconds time) {
        for (; time > 10min; time -= 10min) after(10min);
        return after(time);
    }
    void set_wall(std::chrono::microseconds by) { wall_ += by; }

    Uptime uptime_{std::chrono::microseconds{5s}};
    std::chrono::sys_time<std::chrono::microseconds> wall_{plan.start};
    bool synchronised_ = false;
    EpochClock clock_{plan, 0, uptime_};
};

TEST_F(EpochClockTest, GoesOnWhenAnEpochsTimeIsOver) {
    EXPECT_EQ(epoch(), 0u);
    EXPECT_EQ(after(59min + 59s), 0u);
    EXPECT_EQ(after(1s), 1u);
    EXPECT_EQ(after(3h), 4u);
    EXPECT_FALSE(clock_.holds_back());
}

TEST_F(EpochClockTest, AfterANightWithoutPowerTheMissedEpochsAreOver) {
    starts_at(100, 9h);
    EXPECT_EQ(epoch(), 109u);
}

TEST_F(EpochClockTest, AMonthWithoutPowerNeedsASynchronisedClock) {
    starts_at(100, days{30});
    EXPECT_EQ(epoch(), 100u);
    EXPECT_TRUE(clock_.holds_back());
    EXPECT_EQ(after(1h), 101u) << "epochs go on by the monotonic clock, behind the time";
    synchronised_ = true;
    EXPECT_EQ(epoch(), 100u + 30 * 24 + 1);
    EXPECT_FALSE(clock_.holds_back());
}

TEST_F(EpochClockTest, AClockSetToADecadeFromNowBurnsNoKeys) {
    starts_at(5);
    for (const bool synchronised : {false, true}) {
        synchronised_ = synchronised;
        set_wall(days{3650});
        EXPECT_EQ(epoch(), 5u);
        EXPECT_TRUE(clock_.holds_back());
        set_wall(-days{3650});
        EXPECT_EQ(epoch(), 5u);
        EXPECT_FALSE(clock_.holds_back());
    }
}

TEST_F(EpochClockTest, SmallStepsForwardDoNotAddUpToMoreThanADay) {
    starts_at(0);
    for (int i = 0; i < 100; ++i) {
        set_wall(5h);
        epoch();
    }
    EXPECT_LE(epoch(), 24u);
    EXPECT_TRUE(clock_.holds_back());
}

TEST_F(EpochClockTest, SynchronisedStepsDoNotAddUpToMoreThan90Days) {
    synchronised_ = true;
    clock_ = EpochClock{{.start = plan.start, .length = 24h, .keys = 1000}, 0, uptime_};
    for (int i = 0; i < 100; ++i) {
        set_wall(days{20});
        epoch();
    }
    EXPECT_LE(epoch(), 90u);
}

TEST_F(EpochClockTest, ThreeMonthsLaterAnOperatorMustSay) {
    starts_at(0, days{91});
    synchronised_ = true;
    EXPECT_EQ(epoch(), 0u);
    EXPECT_TRUE(clock_.holds_back());
    clock_ = EpochClock{{.start = plan.start, .length = 24h, .keys = 1000}, 0, uptime_};
    EXPECT_EQ(clock_.trust({wall_, uptime_, false}), 91u);
    EXPECT_FALSE(clock_.holds_back());
    EXPECT_EQ(after(24h), 92u);
}

TEST_F(EpochClockTest, NeverGoesBack) {
    starts_at(50);
    synchronised_ = true;
    EXPECT_EQ(after(2h), 52u);
    set_wall(-3h);
    EXPECT_EQ(epoch(), 52u);
    EXPECT_EQ(after(1h), 52u) << "waits for the time to come back";
    EXPECT_EQ(after(3h), 53u);
}

TEST_F(EpochClockTest, AnUnsynchronisedStepBackStopsNothing) {
    starts_at(50);
    set_wall(-days{3650});
    EXPECT_EQ(after(1h), 51u);
    EXPECT_EQ(after(1h), 52u);
}

TEST_F(EpochClockTest, AClockThatLosesItsTimeWithThePowerLosesNoEpoch) {
    starts_at(50, -days{20000});  // 1972: no battery
    EXPECT_EQ(epoch(), 50u);
    EXPECT_EQ(after(1h), 51u);
    synchronised_ = true;
    wall_ = plan.begin_of(60);
    EXPECT_EQ(epoch(), 60u);
}

// Whoever can set the clock back again and again keeps no key alive.
TEST_F(EpochClockTest, NoEpochLastsLongerThanADayAndItsLength) {
    starts_at(50);
    synchronised_ = true;
    for (int i = 0; i < 24; ++i) {
        set_wall(-1h);
        EXPECT_EQ(after(1h), 50u);
    }
    set_wall(-1h);
    EXPECT_EQ(after(1h), 51u);
}

TEST_F(EpochClockTest, TheLastEpochStays) {
    starts_at(998);
    EXPECT_EQ(after(1h), 999u);
    EXPECT_EQ(after_looking(5h), 999u);
}

TEST_F(EpochClockTest, AFewClosingsEndADay) {
    EXPECT_FALSE(plan.ends_a_day(11));  // 22:00 to 23:00
    EXPECT_TRUE(plan.ends_a_day(12));   // 23:00 to 24:00
    EXPECT_FALSE(plan.ends_a_day(13));
}

}  // namespace
}  // namespace sealwarden::tlog
