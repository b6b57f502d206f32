#include "firmware/notify/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sealwarden::notify {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

json record(const std::string& kind, json data = json::object()) {
    json all{{"kind", "door-forced"},
             {"source_kind", "door"},
             {"source_id", "d07"},
             {"priority", "high"},
             {"state", "unack_active"},
             {"active", true},
             {"count", 1},
             {"raised_ago_ms", 4000},
             {"acknowledged_by", ""},
             {"set_aside", "none"}};
    all.update(data);
    const auto id = all["kind"].get<std::string>() + "-" + all["source_id"].get<std::string>();
    return {{"i", 4711U},
            {"kind", kind},
            {"subj", json::array({{{"k", "alarm"}, {"v", id}}})},
            {"t", {{"wall", "2026-11-24T14:03:12.418000Z"}}},
            {"data", all}};
}

class MessageTest : public testing::Test {
  protected:
    MessageTest() {
        site_.site = "dc7";
        site_.gateway = "gw1";
        site_.doors = {{.id = "d07", .name = {.en = "Dock 7", .es = "Andén 7"}}};
        webhook_.events = {"alarm.raised", "alarm.escalated"};
    }
    [[nodiscard]] Message message(const json& entry, Going going = {}) const {
        return message_for(news_from(entry).value(), webhook_, Words{site_, "key"}, going,
                           "routing-key");
    }
    [[nodiscard]] json body(const json& entry, Going going = {}) const {
        return json::parse(message(entry, going).body);
    }
    SiteOptions site_;
    config::Webhook webhook_;
};

TEST_F(MessageTest, OurOwnSaysWhatWhereSinceWhenInBothLanguages) {
    const auto told = body(record("alarm.raised"));
    EXPECT_EQ(told["type"], "alarm.raised");
    EXPECT_EQ(told["timestamp"], "2026-11-24T14:03:12.418000Z");
    EXPECT_EQ(told["late"], false);
    EXPECT_EQ(told["data"]["alarm"], "door-forced-d07");
    EXPECT_EQ(told["data"]["raised"], "2026-11-24T14:03:08.418000Z");
    EXPECT_EQ(told["data"]["idx"], 4711);
    EXPECT_THAT(told["data"]["text_en"].get<std::string>(), HasSubstr("Dock 7"));
    EXPECT_THAT(told["data"]["text_es"].get<std::string>(), HasSubstr("Andén 7"));
}

TEST_F(MessageTest, WhatGoesOutLateIsMarked) {
    const auto told = body(record("alarm.raised"), {.late = true, .age = 3600s});
    EXPECT_EQ(told["late"], true);
    EXPECT_EQ(told["age_s"], 3600);
}

TEST_F(MessageTest, NoNumberOfASealAndNoPersonIsInAnyFormUnlessAllIsToldAndTheIdStaysTheSame) {
    const auto entry = record("alarm.raised", {{"kind", "custody-mismatch"},
                                               {"source_kind", "seal_number"},
                                               {"source_id", "HL123456"},
                                               {"acknowledged_by", "ana-r"}});
    using enum config::WebhookForm;
    for (const auto form : {sealwarden, alertmanager, pagerduty, ntfy, teams}) {
        webhook_.form = form;
        webhook_.full_detail = false;
        EXPECT_THAT(message(entry).body, Not(HasSubstr("HL123456"))) << static_cast<int>(form);
        EXPECT_THAT(message(entry).body, Not(HasSubstr("ana-r"))) << static_cast<int>(form);
        EXPECT_EQ(message(entry).body, message(entry).body);
        for (const auto& [name, value] : message(entry).headers)
            EXPECT_THAT(value, Not(HasSubstr("HL123456")));
        webhook_.full_detail = true;
        EXPECT_THAT(message(entry).body, HasSubstr("HL123456")) << static_cast<int>(form);
    }
}

TEST_F(MessageTest, AlertmanagerHearsThatItFiresUntilNothingIsAsked) {
    webhook_.form = config::WebhookForm::alertmanager;
    auto told = body(record("alarm.raised"));
    ASSERT_EQ(told.size(), 1u);
    EXPECT_EQ(told[0]["labels"]["alertname"], "door-forced");
    EXPECT_EQ(told[0]["labels"]["severity"], "high");
    EXPECT_EQ(told[0]["endsAt"], "2026-12-01T14:03:12.418000Z");
    const auto labels = told[0]["labels"];
    told = body(record("alarm.acknowledged", {{"state", "normal"}, {"active", false}}));
    EXPECT_EQ(told[0]["labels"], labels) << "or it would be another alert";
    EXPECT_EQ(told[0]["endsAt"], "2026-11-24T14:03:12.418000Z");
}

TEST_F(MessageTest, PagerDutyIsTriggeredAcknowledgedAndResolvedUnderOneKey) {
    webhook_.form = config::WebhookForm::pagerduty;
    const auto raised = body(record("alarm.raised"));
    EXPECT_EQ(raised["event_action"], "trigger");
    EXPECT_EQ(raised["routing_key"], "routing-key");
    EXPECT_EQ(raised["payload"]["severity"], "critical");
    const auto acknowledged = body(record("alarm.acknowledged", {{"state", "ack_active"}}));
    EXPECT_EQ(acknowledged["event_action"], "acknowledge");
    const auto over = body(record("alarm.cleared", {{"state", "normal"}}));
    EXPECT_EQ(over["event_action"], "resolve");
    EXPECT_EQ(over["dedup_key"], raised["dedup_key"]);
}

TEST_F(MessageTest, AStepSaysItsGroup) {
    const auto told = body(record("alarm.escalated", {{"group", "guards"}, {"step", 2}}));
    EXPECT_EQ(told["data"]["group"], "guards");
    EXPECT_EQ(told["data"]["step"], 2);
}

TEST_F(MessageTest, OnlyWhatTheWebhookWantsIsSent) {
    const auto wants = [&](const json& entry) {
        return is_wanted(news_from(entry).value(), webhook_);
    };
    EXPECT_TRUE(wants(record("alarm.raised")));
    EXPECT_FALSE(wants(record("alarm.cleared"))) << "is not among its events";
    EXPECT_FALSE(wants(record("alarm.raised", {{"set_aside", "suppressed"}})));
    webhook_.priorities = {"medium"};
    EXPECT_FALSE(wants(record("alarm.raised")));
    webhook_.priorities = {"high"};
    EXPECT_TRUE(wants(record("alarm.raised")));
    webhook_.groups = {"guards"};
    EXPECT_TRUE(wants(record("alarm.raised"))) << "groups are about steps";
    EXPECT_FALSE(wants(record("alarm.escalated", {{"group", "supervisor"}})));
    EXPECT_TRUE(wants(record("alarm.escalated", {{"group", "guards"}})));
}

TEST_F(MessageTest, AnEntryOfAnUnknownFormIsLeftOut) {
    EXPECT_FALSE(news_from(record("door.opened")));
    EXPECT_FALSE(news_from(json::object()));
    EXPECT_FALSE(news_from({{"kind", "alarm.raised"}, {"data", "x"}}));
    auto entry = record("alarm.raised");
    entry["t"]["wall"] = "yesterday";
    EXPECT_FALSE(news_from(entry));
}

}  // namespace
}  // namespace sealwarden::notify
