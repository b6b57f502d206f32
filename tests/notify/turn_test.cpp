#include "firmware/notify/turn.hpp"

#include <gtest/gtest.h>

namespace sealwarden::notify {
namespace {

using namespace std::chrono_literals;

constexpr Uptime start{100s};

class TurnTest : public testing::Test {
  protected:
    Outcome answers(unsigned status, std::chrono::seconds age = 0s) {
        turn_.sent();
        return turn_.answered(status, age, now_);
    }
    Uptime now_ = start;
    Turn turn_{72h, [] { return 0.999; }, start};
};

TEST_F(TurnTest, EveryStatusHasItsOutcome) {
    for (const unsigned status : {200U, 201U, 202U, 204U, 299U})
        EXPECT_EQ(answers(status), Outcome::delivered) << status;
    for (const unsigned status : {400U, 413U, 415U, 422U})
        EXPECT_EQ(answers(status), Outcome::given_up) << status;
    for (const unsigned status :
         {100U, 301U, 302U, 307U, 308U, 401U, 403U, 404U, 408U, 409U, 410U, 429U, 500U, 503U})
        EXPECT_EQ(answers(status), Outcome::again) << status;
}

TEST_F(TurnTest, NothingIsDueWhileAnAnswerIsWaitedFor) {
    EXPECT_EQ(turn_.due(), start);
    turn_.sent();
    EXPECT_FALSE(turn_.due());
}

TEST_F(TurnTest, PausesGrowWithEachFailureInARowUpToFiveMinutes) {
    std::vector<std::int64_t> pauses;
    for (int i = 0; i < 11; ++i) {
        answers(503);
        pauses.push_back(std::chrono::round<std::chrono::seconds>(*turn_.due() - now_).count());
        now_ = *turn_.due();
    }
    EXPECT_EQ(pauses, (std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}));
    answers(200);
    EXPECT_EQ(*turn_.due() - now_, Turn::gap);
    answers(503);
    EXPECT_LE(*turn_.due() - now_, 1s);
}

TEST_F(TurnTest, FiveFailuresInARowSayThatItTakesNothing) {
    for (int i = 0; i < 4; ++i) answers(503);
    EXPECT_FALSE(turn_.failing());
    turn_.sent();
    turn_.unanswered("connection refused", 0s, now_);
    EXPECT_TRUE(turn_.failing());
    EXPECT_EQ(turn_.trouble(), "connection refused");
    EXPECT_EQ(turn_.tries(), 5u);
    answers(200);
    EXPECT_FALSE(turn_.failing());
    EXPECT_TRUE(turn_.trouble().empty());
}

TEST_F(TurnTest, WhatIsOlderThanItMayBeIsGivenUp) {
    EXPECT_EQ(answers(503, 72h), Outcome::again);
    EXPECT_EQ(answers(503, 72h + 1s), Outcome::given_up);
}

}  // namespace
}  // namespace sealwarden::notify
