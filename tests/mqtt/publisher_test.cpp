#include "firmware/mqtt/publisher.hpp"

#include <gmock/gmock.h>

#include "tests/mqtt/fixtures.hpp"

namespace sealwarden::mqtt_front::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

class PublisherTest : public testing::Test {
  protected:
    void opens(std::uint64_t size, json alarms = json::array()) {
        publisher.door_opened(size, generation, now);
        publisher.watched({{"states", {door()}}, {"alarms", std::move(alarms)}}, now);
    }
    void happens(json entry) { publisher.fed({{"entries", {std::move(entry)}}}, now); }
    // Everything sent until nothing more comes, each acknowledged at once; topics below the base.
    std::vector<std::string> sends() {
        std::vector<std::string> topics;
        while (const auto out = publisher.next(now)) {
            topics.push_back(out->message.topic.substr(base.size() + 1));
            publisher.acknowledged(out->ticket, now);
        }
        return topics;
    }

    Moment now = at(100s);
    std::uint64_t generation = 1;
    Publisher publisher{
        {.commands = {"acknowledge", "alarm.unshelve", "visit.depart"}}, topics(), {}};
};

TEST_F(PublisherTest, AfterConnectingStatusAndStateComeBeforeTheBacklog) {
    opens(2);
    publisher.connected({}, now);
    publisher.page({record(0), record(1)});
    EXPECT_THAT(sends(), ElementsAre("status", "alarms/summary", "door/d07/state", "log"));
}

TEST_F(PublisherTest, ALogThatBeganAnewIsPublishedFromItsBeginning) {
    publisher = Publisher{{}, topics(), {.next = 2, .alarms = {}, .generation = 1}};
    generation = 2;
    opens(3);
    publisher.connected({}, now);
    const auto page = publisher.page_wanted();
    ASSERT_TRUE(page);
    EXPECT_EQ(page->from, 0u);
    EXPECT_EQ(publisher.to_save(now, true)->generation, 2u);
}

TEST_F(PublisherTest, TheSameLogIsPublishedFromTheCursor) {
    publisher = Publisher{{}, topics(), {.next = 2, .alarms = {}, .generation = 1}};
    opens(3);
    publisher.connected({}, now);
    const auto page = publisher.page_wanted();
    ASSERT_TRUE(page);
    EXPECT_EQ(page->from, 2u);
}

TEST_F(PublisherTest, HistoryIsNeverALiveEvent) {
    opens(0);
    happens(record(0));
    publisher.connected({}, now);
    happens(record(1, "door.closed"));
    const auto topics = sends();
    EXPECT_THAT(topics, Contains("event/door-closed"));
    EXPECT_THAT(topics, Not(Contains("event/door-opened")));
}

TEST_F(PublisherTest, AnAlarmOvertakesABacklog) {
    opens(1000);
    publisher.connected({}, now);
    sends();
    json page = json::array();
    for (std::uint64_t index = 0; index < 256; ++index) page.push_back(record(index));
    publisher.page(page);
    while (publisher.next(now)) {  // the log takes all the places it may have; nobody answers
    }
    publisher.watched({{"states", json::array()}, {"alarms", {alarm()}}}, now);
    const auto next = publisher.next(now);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->message.topic, base + "/alarm/door-forced-d07");
}

TEST_F(PublisherTest, AnAlarmThatIsOverIsEmptiedAndForgotten) {
    opens(0, json::array({alarm()}));
    publisher.connected({}, now);
    sends();
    EXPECT_THAT(publisher.to_save(now, true)->alarms, ElementsAre("door-forced-d07"));
    publisher.watched({{"states", json::array()}, {"alarms", {alarm("normal")}}}, now);
    const auto emptied = publisher.next(now);
    ASSERT_TRUE(emptied);
    EXPECT_TRUE(emptied->message.payload.empty());
    EXPECT_TRUE(emptied->message.retain);
    publisher.acknowledged(emptied->ticket, now);
    EXPECT_TRUE(publisher.to_save(now, true)->alarms.empty());
}

TEST_F(PublisherTest, AnAlarmThatIsNormalAndShelvedKeepsItsTopic) {
    opens(0, json::array({alarm()}));
    publisher.connected({}, now);
    sends();
    auto shelved = alarm("normal");
    shelved["set_aside"] = "shelved";
    publisher.watched({{"states", json::array()}, {"alarms", {shelved}}}, now);
    const auto told = publisher.next(now);
    ASSERT_TRUE(told);
    EXPECT_EQ(json::parse(told->message.payload)["set_aside"], "shelved");
    shelved["set_aside"] = "none";
    publisher.acknowledged(told->ticket, now);
    publisher.watched({{"states", json::array()}, {"alarms", {shelved}}}, now);
    EXPECT_TRUE(publisher.next(now)->message.payload.empty());
}

TEST_F(PublisherTest, AnAlarmTopicOfTheLastProcessIsEmptied) {
    publisher = Publisher{{}, topics(), {.next = 0, .alarms = {"door-held-d07"}}};
    opens(0);
    publisher.connected({}, now);
    EXPECT_THAT(sends(), Contains("alarm/door-held-d07"));
}

TEST_F(PublisherTest, TheSavedCursorNeverPassesAnAlarmThatIsNotSaved) {
    opens(0);
    publisher.connected({}, now);
    sends();
    happens(record(0, "alarm.raised",
                   {{{"k", "alarm"}, {"v", "door-forced-d07"}}, {{"k", "door"}, {"v", "d07"}}}));
    sends();
    const auto saved = publisher.to_save(now, true);
    ASSERT_TRUE(saved);
    EXPECT_EQ(saved->next, 1u);
    EXPECT_THAT(saved->alarms, ElementsAre("door-forced-d07"));
}

TEST_F(PublisherTest, NoMoreThanTheBrokersReceiveMaximumIsInFlight) {
    opens(0);
    publisher.connected({.receive_maximum = 2}, now);
    int sent = 0;
    while (publisher.next(now)) ++sent;
    EXPECT_EQ(sent, 2);
}

TEST_F(PublisherTest, EverythingIsSentAgainOnTheNextConnection) {
    opens(0);
    publisher.connected({}, now);
    happens(record(0));
    while (publisher.next(now)) {  // sent, and nobody answers
    }
    publisher.disconnected();
    publisher.connected({}, now);
    ASSERT_EQ(publisher.page_wanted(), (LogFeed::Page{.from = 0, .before = 1}));
    publisher.page(json::array({record(0)}));
    EXPECT_THAT(sends(), ElementsAre("status", "alarms/summary", "door/d07/state", "log"));
}

TEST_F(PublisherTest, WithTooManyWaitingLiveEventsAreDroppedAndTheLogIsNot) {
    publisher = Publisher{{.live_events = 4}, topics(), {}};
    opens(0);
    publisher.connected({}, now);
    for (std::uint64_t index = 0; index < 10; ++index) happens(record(index));
    const auto topics = sends();
    EXPECT_EQ(std::ranges::count(topics, "event/door-opened"), 4);
    EXPECT_EQ(publisher.health().dropped_events, 6u);
    EXPECT_EQ(publisher.health().behind, 0u);
}

TEST_F(PublisherTest, WithoutAGatewayItSaysOffline) {
    opens(0);
    publisher.connected({}, now);
    sends();
    publisher.door_lost();
    const auto out = publisher.next(now);
    ASSERT_TRUE(out);
    EXPECT_EQ(out->message.payload, "offline");
}

TEST_F(PublisherTest, GoingDownSaysOfflineAndWaitsForTheAnswerButNotForever) {
    opens(0);
    publisher.connected({}, now);
    sends();
    publisher.stop(now);
    EXPECT_FALSE(publisher.finished(now));
    const auto last = publisher.next(now);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->message.payload, "offline");
    EXPECT_FALSE(publisher.next(now));
    EXPECT_FALSE(publisher.finished(at(101s)));
    EXPECT_TRUE(publisher.finished(at(102s)));
    publisher.acknowledged(last->ticket, now);
    EXPECT_TRUE(publisher.finished(now));
}

TEST_F(PublisherTest, TheSameStateIsNotSentTwice) {
    opens(0);
    publisher.connected({}, now);
    sends();
    publisher.watched({{"states", {door()}}, {"alarms", json::array()}}, at(200s));
    EXPECT_THAT(sends(), ElementsAre());
}

TEST_F(PublisherTest, ARefusedTopicIsTriedAgainLaterAndHoldsUpNobody) {
    opens(0);
    publisher.connected({}, now);
    const auto status = publisher.next(now);
    publisher.refused(status->ticket, now);
    EXPECT_THAT(sends(), ElementsAre("alarms/summary", "door/d07/state"));
    now = at(111s);
    EXPECT_THAT(sends(), ElementsAre("status"));
}

TEST_F(PublisherTest, AnAlarmOfASealIsEmptiedUnderTheNameItHadInTheLastProcess) {
    opens(0, json::array({seal_alarm()}));
    publisher.connected({}, now);
    sends();
    const auto saved = publisher.to_save(now, true);
    ASSERT_TRUE(saved);
    ASSERT_EQ(saved->alarms.size(), 1u);
    EXPECT_EQ(saved->alarms.begin()->find("HL123456"), std::string::npos);
    publisher = Publisher{{}, topics(), *saved};
    opens(0);
    publisher.connected({}, now);
    EXPECT_THAT(sends(), Contains("alarm/" + *saved->alarms.begin()));
    EXPECT_TRUE(publisher.to_save(now, true)->alarms.empty());
}

TEST_F(PublisherTest, AnAlarmIsAcknowledgedByItsNameOnMqttOrByItsId) {
    opens(0, json::array({seal_alarm()}));
    const auto name = topics().alarm_name(seal_alarm());
    ASSERT_NE(name, "seal-differs-HL123456");
    for (const auto& asked : {name, std::string{"seal-differs-HL123456"}}) {
        publisher.commands().received(json{{"v", 1},
                                           {"id", asked},
                                           {"command", "acknowledge"},
                                           {"arguments", {{"alarm", asked}}}}
                                          .dump(),
                                      false, now.at);
        const auto command = publisher.command();
        ASSERT_TRUE(command);
        EXPECT_EQ(command->arguments["alarm"], "seal-differs-HL123456");
    }
    publisher.commands().received(json{{"v", 1},
                                       {"id", "3"},
                                       {"command", "alarm.unshelve"},
                                       {"arguments", {{"alarm", name}, {"person", "ana-r"}}}}
                                      .dump(),
                                  false, now.at);
    EXPECT_EQ(publisher.command()->arguments["arguments"]["alarm"], "seal-differs-HL123456");
}

TEST_F(PublisherTest, AnAlarmOfAVisitShowsAtItsDock) {
    opens(0);
    publisher.watched({{"states", {dock()}}, {"alarms", json::array()}}, now);
    publisher.connected({}, now);
    sends();
    auto told = alarm();
    told["id"] = "visit-deviation-" + visit;
    told["source"] = {{"k", "visit"}, {"v", visit}};
    publisher.watched({{"states", json::array()}, {"alarms", {told}}}, now);
    EXPECT_THAT(sends(),
                ElementsAre("alarm/visit-deviation-" + visit, "alarms/summary", "dock/d07/state"));
}

TEST_F(PublisherTest, ManyCommandsHoldUpNoAlarm) {
    opens(0);
    publisher.connected({}, now);
    sends();
    for (int id = 0; id < 100; ++id) publisher.commands().received(R"({"id":"1"})", false, now.at);
    int replies = 0;
    while (const auto out = publisher.next(now)) {  // nobody acknowledges
        EXPECT_EQ(out->message.topic, base + "/reply");
        ++replies;
    }
    EXPECT_LT(replies, 8);
    publisher.watched({{"states", json::array()}, {"alarms", {alarm()}}}, now);
    const auto next = publisher.next(now);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->message.topic, base + "/alarm/door-forced-d07");
}

TEST_F(PublisherTest, GoingDownNoCommandIsPassedOn) {
    opens(0);
    publisher.connected({}, now);
    publisher.commands().received(R"({"v":1,"id":"1","command":"visit.depart","arguments":{}})",
                                  false, now.at);
    EXPECT_TRUE(publisher.command_wanted());
    publisher.stop(now);
    EXPECT_FALSE(publisher.command_wanted());
    EXPECT_FALSE(publisher.command());
}

TEST_F(PublisherTest, WhenTheGatewayIsLostACommandIsAnsweredAllTheSame) {
    opens(0);
    publisher.connected({}, now);
    sends();
    publisher.commands().received(R"({"v":1,"id":"1","command":"visit.depart","arguments":{}})",
                                  false, now.at);
    ASSERT_TRUE(publisher.command());
    publisher.door_lost();
    EXPECT_THAT(sends(), ElementsAre("status", "reply"));
}

}  // namespace
}  // namespace sealwarden::mqtt_front::test
