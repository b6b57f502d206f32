#include "firmware/identity/lock_out.hpp"

#include <gtest/gtest.h>

namespace sealwarden::identity {
namespace {

constexpr Milliseconds second = 1000, minute = 60 * second, hour = 60 * minute;
constexpr Milliseconds start = 1'795'500'000'000;

class LockOutTest : public testing::Test {
  protected:
    // One guess at `now_`; false: it was not even looked at.
    bool guesses() {
        if (rules_.wait(state_, now_) > 0) return false;
        state_ = rules_.attempt(state_, now_);
        return true;
    }
    // Guesses as fast as it may, for so long; how many were looked at.
    int guesses_for(Milliseconds length) {
        int looked_at = 0;
        for (const auto end = now_ + length; now_ < end;) {
            looked_at += guesses() ? 1 : 0;
            now_ += std::max(rules_.wait(state_, now_), 100 * Milliseconds{1});
        }
        return looked_at;
    }

    LockOut rules_;
    LockOut::State state_;
    Milliseconds now_ = start;
};

TEST_F(LockOutTest, TheWaitBeginsBehindTheFreeFailuresAndDoublesUpToItsLimit) {
    BackOff back_off;
    Failures failures;
    for (int i = 0; i < 5; ++i) {
        failures = back_off.one_more(failures, start);
        EXPECT_EQ(back_off.wait(failures, start), 0);
    }
    auto now = start;
    for (const Milliseconds wait : {30 * second, 60 * second, 120 * second, 240 * second,
                                    480 * second, 15 * minute, 15 * minute}) {
        failures = back_off.one_more(failures, now);
        EXPECT_EQ(back_off.wait(failures, now), wait);
        EXPECT_EQ(back_off.wait(failures, now + wait - 1), 1);
        EXPECT_EQ(back_off.wait(failures, now + wait), 0);
        now += wait;
    }
}

TEST_F(LockOutTest, AnHourWithoutAFailureIsForgotten) {
    BackOff back_off;
    Failures failures{.count = 40, .last = start, .until = start + 15 * minute};
    EXPECT_EQ(back_off.one_more(failures, start + hour).count, 41);
    const auto anew = back_off.one_more(failures, start + hour + 1);
    EXPECT_EQ(anew.count, 1);
    EXPECT_EQ(back_off.wait(anew, start + hour + 1), 0);
}

TEST_F(LockOutTest, AClockThatWasSetBackLocksNobodyOutForLongerThanTheLimit) {
    BackOff back_off;
    const Failures failures{.count = 9, .last = start, .until = start + 15 * minute};
    EXPECT_EQ(back_off.wait(failures, start - 1000 * hour), 15 * minute);
}

TEST_F(LockOutTest, OneAddressHasThirteenTriesInItsFirstHourAtOneUserAndThenFour) {
    EXPECT_EQ(guesses_for(hour), 13);
    EXPECT_EQ(guesses_for(hour), 4);
}

TEST_F(LockOutTest, AllAddressesTogetherHaveFewerThanAHundredTriesAnHourAtOneUser) {
    const auto from_everywhere = [this](Milliseconds length) {
        int looked_at = 0;
        for (const auto end = now_ + length; now_ < end; now_ += second) {
            state_.pair = state_.address = {};  // another address each time
            looked_at += guesses() ? 1 : 0;
        }
        return looked_at;
    };
    const auto first = from_everywhere(hour);
    EXPECT_GE(first, 30);
    EXPECT_LE(first, 40);
    EXPECT_LE(from_everywhere(hour), 4);
}

TEST_F(LockOutTest, AStrangersGuessesDoNotLockTheUserOutWhereHeSignedInBefore) {
    state_.user = {.count = 60, .last = now_, .until = now_ + 15 * minute};
    EXPECT_EQ(rules_.wait(state_, now_), 15 * minute);
    state_.known = true;
    EXPECT_EQ(rules_.wait(state_, now_), 0);
    state_.address = {.count = 40, .last = now_, .until = now_ + 15 * minute};
    EXPECT_EQ(rules_.wait(state_, now_), 0) << "a neighbour behind the same address guessed names";
    state_.pair = {.count = 9, .last = now_, .until = now_ + minute};
    EXPECT_EQ(rules_.wait(state_, now_), minute)
        << "his own address is no place to guess at either";
}

TEST_F(LockOutTest, ASignInTakesItsOwnTryBackAndNothingOfTheOthers) {
    state_.user = {.count = 31, .last = now_ - second, .until = now_ + 10 * minute};
    state_.address = {.count = 20, .last = now_ - second};
    state_.pair = {.count = 3, .last = now_ - second};
    state_.known = true;
    const auto before = state_;
    const auto after = rules_.attempt(before, now_);
    EXPECT_GT(rules_.address.wait(after.address, now_), 0);
    const auto then = LockOut::succeeded(after, {.before = before, .after = after});
    EXPECT_EQ(then.user, before.user) << "what strangers locked stays locked for strangers";
    EXPECT_EQ(then.address, before.address);
    EXPECT_EQ(then.pair, Failures{});
    EXPECT_TRUE(then.known);
}

TEST_F(LockOutTest, AFailureThatCameMeanwhileStaysWhenAnotherTryIsTakenBack) {
    const LockOut::State before{.user = {.count = 30, .last = now_}};
    const auto mine = rules_.attempt(before, now_);
    const auto other = rules_.attempt(mine, now_ + 1);
    const auto then = LockOut::withdrawn(other, {.before = before, .after = mine});
    EXPECT_EQ(then.user.count, 31);
    EXPECT_EQ(then.user.until, other.user.until);
}

TEST(CountedAddressTest, IsWhatOneHolderOfAnAddressHas) {
    EXPECT_EQ(counted_address("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(counted_address("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(counted_address("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(counted_address("2001:db8:1:2::9"), "2001:db8:1:2::/64");
    EXPECT_EQ(counted_address("fe80::1%eth0"), "fe80::/64");
    EXPECT_EQ(counted_address("uid:1000(ana)"), "uid:1000(ana)");
    EXPECT_EQ(counted_address(""), "");
}

}  // namespace
}  // namespace sealwarden::identity
