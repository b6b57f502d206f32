#include "firmware/mqtt/head_at_broker.hpp"

#include <gtest/gtest.h>

namespace sealwarden::mqtt_front {
namespace {

using namespace std::chrono_literals;

class HeadAtBrokerTest : public testing::Test {
  protected:
    void connects() {
        head.connected(true, now);
        head.subscribed(true, now);
    }
    void passes(std::chrono::microseconds time) { now += time; }
    void gateway_says(const std::string& verdict) {
        ASSERT_TRUE(head.to_report(now));
        head.reported(verdict, now);
    }
    void gateway_has(const std::string& note) {
        head.look();
        if (head.wanted(now)) head.newest("signing", note, now);
    }
    std::string sends() {
        const auto message = head.next(now);
        if (!message) return {};
        EXPECT_EQ(message->topic, "t/checkpoint");
        EXPECT_TRUE(message->retain);
        head.acknowledged();
        return message->payload;
    }

    Uptime now{100s};
    HeadAtBroker head{"t/checkpoint"};
};

TEST_F(HeadAtBrokerTest, NothingIsSentBeforeWhatIsThereWasComparedEvenWhenItIsSlow) {
    connects();
    gateway_has("ours");
    EXPECT_FALSE(head.to_report(now)) << "the broker may still tell";
    EXPECT_EQ(sends(), "");
    passes(1s);
    head.received("theirs");
    EXPECT_EQ(head.to_report(now)->note, "theirs");
    EXPECT_EQ(sends(), "");
    gateway_says("agrees");
    gateway_has("ours");
    EXPECT_EQ(sends(), "ours");
}

TEST_F(HeadAtBrokerTest, ABrokerThatTellsNothingHoldsNothing) {
    connects();
    passes(HeadAtBroker::patience);
    ASSERT_TRUE(head.to_report(now));
    EXPECT_FALSE(head.to_report(now)->note);
    gateway_says("agrees");
    gateway_has("ours");
    EXPECT_EQ(sends(), "ours");
}

TEST_F(HeadAtBrokerTest, ABrokerThatDoesNotAnswerOrRefusesIsNotWaitedForForEver) {
    head.connected(true, now);
    EXPECT_FALSE(head.to_report(now));
    passes(HeadAtBroker::longest_patience);
    EXPECT_TRUE(head.to_report(now));
    head.connected(true, now);
    head.subscribed(false, now);
    EXPECT_TRUE(head.to_report(now));
    head.connected(false, now);
    EXPECT_TRUE(head.to_report(now)) << "it retains nothing at all";
}

TEST_F(HeadAtBrokerTest, WhatContradictsStaysWhereItIs) {
    connects();
    head.received("larger");
    gateway_says("contradicts");
    gateway_has("ours");
    EXPECT_FALSE(head.wanted(now));
    EXPECT_EQ(sends(), "");
    EXPECT_FALSE(head.deadline());
    // The gateway began a new generation: it is asked again.
    head.door_opened();
    EXPECT_EQ(head.to_report(now)->note, "larger");
    gateway_says("agrees");
    gateway_has("new generation");
    EXPECT_EQ(sends(), "new generation");
}

TEST_F(HeadAtBrokerTest, WhatIsNotOursIsWrittenOver) {
    connects();
    head.received("junk");
    gateway_says("not_ours");
    gateway_has("ours");
    EXPECT_EQ(sends(), "ours");
}

TEST_F(HeadAtBrokerTest, AGatewayThatCannotCompareIsAskedAgain) {
    connects();
    head.received("theirs");
    gateway_says("not_compared");
    EXPECT_FALSE(head.to_report(now));
    EXPECT_EQ(sends(), "");
    passes(HeadAtBroker::again_after);
    EXPECT_EQ(head.to_report(now)->note, "theirs");
}

class OpenHead : public HeadAtBrokerTest {
  protected:
    OpenHead() {
        connects();
        passes(2s);
        gateway_says("agrees");
        gateway_has("one");
        EXPECT_EQ(sends(), "one");
        passes(1s);
    }
};

TEST_F(OpenHead, AtMostOneASecondTheNewest) {
    gateway_has("two");
    EXPECT_EQ(sends(), "two");
    gateway_has("three");
    EXPECT_FALSE(head.wanted(now));
    EXPECT_EQ(sends(), "");
    passes(1s);
    EXPECT_EQ(head.deadline(), now);
    gateway_has("four");
    EXPECT_EQ(sends(), "four");
    passes(1s);
    gateway_has("four");
    EXPECT_EQ(sends(), "") << "the same is not sent again";
}

TEST_F(OpenHead, WhatTheBrokerHasTakenIsReportedAtMostEveryTenSeconds) {
    EXPECT_FALSE(head.to_report(now));
    EXPECT_EQ(head.deadline(), now + 9s);
    passes(9s);
    EXPECT_EQ(head.to_report(now)->note, "one");
    gateway_says("agrees");
    EXPECT_FALSE(head.to_report(now));
    EXPECT_FALSE(head.deadline()) << "nothing newer is there";
    gateway_has("two");
    EXPECT_EQ(sends(), "two");
    passes(5s);
    gateway_has("three");
    EXPECT_EQ(sends(), "three");
    EXPECT_FALSE(head.to_report(now));
    passes(5s);
    EXPECT_EQ(head.to_report(now)->note, "three");
    gateway_says("agrees");
}

TEST_F(OpenHead, WhatTheBrokerDidNotAcknowledgeIsNotReported) {
    passes(10s);
    gateway_says("agrees");
    gateway_has("two");
    ASSERT_TRUE(head.next(now));
    passes(1min);
    EXPECT_FALSE(head.to_report(now));
    head.refused(now);
    EXPECT_FALSE(head.to_report(now));
}

TEST_F(OpenHead, AGatewayThatCouldNotCompareWhatWasTakenIsToldAgain) {
    passes(10s);
    gateway_says("not_compared");
    EXPECT_FALSE(head.to_report(now));
    passes(HeadAtBroker::again_after);
    EXPECT_EQ(head.to_report(now)->note, "one");
}

TEST_F(OpenHead, OurOwnComesBackAndIsNoNews) {
    head.received("one");
    EXPECT_FALSE(head.to_report(now));
}

TEST_F(OpenHead, AnotherGatewaysIsReportedAndNothingMoreIsSentUntilTheAnswer) {
    gateway_has("two");
    head.received("another's");
    EXPECT_EQ(sends(), "");
    EXPECT_EQ(head.to_report(now)->note, "another's");
    gateway_says("contradicts");
    EXPECT_EQ(sends(), "");
}

TEST_F(OpenHead, AFloodOfThemIsOneReportASecond) {
    head.received("a");
    gateway_says("not_ours");
    head.received("b");
    EXPECT_FALSE(head.to_report(now));
    passes(1s);
    EXPECT_EQ(head.to_report(now)->note, "b");
}

TEST_F(OpenHead, AGatewayThatCameBackIsToldAgainWhatTheBrokerHolds) {
    head.door_opened();
    EXPECT_EQ(head.to_report(now)->note, "one");
}

TEST_F(OpenHead, WhileNothingIsSignedNothingIsSent) {
    head.look();
    head.newest("held_back", "old", now);
    EXPECT_EQ(sends(), "");
}

TEST_F(OpenHead, ARefusedOneIsSentAgainLater) {
    gateway_has("two");
    ASSERT_TRUE(head.next(now));
    head.refused(now);
    EXPECT_EQ(sends(), "");
    passes(HeadAtBroker::refused_wait);
    EXPECT_EQ(sends(), "two");
}

TEST_F(OpenHead, AfterALostConnectionItIsReadAnew) {
    head.disconnected();
    gateway_has("two");
    EXPECT_EQ(sends(), "");
    connects();
    EXPECT_FALSE(head.to_report(now));
    head.received("one");
    EXPECT_EQ(head.to_report(now)->note, "one") << "retained, though it was ours";
}

TEST_F(OpenHead, AMessageThatIsNoNoteIsPassedOnAsNothingThatCanBeSigned) {
    head.received(std::string(1u << 20, 'x'));
    EXPECT_EQ(head.to_report(now)->note, "");
}

}  // namespace
}  // namespace sealwarden::mqtt_front
