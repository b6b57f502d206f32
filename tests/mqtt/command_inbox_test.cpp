#include "firmware/mqtt/command_inbox.hpp"

#include <gmock/gmock.h>

#include "tests/mqtt/fixtures.hpp"

namespace sealwarden::mqtt_front::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

json expect(const std::string& id, json arguments = {{"container", "MSCU6639870"}}) {
    return {{"v", 1}, {"id", id}, {"command", "visit.expect"}, {"arguments", std::move(arguments)}};
}

class CommandInboxTest : public testing::Test {
  protected:
    CommandInboxTest() { inbox.door_opened(); }

    void sends(const json& message) { says(message.dump()); }
    void says(const std::string& payload, bool retained = false) {
        inbox.received(payload, retained, now.at);
    }
    // The questions that go to the gateway, by the callers' ids.
    std::vector<std::string> asks() {
        std::vector<std::string> ids;
        while (const auto question = inbox.next_question()) {
            last = *question;
            ids.push_back(question->arguments["ref"]);
        }
        return ids;
    }
    // Asked, and done with the entry of that index.
    void is_done(std::uint64_t index) {
        inbox.answered(last.ticket, {{"id", 9}, {"ok", {{"index", index}}}});
    }
    std::vector<json> replies() {
        std::vector<json> all;
        while (const auto message = inbox.next_reply(now)) {
            EXPECT_EQ(message->topic, base + "/reply");
            EXPECT_FALSE(message->retain);
            EXPECT_EQ(message->qos, 1);
            all.push_back(json::parse(message->payload));
        }
        return all;
    }
    // The one reply's code; with what came before already fetched.
    std::string code() {
        const auto all = replies();
        if (all.size() != 1) return "not one reply but " + std::to_string(all.size());
        return all[0]["ok"] == true ? "ok" : all[0]["code"].get<std::string>();
    }

    Moment now = at(100s);
    CommandInbox inbox{base, false, {.in_flight = 4, .asked = 2, .replies = 8, .remembered = 5}};
    CommandInbox::Question last;
};

TEST_F(CommandInboxTest, ACommandGoesToTheGatewayUnderTheChannelsNameAndIsAnswered) {
    auto message = expect("17");
    message["reply"] = "yard-office";
    sends(message);
    EXPECT_THAT(asks(), ElementsAre("17"));
    EXPECT_EQ(last.arguments, (json{{"command", "visit.expect"},
                                    {"channel", "mqtt"},
                                    {"by", "mqtt"},
                                    {"ref", "17"},
                                    {"arguments", {{"container", "MSCU6639870"}}}}));
    EXPECT_THAT(replies(), IsEmpty());
    is_done(4711);
    EXPECT_THAT(replies(), ElementsAre(json{{"v", 1},
                                            {"time", "2026-11-24T06:01:40.000000Z"},
                                            {"ts", 1'795'500'100'000},
                                            {"id", "17"},
                                            {"reply", "yard-office"},
                                            {"ok", true},
                                            {"index", 4711}}));
}

TEST_F(CommandInboxTest, AnAlarmIsAcknowledgedTheSameWay) {
    sends({{"v", 1},
           {"id", "a"},
           {"command", "acknowledge"},
           {"arguments", {{"alarm", "door-forced-d07"}}}});
    EXPECT_THAT(asks(), ElementsAre("a"));
    EXPECT_EQ(last.arguments["alarm"], "door-forced-d07");
    EXPECT_FALSE(last.arguments.contains("arguments"));
}

TEST_F(CommandInboxTest, TheGatewaysSentenceIsToldOnlyWithFullDetail) {
    const json no{
        {"code", "refused"}, {"message", "MSCU6639870 is expected already"}, {"index", 7}};
    for (const bool full_detail : {false, true}) {
        inbox = CommandInbox{base, full_detail};
        inbox.door_opened();
        sends(expect("1"));
        asks();
        inbox.answered(last.ticket, {{"id", 9}, {"error", no}});
        const auto all = replies();
        ASSERT_EQ(all.size(), 1u);
        EXPECT_EQ(all[0]["ok"], false);
        EXPECT_EQ(all[0]["code"], "refused");
        EXPECT_EQ(all[0]["index"], 7);
        EXPECT_EQ(all[0].contains("message"), full_detail);
    }
}

TEST_F(CommandInboxTest, ARetainedMessageIsNotCarriedOut) {
    says(expect("1").dump(), true);
    EXPECT_THAT(asks(), IsEmpty());
    EXPECT_THAT(replies(), IsEmpty());
    EXPECT_EQ(inbox.ignored(), 1u);
    says("");  // and emptying the topic is no command
    EXPECT_EQ(inbox.ignored(), 1u);
}

TEST_F(CommandInboxTest, WhatComesTwiceIsCarriedOutOnceAndAnsweredTwice) {
    sends(expect("1"));
    sends(expect("1"));  // before it is asked,
    EXPECT_THAT(asks(), ElementsAre("1"));
    sends(expect("1"));  // while it is asked,
    is_done(7);
    ASSERT_EQ(replies().size(), 1u);
    sends(expect("1"));  // and after
    EXPECT_THAT(asks(), IsEmpty());
    const auto again = replies();
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(again[0]["index"], 7);
}

TEST_F(CommandInboxTest, AnIdOfAnotherCommandIsNotAnsweredWithThatOnesSuccess) {
    sends(expect("1"));
    asks();
    is_done(7);
    replies();
    sends(expect("1", {{"container", "HLXU8231453"}}));
    EXPECT_THAT(asks(), IsEmpty());
    EXPECT_EQ(code(), "usage");
}

TEST_F(CommandInboxTest, AnIdIsForgottenWhenItIsOldAndManyCameBehindIt) {
    const auto carries_out = [&](const std::string& id) {
        sends(expect(id));
        const bool asked = asks() == std::vector<std::string>{id};
        if (asked) is_done(7);
        replies();
        return asked;
    };
    for (int id = 0; id < 8; ++id) EXPECT_TRUE(carries_out(std::to_string(id)));
    EXPECT_FALSE(carries_out("0")) << "not old";
    now = at(100s + 11min);
    EXPECT_TRUE(carries_out("8"));
    EXPECT_FALSE(carries_out("7")) << "one of the last";
    EXPECT_TRUE(carries_out("0"));
}

TEST_F(CommandInboxTest, WhenNoMoreIdsCanBeRememberedNothingIsTaken) {
    inbox = CommandInbox{base, false, {.remembered = 1, .most_remembered = 3}};
    inbox.door_opened();
    for (int id = 0; id < 3; ++id) {
        sends(expect(std::to_string(id)));
        asks();
        is_done(7);
        EXPECT_EQ(code(), "ok");
    }
    sends(expect("3"));
    EXPECT_EQ(code(), "busy");
    now = at(100s + 11min);
    sends(expect("3"));
    EXPECT_THAT(asks(), ElementsAre("3"));
}

TEST_F(CommandInboxTest, OnlySoManyAreTakenAtOnceAndFewerAreAskedAtOnce) {
    for (int id = 0; id < 5; ++id) sends(expect(std::to_string(id)));
    EXPECT_EQ(code(), "busy");
    EXPECT_THAT(asks(), ElementsAre("0", "1"));
    EXPECT_FALSE(inbox.may_ask());
    is_done(7);
    EXPECT_THAT(asks(), ElementsAre("2"));
    sends(expect("4"));  // nothing was done: the same id may come again
    is_done(8);
    EXPECT_THAT(asks(), ElementsAre("3"));
}

TEST_F(CommandInboxTest, WithoutAGatewayNothingIsDoneAndTheSameIdMayComeAgain) {
    inbox.door_lost();
    sends(expect("1"));
    EXPECT_EQ(code(), "unreachable");
    inbox.door_opened();
    sends(expect("1"));
    EXPECT_THAT(asks(), ElementsAre("1"));
}

TEST_F(CommandInboxTest, WhenTheGatewayGoesAwayWhatItWasAskedIsUnknownAndNotAskedAgain) {
    for (int id = 0; id < 3; ++id) sends(expect(std::to_string(id)));
    EXPECT_THAT(asks(), ElementsAre("0", "1"));
    inbox.door_lost();
    std::map<std::string, std::string> codes;
    for (const auto& reply : replies()) codes[reply["id"]] = reply["code"];
    EXPECT_EQ(codes, (std::map<std::string, std::string>{
                         {"0", "unknown"}, {"1", "unknown"}, {"2", "unreachable"}}));
    inbox.answered(1, {{"ok", {{"index", 7}}}});  // of a connection that is gone
    EXPECT_THAT(replies(), IsEmpty());
    inbox.door_opened();
    for (int id = 0; id < 3; ++id) sends(expect(std::to_string(id)));
    EXPECT_THAT(asks(), ElementsAre("2"));
    EXPECT_EQ(replies().size(), 2u);
}

TEST_F(CommandInboxTest, WhatIsNoCommandIsAnsweredWhereAnIdCanBeReadAndElseOnlyCounted) {
    const auto with = [](const json& patch) {
        auto message = expect("1");
        message.merge_patch(patch);
        return message;
    };
    const std::vector<json> wrong{
        with({{"v", 2}}),
        with({{"v", nullptr}}),
        with({{"command", nullptr}}),
        with({{"command", 7}}),
        with({{"arguments", "container"}}),
        with({{"arguments", {{"container", {1, 2}}}}}),
        with({{"arguments", {{"container", {{"deeper", 1}}}}}}),
        with({{"arguments", {{"count", 1.5}}}}),
        with({{"arguments", {{"count", 9'223'372'036'854'775'808u}}}}),
        with({{"reply", "../log"}}),
        with({{"reply", ""}}),
        with({{"dry_run", true}}),
        with({{"arguments", {{"container", std::string(70'000, 'x')}}}}),
    };
    for (const auto& message : wrong) {
        sends(message);
        EXPECT_EQ(code(), "usage") << message.dump().substr(0, 200);
    }
    EXPECT_EQ(inbox.ignored(), 0u);
    const std::vector<std::string> unreadable{
        "x",
        "[]",
        "\"1\"",
        "{}",
        R"({"id":7})",
        R"({"id":""})",
        R"({"id":"with space"})",
        json{{"id", std::string(65, 'x')}}.dump(),
        "{\"id\":\"\xff\"}",
        std::string(70'000, '['),
        expect("1", {{"container", std::string(2'000'000, 'x')}}).dump()};
    for (const auto& payload : unreadable) says(payload);
    EXPECT_THAT(replies(), IsEmpty());
    EXPECT_EQ(inbox.ignored(), unreadable.size());
    EXPECT_THAT(asks(), IsEmpty());
}

// The door closes the connection at a line that is too long: it must never get one.
TEST_F(CommandInboxTest, WhatIsLongerThanALineOfTheDoorIsRefusedHere) {
    sends(expect("1", {{"csv", std::string((64u << 10) - 550, 'x')}}));
    EXPECT_EQ(code(), "usage");
    sends(expect("2", {{"csv", std::string(60u << 10, 'x')}}));
    EXPECT_THAT(asks(), ElementsAre("2"));
}

class CommandTokenTest : public CommandInboxTest {
  protected:
    CommandTokenTest() {
        CommandLimits limits;
        limits.commands.emplace_back("visit.arrive");
        inbox =
            CommandInbox{base, false, limits, [this](std::string_view token, std::string_view act) {
                             judged.push_back(std::string{token} + " " + std::string{act});
                             return verdict;
                         }};
        inbox.door_opened();
    }
    // With a new id each time.
    void sends_with(const json& token, json arguments = {{"container", "MSCU6639870"}}) {
        auto message = expect(std::to_string(++number_), std::move(arguments));
        message["token"] = token;
        sends(message);
    }
    std::vector<json> denials() {
        std::vector<json> all;
        while (const auto denial = inbox.next_denial()) all.push_back(*denial);
        return all;
    }

    identity::TokenVerdict verdict = identity::MqttCaller{.by = "ana/yard", .person = "ana-r"};
    std::vector<std::string> judged;

  private:
    int number_ = 0;
};

TEST_F(CommandTokenTest, SpeaksForItsUserOverTheSameChannel) {
    sends_with("sw1_x");
    EXPECT_THAT(judged, ElementsAre("sw1_x visit.expect"));
    EXPECT_THAT(asks(), ElementsAre("1"));
    EXPECT_EQ(last.arguments["by"], "ana/yard");
    EXPECT_EQ(last.arguments["channel"], "mqtt");
    EXPECT_FALSE(last.arguments.dump().find("sw1_x") != std::string::npos)
        << "the log never sees it";
    inbox = CommandInbox{base, false};
    inbox.door_opened();
    sends(expect("17"));
    EXPECT_THAT(asks(), ElementsAre("17"));
    EXPECT_EQ(last.arguments["by"], "mqtt") << "without one it is the channel";
}

TEST_F(CommandTokenTest, NobodyEntersSomethingAsSomebodyElse) {
    const auto arrive = [](const json& arguments) {
        return json{{"v", 1},
                    {"id", arguments.dump().substr(0, 60)},
                    {"command", "visit.arrive"},
                    {"arguments", arguments},
                    {"token", "sw1_x"}};
    };
    sends(arrive({{"door", "d07"}}));
    EXPECT_EQ(asks().size(), 1U);
    EXPECT_EQ(last.arguments["arguments"]["person"], "ana-r") << "filled from the token";
    sends(arrive({{"door", "d08"}, {"person", "ana-r"}}));
    EXPECT_EQ(asks().size(), 1U);
    sends(arrive({{"door", "d09"}, {"person", "luis-m"}}));
    EXPECT_EQ(code(), "not_allowed");
    EXPECT_THAT(asks(), IsEmpty());
    verdict = identity::MqttCaller{.by = "ana/yard", .person = {}};
    sends(arrive({{"door", "d10"}, {"person", "luis-m"}}));
    EXPECT_EQ(code(), "not_allowed") << "a user who is no person speaks for none";
    EXPECT_THAT(asks(), IsEmpty());
    sends(arrive({{"door", "d11"}}));
    EXPECT_EQ(asks().size(), 1U);
    EXPECT_FALSE(last.arguments["arguments"].contains("person"));
}

TEST_F(CommandTokenTest, RightsAreGivenBySomebodyOnlyEvenWhereThatIsListed) {
    CommandLimits limits;
    limits.commands = {"person.add"};
    const auto judge = [this](std::string_view, std::string_view) { return verdict; };
    inbox = CommandInbox{base, false, limits, judge};
    inbox.door_opened();
    json message{{"v", 1},
                 {"id", "a"},
                 {"command", "person.add"},
                 {"arguments", {{"person", "luis-m"}, {"name", "Luis"}}}};
    sends(message);
    EXPECT_EQ(code(), "not_allowed");
    EXPECT_THAT(asks(), IsEmpty());
    message["token"] = "sw1_x";
    message["id"] = "b";
    sends(message);
    EXPECT_THAT(asks(), ElementsAre("b"));
    EXPECT_EQ(last.arguments["by"], "ana/yard");
    EXPECT_EQ(last.arguments["arguments"]["person"], "luis-m") << "whom it is about";
}

TEST_F(CommandTokenTest, AnAcknowledgementNamesItsUserToo) {
    sends({{"v", 1},
           {"id", "a"},
           {"command", "acknowledge"},
           {"arguments", {{"alarm", "door-forced-d07"}}},
           {"token", "sw1_x"}});
    EXPECT_THAT(asks(), ElementsAre("a"));
    EXPECT_EQ(last.arguments, (json{{"command", "acknowledge"},
                                    {"channel", "mqtt"},
                                    {"by", "ana/yard"},
                                    {"ref", "a"},
                                    {"alarm", "door-forced-d07"}}));
}

TEST_F(CommandTokenTest, OneThatDoesNotCountIsRefusedAndToldOnceAMinute) {
    using identity::TokenDenial, identity::TokenFault;
    verdict = TokenDenial{};
    for (int i = 0; i < 3; ++i) {
        sends_with("guess");
        EXPECT_EQ(code(), "not_allowed");
    }
    EXPECT_THAT(
        denials(),
        ElementsAre(
            json{{"what", "denied"}, {"act", "command"}, {"way", "mqtt"}, {"reason", "unknown"}}));
    now.at += 61s;
    sends_with("guess");
    EXPECT_EQ(denials().at(0).at("count"), 3) << "those that were not told, and this one";
    verdict = TokenDenial{.fault = TokenFault::no_right, .user = "ana", .name = "yard"};
    sends_with("sw1_x");
    EXPECT_THAT(denials(), ElementsAre(json{{"what", "denied"},
                                            {"act", "command"},
                                            {"way", "mqtt"},
                                            {"reason", "no_right"},
                                            {"user", "ana"},
                                            {"token", "yard"}}));
    EXPECT_THAT(asks(), IsEmpty());
    sends_with(7);
    EXPECT_THAT(replies().size(), 3U);
}

TEST_F(CommandTokenTest, WithNothingThatKnowsTokensNoneCounts) {
    inbox = CommandInbox{base, false};
    inbox.door_opened();
    sends_with("sw1_x");
    EXPECT_EQ(code(), "not_allowed");
    EXPECT_THAT(asks(), IsEmpty());
}

TEST_F(CommandTokenTest, TheSameCommandWithAnotherTokenIsAnotherCommand) {
    auto message = expect("1");
    message["token"] = "sw1_x";
    sends(message);
    EXPECT_THAT(asks(), ElementsAre("1"));
    message["token"] = "sw1_y";
    sends(message);
    EXPECT_EQ(code(), "usage");
}

TEST_F(CommandInboxTest, NeitherErasingNorVouchingForTheClockNorAnythingElseOfTheDoorIsTaken) {
    for (const auto* name : {"erase", "trust_clock", "hello", "export", "Visit.expect", ".", "a.",
                             ".b", "a.b.c", "visit.expect ", "acknowledge_all"}) {
        sends({{"v", 1}, {"id", "1"}, {"command", name}, {"arguments", {{"entry", 1}}}});
        EXPECT_EQ(code(), "not_allowed") << name;
    }
    EXPECT_THAT(asks(), IsEmpty());
}

TEST_F(CommandInboxTest, AReplyRepeatsNothingOfAMessageButItsIdAndItsWord) {
    auto message = expect("1");
    message["MSCU6639870"] = "HL123456";
    sends(message);
    const auto reply = inbox.next_reply(now);
    ASSERT_TRUE(reply);
    EXPECT_THAT(reply->payload, testing::Not(HasSubstr("MSCU")));
    EXPECT_THAT(reply->payload, testing::Not(HasSubstr("HL12")));
}

TEST_F(CommandInboxTest, RepliesThatNobodyTakesAreBounded) {
    for (int id = 0; id < 100; ++id) sends(expect("1", {{"wrong", 1.5}}));
    EXPECT_EQ(replies().size(), 8u);
}

}  // namespace
}  // namespace sealwarden::mqtt_front::test
