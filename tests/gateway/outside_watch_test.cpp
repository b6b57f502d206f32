#include "firmware/outside_watch.hpp"

#include <gmock/gmock.h>

namespace sealwarden {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class OutsideWatchTest : public testing::Test {
  protected:
    // Second by second, as the gateway looks.
    void passes(std::chrono::seconds time) {
        for (const auto end = now_ + time; now_ < end;) {
            now_ += 1s;
            if (grows_) ++state_.size;
            for (const auto& event : watch_.look(state_, now_)) {
                told_.push_back(event.kind);
                told_at_.push_back(now_);
            }
        }
    }
    void log_grows() { grows_ = true; }
    void log_rests() { grows_ = false; }
    void is_seen(std::uint64_t size) { state_.seen_size = size; }
    void restarts(bool with_alarm) {
        std::vector<Alarm> alarms;
        if (with_alarm) {
            alarms.push_back({.id = "heads-kept-in-gw1", .kind = "heads-kept-in", .active = true});
        }
        watch_ = OutsideWatch{"gw1", alarms};
        is_seen(0);
    }

    static constexpr auto kept_in = EventKind::log_kept_in, seen = EventKind::log_seen;
    Uptime now_{100s};
    OutsideWatch watch_{"gw1", {}};
    OutsideWatch::State state_{
        .watched = true, .cadence = 10s, .generation = 1, .size = 5, .seen_size = 0};
    std::vector<EventKind> told_;
    std::vector<Uptime> told_at_;
    bool grows_ = false;
};

TEST_F(OutsideWatchTest, Attack46AHeadThatNeverLeavesIsToldOnceAfterTheCadence) {
    passes(60s);
    EXPECT_TRUE(told_.empty()) << "a broker's restart is no alarm";
    passes(60s);
    EXPECT_THAT(told_, ElementsAre(kept_in));
    log_grows();
    passes(24h);
    EXPECT_THAT(told_, ElementsAre(kept_in));
    is_seen(state_.size);
    passes(1s);
    EXPECT_THAT(told_, ElementsAre(kept_in, seen));
}

TEST_F(OutsideWatchTest, ALogThatIsSeenAsItGrowsIsQuiet) {
    log_grows();
    for (int i = 0; i < 1000; ++i) {
        passes(10s);
        is_seen(state_.size);
    }
    EXPECT_TRUE(told_.empty());
}

TEST_F(OutsideWatchTest, AnIdleLogIsQuiet) {
    is_seen(5);
    passes(48h);
    EXPECT_TRUE(told_.empty());
    is_seen(7);  // with entries behind that only record who saw it
    passes(48h);
    EXPECT_TRUE(told_.empty());
}

TEST_F(OutsideWatchTest, Attack46ABrokerThatTookAndNoLongerTakesIsToldOf) {
    log_grows();
    passes(5s);
    is_seen(state_.size);
    const auto since = now_;
    passes(2min);
    EXPECT_THAT(told_, ElementsAre(kept_in));
    EXPECT_GT(told_at_.front() - since, 60s);
    EXPECT_LE(told_at_.front() - since, 63s);
}

// What is let out lags ever further behind: each head that goes is older than the one before.
TEST_F(OutsideWatchTest, Attack46HeadsThatDripOutTooLateAreToldOf) {
    log_grows();
    for (int i = 0; i < 60; ++i) {
        passes(10s);
        is_seen(5 + static_cast<std::uint64_t>(i));
    }
    EXPECT_THAT(told_, ElementsAre(kept_in));
}

TEST_F(OutsideWatchTest, AnOlderHeadDoesNotEndIt) {
    passes(10s);
    log_grows();
    passes(100s);
    ASSERT_THAT(told_, ElementsAre(kept_in));
    is_seen(4);
    passes(10s);
    EXPECT_THAT(told_, ElementsAre(kept_in));
}

TEST_F(OutsideWatchTest, TheSheetMayPromiseLess) {
    state_.cadence = 3600s;
    passes(3600s);
    EXPECT_TRUE(told_.empty());
    passes(10s);
    EXPECT_THAT(told_, ElementsAre(kept_in));
}

TEST_F(OutsideWatchTest, ARestartNeitherRepeatsNorForgetsIt) {
    passes(2min);
    ASSERT_THAT(told_, ElementsAre(kept_in));
    restarts(true);
    passes(30s);
    is_seen(3);  // what the broker still holds, of before
    passes(5min);
    EXPECT_THAT(told_, ElementsAre(kept_in));
    is_seen(5);
    passes(1s);
    EXPECT_THAT(told_, ElementsAre(kept_in, seen));
}

TEST_F(OutsideWatchTest, WhoTakesTheRoadAwayDoesNotEndIt) {
    passes(2min);
    state_.watched = false;
    passes(5min);
    EXPECT_THAT(told_, ElementsAre(kept_in));
    state_.watched = true;
    passes(1s);
    is_seen(5);
    passes(1s);
    EXPECT_THAT(told_, ElementsAre(kept_in, seen));
}

TEST_F(OutsideWatchTest, WithoutARoadThereIsNoAlarm) {
    state_.watched = false;
    log_grows();
    passes(1h);
    EXPECT_TRUE(told_.empty());
}

TEST_F(OutsideWatchTest, ANewLogIsJudgedAnew) {
    state_.size = 500;
    passes(50s);
    state_ = {.watched = true, .cadence = 10s, .generation = 2, .size = 2, .seen_size = 0};
    passes(50s);
    EXPECT_TRUE(told_.empty());
    passes(20s);
    EXPECT_THAT(told_, ElementsAre(kept_in));
}

TEST_F(OutsideWatchTest, TheEntrySaysHowFarTheOutsideIs) {
    is_seen(3);
    passes(60s);
    now_ += 1s;
    const auto told = watch_.look(state_, now_ + 1s);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].subjects, (std::vector<Subject>{{"gateway", "gw1"}}));
    EXPECT_EQ(told[0].data.at("size"), Datum{std::int64_t{5}});
    EXPECT_EQ(told[0].data.at("seen_size"), Datum{std::int64_t{3}});
}

}  // namespace
}  // namespace sealwarden
