#include "firmware/mqtt/topics.hpp"

#include <gtest/gtest.h>

#include "tests/mqtt/fixtures.hpp"

namespace sealwarden::mqtt_front::test {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

TEST(Topics, AnEventIsNamedAfterItsKindAndSaysWhatHappenedInBothLanguages) {
    const auto message = topics().event(record(48213, "door.forced"));
    EXPECT_EQ(message.topic, base + "/event/door-forced");
    EXPECT_FALSE(message.retain);
    const auto payload = json::parse(message.payload);
    EXPECT_EQ(payload["event_type"], "door_forced");
    EXPECT_EQ(payload["door"], "d07");
    EXPECT_EQ(payload["idx"], 48213);
    EXPECT_EQ(payload["time"], "2026-11-24T03:00:00.123456Z");
    EXPECT_EQ(payload["text_en"], "Dock 7 opened while secured");
    EXPECT_EQ(payload["text_es"], "Andén 7: puerta abierta estando asegurada");
}

TEST(Topics, NumbersOfSealsBadgesAndContainersAreToldOnlyWithFullDetail) {
    const auto said =
        record(7, "seal.number",
               {{{"k", "seal"}, {"v", "s1"}}, {{"k", "container"}, {"v", "MSCU6639870"}}},
               {{"number", "EU123"}, {"was", "EU122"}, {"raw", 4711}});
    const auto plain = topics().event(said).payload;
    EXPECT_EQ(plain.find("EU12"), std::string::npos);
    EXPECT_EQ(plain.find("MSCU"), std::string::npos);
    EXPECT_EQ(plain.find("4711"), std::string::npos);
    const auto full = json::parse(topics(true).event(said).payload);
    EXPECT_EQ(full["number"], "EU123");
    EXPECT_EQ(full["container"], "MSCU6639870");
}

TEST(Topics, ADatumNobodyDecidedOnIsPrivate) {
    auto state = door();
    state["something_new"] = "secret";
    state["flag"] = true;
    const auto payload = json::parse(topics().state(state, {}, at(0s))->payload);
    EXPECT_FALSE(payload.contains("something_new"));
    EXPECT_EQ(payload["flag"], true);
}

TEST(Topics, AnUnknownDoorIsNotClosed) {
    auto state = door("unknown");
    state["open"] = nullptr;
    const auto payload = json::parse(topics().state(state, {}, at(0s))->payload);
    EXPECT_EQ(payload["q"], "bad");
    EXPECT_TRUE(payload["open"].is_null());
}

TEST(Topics, ADoorSaysHowBadItsAlarmsAre) {
    const auto payload =
        json::parse(topics().state(door("open"), {{"door-forced-d07", alarm()}}, at(0s))->payload);
    EXPECT_EQ(payload["alarm"], true);
    EXPECT_EQ(payload["alarm_prio"], "high");
    EXPECT_EQ(payload["unacked"], 1);
}

TEST(Topics, ADockTellsItsVisitAndOnlyWithFullDetailWhichContainerAndSeal) {
    const auto message = topics().state(dock(), {}, at(0s));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->topic, base + "/dock/d07/state");
    EXPECT_TRUE(message->retain);
    EXPECT_EQ(message->qos, 1);
    const auto payload = json::parse(message->payload);
    EXPECT_EQ(payload["name"], "Dock 7");
    EXPECT_EQ(payload["visit"], visit);
    EXPECT_EQ(payload["state"], "verified");
    EXPECT_EQ(payload["deviations"], 1);
    EXPECT_FALSE(payload.contains("container"));
    EXPECT_FALSE(payload.contains("seal"));
    const auto full = json::parse(topics(true).state(dock(), {}, at(0s))->payload);
    EXPECT_EQ(full["container"], "MSCU6639870");
    EXPECT_EQ(full["seal"], "HL123456");
}

TEST(Topics, AVisitsIdThatIsNotOfOursIsNotTold) {
    auto state = dock();
    state["visit"] = "MSCU6639870";
    EXPECT_FALSE(json::parse(topics().state(state, {}, at(0s))->payload).contains("visit"));
}

TEST(Topics, ADockSaysHowBadTheAlarmsOfItsVisitAre) {
    auto told = alarm();
    told["source"] = {{"k", "visit"}, {"v", visit}};
    const Alarms alarms{{"visit-deviation", told}};
    EXPECT_EQ(json::parse(topics().state(dock(), alarms, at(0s))->payload)["alarm_prio"], "high");
    told["source"]["v"] = "v-20261124-150000-d07";
    EXPECT_EQ(json::parse(topics().state(dock(), {{"a", told}}, at(0s))->payload)["alarm"], false);
}

TEST(Topics, ALampHasAState) {
    const auto message = topics().state({{"subject", {{"k", "light"}, {"v", "l1"}}},
                                         {"since_ts", 1},
                                         {"good", true},
                                         {"state", "failed"}},
                                        {}, at(0s));
    ASSERT_TRUE(message);
    EXPECT_EQ(message->topic, base + "/light/l1/state");
    EXPECT_EQ(json::parse(message->payload)["name_es"], "Luz del patio");
}

TEST(Topics, AnAlarmThatIsSetAsideIsToldAndAsksForNothing) {
    auto told = alarm("ack_active");
    told["set_aside"] = "shelved";
    told["set_aside_by"] = "ana-r";
    told["until_ts"] = 1'795'503'600'000;
    const Alarms alarms{{"door-forced-d07", told}};
    const auto payload = json::parse(topics().alarm(told, {}, false, at(0s)).payload);
    EXPECT_EQ(payload["set_aside"], "shelved");
    EXPECT_EQ(payload["until_ts"], 1'795'503'600'000);
    EXPECT_EQ(payload["acked"], false);
    EXPECT_FALSE(payload.contains("set_aside_by")) << "a person";
    EXPECT_EQ(json::parse(topics().state(door("open"), alarms, at(0s))->payload)["alarm"], false);
    const auto summary = json::parse(topics().summary(alarms, at(0s)).payload);
    EXPECT_EQ(summary["total"], 1);
    EXPECT_EQ(summary["active"], 0);
    EXPECT_EQ(summary["shelved"], 1);
}

TEST(Topics, NoTopicNamesASealOfWhichThereIsAnAlarmWhateverTheDetail) {
    for (const bool full_detail : {false, true}) {
        const auto message = topics(full_detail).alarm(seal_alarm(), 7, true, at(0s));
        EXPECT_TRUE(message.topic.starts_with(base + "/alarm/seal-differs-"));
        EXPECT_EQ(message.topic.find("123456"), std::string::npos);
        const auto payload = json::parse(message.payload);
        EXPECT_EQ(payload["source_id"] == "HL123456", full_detail);
        EXPECT_EQ(message.payload.find("HL123456") != std::string::npos, full_detail);
        // The event that raised it leads to the topic.
        const auto raised = record(
            7, "alarm.raised",
            {{{"k", "alarm"}, {"v", "seal-differs-HL123456"}},
             {{"k", "seal_number"}, {"v", "HL123456"}},
             {{"k", "door"}, {"v", "d07"}}},
            {{"kind", "seal-differs"}, {"source_kind", "seal_number"}, {"source_id", "HL123456"}});
        EXPECT_EQ(base + "/alarm/" + topics(full_detail).alarm_name_in(raised), message.topic);
        const auto told = topics().event(raised).payload;
        EXPECT_EQ(told.find("HL123456"), std::string::npos) << told;
        EXPECT_EQ(json::parse(told)["text_en"], "Alarm: Dock 7: seal-differs");
    }
}

TEST(Topics, AnEventOfASealIsNamedByItsDoorAndItsSentenceHasAGap) {
    const auto said = record(7, "custody.affixed",
                             {{{"k", "seal_number"}, {"v", "HL777001"}},
                              {{"k", "container"}, {"v", "MSCU6639870"}},
                              {{"k", "door"}, {"v", "d07"}},
                              {{"k", "person"}, {"v", "ana-r"}}},
                             {{"tug", "good"}, {"document", "BL-4711"}, {"reason", "x"}});
    const auto payload = json::parse(topics().event(said).payload);
    EXPECT_EQ(payload["name"], "Dock 7");
    EXPECT_EQ(payload["text_en"], "seal … affixed");
    EXPECT_EQ(payload["tug"], "good");
    EXPECT_EQ(payload["door"], "d07");
    for (const auto* key : {"seal_number", "container", "person", "document", "reason"}) {
        EXPECT_FALSE(payload.contains(key)) << key;
    }
    const auto full = json::parse(topics(true).event(said).payload);
    EXPECT_EQ(full["name"], "HL777001");
    EXPECT_EQ(full["text_en"], "seal HL777001 affixed");
    EXPECT_EQ(full["person"], "ana-r");
}

TEST(Topics, ALogMessageCarriesTheExactBytesOfTheRecords) {
    const auto message = topics().log({{3, R"({"a":"é"})"}, {4, R"({"b":1})"}}, at(0s));
    EXPECT_NE(message.payload.find(R"("first":3,"last":4,"records":[{"a":"é"},{"b":1}]})"),
              std::string::npos);
    EXPECT_TRUE(json::accept(message.payload));
}

TEST(Topics, ALogMessageIsNoLongerThanTheFeedReckons) {
    const std::uint64_t last = (1ull << 53) - 1;
    const std::string bytes = "{}";
    const auto message = topics().log({{last - 1, bytes}, {last, bytes}}, at(0s));
    EXPECT_LE(message.payload.size(), Topics::log_overhead + 2 * (bytes.size() + 1));
}

TEST(Topics, ALevelHasNoDotAndNoSpace) {
    EXPECT_EQ(level("IO1.di 0/#"), "io1-di-0--");
    EXPECT_EQ(word("door.opened_between_polls"), "door_opened_between_polls");
}

TEST(Topics, AnAlarmOfAKindNewerThanTheCatalogStillHasASentence) {
    auto unknown = alarm();
    unknown["kind"] = "brand-new";
    EXPECT_EQ(json::parse(topics().alarm(unknown, {}, true, at(0s)).payload)["text_en"],
              "Dock 7: brand-new");
}

}  // namespace
}  // namespace sealwarden::mqtt_front::test
