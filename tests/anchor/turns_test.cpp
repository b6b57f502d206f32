#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "firmware/anchor/common_head.hpp"
#include "firmware/anchor/stamp_turn.hpp"
#include "firmware/anchor/told.hpp"
#include "firmware/anchor/witness_turn.hpp"

namespace sealwarden::anchor {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr Uptime start{std::chrono::hours{1}};

Pace::Random always(double fraction) {
    return [fraction] { return fraction; };
}

TEST(Pace, AfterFailuresInARowTheRangeDoublesUpToFiveMinutesAndASuccessEndsIt) {
    Pace pace{60s, always(1.0), start};
    EXPECT_EQ(pace.due(), start + 1s);
    std::vector<std::chrono::microseconds> waits;
    for (int i = 0; i < 12; ++i) {
        pace.failed(start);
        waits.push_back(pace.due() - start);
    }
    EXPECT_EQ(waits, (std::vector<std::chrono::microseconds>{1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s,
                                                             256s, 300s, 300s, 300s}));
    pace.succeeded(start);
    EXPECT_EQ(pace.due(), start + 60s);
    pace.failed(start);
    EXPECT_EQ(pace.due(), start + 1s);
}

TEST(Pace, TheJitterIsFull) {
    Pace pace{60s, always(0.0), start};
    EXPECT_EQ(pace.due(), start);
    pace.failed(start + 5s);
    EXPECT_EQ(pace.due(), start + 5s);
}

TEST(CommonHead, StaysUntilAWitnessHasSignedItAndIsDueAgain) {
    const auto head = [](std::uint64_t size) {
        return SignedHead{.note = {},
                          .checkpoint = {.origin = "base/g1", .size = size, .root = {}}};
    };
    CommonHead common;
    EXPECT_FALSE(common.beyond(0)) << "none is in use";
    common.use(head(100));
    EXPECT_EQ(common.beyond(40)->checkpoint.size, 100U)
        << "the second one signs what the first did";
    EXPECT_FALSE(common.beyond(100)) << "the first one comes again: a newer one is wanted";
    common.use(head(130));
    EXPECT_EQ(common.beyond(100)->checkpoint.size, 130U);
    common.forget();
    EXPECT_FALSE(common.beyond(0));
}

class WitnessTurnTest : public testing::Test {
  protected:
    void passes(std::chrono::microseconds time) { now_ += time; }
    [[nodiscard]] bool is_due(std::uint64_t worth) const {
        const auto due = turn_.due(worth);
        return due && *due <= now_;
    }
    Uptime now_ = start;
    WitnessTurn turn_{60s, always(0.5), start};
};

TEST_F(WitnessTurnTest, IsAskedOnceAPeriodAndOnlyForSomethingNew) {
    turn_.log_opened(0, false);
    EXPECT_FALSE(turn_.due(0)) << "an empty log";
    passes(1s);
    ASSERT_TRUE(is_due(7));
    EXPECT_EQ(turn_.ask(7), 0u);
    EXPECT_FALSE(turn_.due(9)) << "a question is under way";
    turn_.recorded(7, now_);
    EXPECT_EQ(turn_.cosigned(), 7u);
    EXPECT_FALSE(is_due(9)) << "within the period";
    passes(59s);
    EXPECT_FALSE(is_due(9));
    passes(1s);
    EXPECT_TRUE(is_due(9));
    EXPECT_EQ(turn_.ask(9), 7u);
    turn_.recorded(9, now_);
    passes(24h);
    EXPECT_FALSE(turn_.due(9)) << "nothing came but entries about anchors";
    EXPECT_TRUE(is_due(11));
}

TEST_F(WitnessTurnTest, ARestartGoesOnFromWhatTheLogSays) {
    turn_.log_opened(50, false);
    passes(1s);
    EXPECT_FALSE(turn_.due(50));
    ASSERT_TRUE(is_due(60));
    EXPECT_EQ(turn_.ask(60), 50u);
}

TEST_F(WitnessTurnTest, TheSizeThatTheWitnessTellsIsProvenFromAtOnce) {
    turn_.log_opened(0, false);
    passes(1s);
    EXPECT_EQ(turn_.ask(60), 0u);
    turn_.holds(40, 61, now_);
    EXPECT_TRUE(turn_.remark().empty()) << "its answer of then got lost";
    ASSERT_TRUE(is_due(60));
    EXPECT_EQ(turn_.ask(60), 40u);
    turn_.recorded(60, now_);
    EXPECT_TRUE(turn_.trouble().empty());
}

TEST_F(WitnessTurnTest, AWitnessThatTellsEverOtherSizesIsNotAskedWithoutPause) {
    turn_.log_opened(0, false);
    passes(1s);
    for (std::uint64_t told = 1; told <= 3; ++told) {
        ASSERT_TRUE(is_due(60));
        turn_.ask(60);
        turn_.holds(told, 61, now_);
    }
    turn_.ask(60);
    turn_.holds(4, 61, now_);
    EXPECT_FALSE(is_due(60));
    EXPECT_THAT(turn_.trouble(), HasSubstr("another size each time"));
    EXPECT_FALSE(turn_.is_contradicted());
}

TEST_F(WitnessTurnTest, Attack13_AWitnessThatSignedMoreThanTheLogHasContradictsIt) {
    turn_.log_opened(50, false);
    passes(1s);
    turn_.ask(60);
    turn_.holds(99, 61, now_);
    EXPECT_TRUE(turn_.is_contradicted());
    EXPECT_THAT(turn_.trouble(), HasSubstr("says that it signed this log up to size 99"));
    EXPECT_THAT(turn_.trouble(), HasSubstr("the log has 61 entries, which nothing proves"));
    EXPECT_FALSE(is_due(60));
    passes(1s);
    ASSERT_TRUE(is_due(60)) << "it may be another witness by now";
    EXPECT_EQ(turn_.ask(60), 50u);
    turn_.recorded(60, now_);
    EXPECT_FALSE(turn_.is_contradicted());
    EXPECT_TRUE(turn_.trouble().empty());
}

TEST_F(WitnessTurnTest, AWitnessThatContradictedAndFallsSilentHasTakenNothingBack) {
    turn_.log_opened(50, false);
    turn_.ask(60);
    turn_.contradicts("it says another root", now_);
    passes(1s);
    turn_.ask(60);
    turn_.failed("connection refused", now_);
    EXPECT_TRUE(turn_.is_contradicted());
    EXPECT_EQ(turn_.trouble(), "it says another root");
    turn_.log_opened(50, false);
    EXPECT_TRUE(turn_.is_contradicted()) << "the door was opened again";
}

TEST_F(WitnessTurnTest, AContradictionStandsOverARestartUntilTheWitnessCosigns) {
    turn_.log_opened(50, true);
    EXPECT_TRUE(turn_.is_contradicted());
    EXPECT_THAT(turn_.trouble(), HasSubstr("before this start"));
    turn_.ask(60);
    turn_.recorded(60, now_);
    EXPECT_FALSE(turn_.is_contradicted());
}

TEST_F(WitnessTurnTest, AWitnessThatForgotWhatItSignedIsReportedAndProvenAgain) {
    turn_.log_opened(50, false);
    turn_.ask(60);
    turn_.holds(40, 61, now_);
    EXPECT_THAT(turn_.remark(), HasSubstr("up to size 40, and its cosignature of size 50"));
    ASSERT_TRUE(is_due(60));
    EXPECT_EQ(turn_.ask(60), 40u);
    turn_.recorded(60, now_);
    EXPECT_TRUE(turn_.trouble().empty());
    EXPECT_FALSE(turn_.remark().empty()) << "whoever looks a minute later must see it too";
}

TEST(Told, AContradictionWhoseNumbersGrowIsToldOnce) {
    const AnchorState well{.name = "office"};
    AnchorState state{.name = "office", .contradicted = true, .trouble = "size 99, the log has 61"};
    Told told;
    EXPECT_FALSE(told.is_news(well)) << "as it began";
    EXPECT_TRUE(told.is_news(state));
    state.trouble = "size 99, the log has 162";
    EXPECT_FALSE(told.is_news(state));
    state.trouble = "another root for size 162";
    EXPECT_TRUE(told.is_news(state));
    EXPECT_TRUE(told.is_news(well));
    const AnchorState away{.name = "office", .trouble = "HTTP status 502"};
    EXPECT_TRUE(told.is_news(away));
    auto other = away;
    other.trouble = "HTTP status 503";
    EXPECT_TRUE(told.is_news(other)) << "there the number is what is told";
}

// The front asked for a head of a moment ago.
TEST_F(WitnessTurnTest, AWitnessThatSignedALittleMoreThanWasAskedForDoesNotContradict) {
    turn_.log_opened(50, false);
    passes(1s);
    turn_.ask(60);
    turn_.holds(61, 62, now_);
    EXPECT_FALSE(turn_.is_contradicted());
    ASSERT_TRUE(is_due(62));
    EXPECT_EQ(turn_.ask(62), 61u);
}

TEST_F(WitnessTurnTest, AFailureIsRepeatedSoonAndThePeriodHoldsOnlyAfterASuccess) {
    turn_.log_opened(0, false);
    passes(1s);
    turn_.ask(7);
    turn_.failed("no route to host", now_);
    EXPECT_EQ(turn_.trouble(), "no route to host");
    EXPECT_EQ(turn_.due(7), now_ + 500ms);
    passes(500ms);
    turn_.ask(8);
    turn_.failed("no route to host", now_);
    EXPECT_EQ(turn_.due(8), now_ + 1s);
    EXPECT_EQ(turn_.cosigned(), 0u);
}

TEST_F(WitnessTurnTest, AHeadThatIsOlderThanWhatTheWitnessHoldsIsAskedForFromItself) {
    turn_.log_opened(50, false);
    EXPECT_EQ(turn_.ask(45), 45u);
}

TEST(StampTurn, IsAskedOnceAPeriodForTheNewestClosing) {
    StampTurn turn{24h, always(0.0), start};
    turn.log_opened(0, 0s, start);
    EXPECT_FALSE(turn.due(0)) << "nothing is closed yet";
    EXPECT_EQ(turn.due(10), start);
    turn.ask();
    EXPECT_FALSE(turn.due(10));
    turn.recorded(10, start);
    EXPECT_FALSE(turn.due(10));
    EXPECT_EQ(turn.due(20), start + 24h);
}

TEST(StampTurn, AnAuthorityThatComesBackStampsTheNewestAndThatIsAll) {
    StampTurn turn{24h, always(0.5), start};
    turn.log_opened(0, 0s, start);
    auto now = start + 1s;
    std::uint64_t closing = 10;
    for (int day = 0; day < 5; ++day) {  // it is away
        turn.ask();
        turn.failed("connection refused", now);
        EXPECT_EQ(turn.trouble(), "connection refused");
        now += 24h;
        closing += 24;
        EXPECT_LE(turn.due(closing).value(), now);
    }
    turn.ask();
    turn.recorded(closing, now);
    EXPECT_TRUE(turn.trouble().empty());
    EXPECT_EQ(turn.due(closing + 1), now + 24h);
}

TEST(StampTurn, ARestartKeepsThePeriod) {
    StampTurn turn{24h, always(0.0), start};
    turn.log_opened(10, 23h, start);
    EXPECT_EQ(turn.due(20), start + 1h);
    StampTurn late{24h, always(0.0), start};
    late.log_opened(10, 50h, start);
    EXPECT_EQ(late.due(20), start);
    StampTurn set_back{24h, always(0.0), start};
    set_back.log_opened(10, -50h, start);
    EXPECT_EQ(set_back.due(20), start + 24h);
}

}  // namespace
}  // namespace sealwarden::anchor
