#include "firmware/core/outputs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "firmware/core/said.hpp"

namespace sealwarden {
namespace {

using namespace std::chrono_literals;
using enum EventKind;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(OutputTransitions, EveryStateByEveryInput) {
    using enum OutputState;
    const std::vector<std::tuple<OutputState, OutputInput, OutputState>> table{
        {off, OutputInput::reason, on},         {off, OutputInput::none_left, off},
        {off, OutputInput::limit_over, off},    {on, OutputInput::reason, on},
        {on, OutputInput::none_left, off},      {on, OutputInput::limit_over, spent},
        {spent, OutputInput::reason, on},       {spent, OutputInput::none_left, off},
        {spent, OutputInput::limit_over, spent}};
    for (const auto& [state, input, expected] : table) {
        EXPECT_EQ(next(state, input), expected)
            << to_string(state) << ", input " << static_cast<int>(input);
    }
}

class OutputsTest : public testing::Test {
  protected:
    OutputsTest() {
        options_.outputs = {
            {.id = "siren", .point = "io1.relay0", .priorities = {"high"}, .limit = 60s},
            {.id = "beacon", .point = "io1.relay1", .groups = {"guards"}, .limit = 600s}};
        options_.alarm.escalation = {{.priority = "high", .after = 60s, .group = "supervisor"},
                                     {.priority = "high", .after = 180s, .group = "guards"}};
        outputs_ = Outputs{options_};
    }

    // An alarm.* event, as the alarms tell it.
    void says(EventKind kind, AlarmState state, Uptime at, bool silenced = false,
              const std::string& id = "d07") {
        Alarm alarm;
        alarm.id = "door-forced-" + id;
        alarm.kind = "door-forced";
        alarm.source = {"door", id};
        alarm.priority = Priority::high;
        alarm.state = state;
        alarm.active = state != AlarmState::normal && state != AlarmState::rtn_unack;
        alarm.count = 1;
        alarm.raised_at = start_;
        alarm.silenced = silenced;
        alarm.step = step_;
        Event event;
        event.kind = kind;
        event.at = at;
        event.subjects = {{"alarm", alarm.id}, alarm.source};
        event.data = alarm_data(alarm, at);
        events_.clear();
        outputs_.take(event, events_);
    }
    void passes(Uptime until) {
        events_.clear();
        while (const auto due = outputs_.deadline()) {
            if (*due > until) break;
            outputs_.tick(*due, events_);
        }
    }
    void reads(const char* point, bool value, Uptime at) {
        events_.clear();
        outputs_.apply(
            Reading{.point = point, .at = at, .what = Value{value}, .after = {}, .raw = {}},
            events_);
    }
    [[nodiscard]] std::vector<std::string> told() const {
        std::vector<std::string> all;
        for (const auto& event : events_)
            all.push_back(std::string{to_string(event.kind)} + " " + event.subjects.front().id +
                          (text_of(event, "cause").empty() ? "" : " " + text_of(event, "cause")));
        return all;
    }
    [[nodiscard]] bool is_on(std::size_t index) const { return outputs_.all()[index].is_on(); }

    static constexpr Uptime start_{1000s};
    SiteOptions options_;
    Outputs outputs_;
    std::uint32_t step_ = 0;
    Events events_;
};

TEST_F(OutputsTest, AnAlarmOfItsPrioritySwitchesItOnUntilItIsAcknowledged) {
    says(alarm_raised, AlarmState::unack_active, start_);
    EXPECT_THAT(told(), ElementsAre("output.on siren alarm"));
    EXPECT_EQ(events_[0].subjects[1], (Subject{"alarm", "door-forced-d07"}));
    says(alarm_acknowledged, AlarmState::ack_active, start_ + 20s);
    EXPECT_THAT(told(), ElementsAre("output.off siren answered"));
}

TEST_F(OutputsTest, AConditionThatIsOverAndWaitsStillWantsIt) {
    says(alarm_raised, AlarmState::unack_active, start_);
    says(alarm_cleared, AlarmState::rtn_unack, start_ + 5s);
    EXPECT_THAT(told(), IsEmpty());
    EXPECT_TRUE(is_on(0));
}

TEST_F(OutputsTest, ItIsNeverOnForLongerThanItsLimitBehindTheNewestReason) {
    says(alarm_raised, AlarmState::unack_active, start_);
    says(alarm_repeated, AlarmState::unack_active, start_ + 30s);
    passes(start_ + 89s);
    EXPECT_THAT(told(), IsEmpty());
    passes(start_ + 90s);
    EXPECT_THAT(told(), ElementsAre("output.off siren limit"));
    says(alarm_acknowledged, AlarmState::ack_active, start_ + 100s);
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(OutputsTest, AReminderSwitchesItOnAgain) {
    says(alarm_raised, AlarmState::unack_active, start_);
    passes(start_ + 60s);
    says(alarm_reminded, AlarmState::unack_active, start_ + 300s);
    EXPECT_THAT(told(), ElementsAre("output.on siren alarm"));
}

TEST_F(OutputsTest, SilenceStopsItUntilTheAlarmComesAnew) {
    says(alarm_raised, AlarmState::unack_active, start_);
    says(alarm_silenced, AlarmState::unack_active, start_ + 5s, true);
    EXPECT_THAT(told(), ElementsAre("output.off siren answered"));
    says(alarm_repeated, AlarmState::unack_active, start_ + 20s);
    EXPECT_THAT(told(), ElementsAre("output.on siren alarm"));
}

TEST_F(OutputsTest, AStepOfTheEscalationSwitchesOnWhatItsGroupHas) {
    says(alarm_raised, AlarmState::unack_active, start_);
    step_ = 1;
    says(alarm_escalated, AlarmState::unack_active, start_ + 60s);
    EXPECT_FALSE(is_on(1)) << "the first step tells the supervisor";
    step_ = 2;
    says(alarm_escalated, AlarmState::unack_active, start_ + 180s);
    EXPECT_TRUE(is_on(1));
    says(alarm_acknowledged, AlarmState::ack_active, start_ + 200s);
    EXPECT_FALSE(is_on(1));
}

TEST_F(OutputsTest, OneOfTwoAlarmsThatIsAnsweredLeavesItOn) {
    says(alarm_raised, AlarmState::unack_active, start_);
    says(alarm_raised, AlarmState::unack_active, start_ + 1s, false, "d08");
    says(alarm_acknowledged, AlarmState::ack_active, start_ + 2s);
    EXPECT_TRUE(is_on(0));
    says(alarm_acknowledged, AlarmState::ack_active, start_ + 3s, false, "d08");
    EXPECT_FALSE(is_on(0));
}

TEST_F(OutputsTest, ARelayThatDoesNotFollowIsToldOnceAndItsReturnToo) {
    reads("io1.relay0", false, start_ - 1s);
    says(alarm_raised, AlarmState::unack_active, start_);
    passes(start_ + 1999ms);
    EXPECT_THAT(told(), IsEmpty());
    passes(start_ + 2s);
    EXPECT_THAT(told(), ElementsAre("output.failed siren"));
    EXPECT_EQ(events_[0].data.at("commanded"), Datum{true});
    EXPECT_EQ(events_[0].data.at("seen"), Datum{false});
    passes(start_ + 50s);
    EXPECT_THAT(told(), IsEmpty());
    reads("io1.relay0", true, start_ + 51s);
    EXPECT_THAT(told(), ElementsAre("output.well siren"));
}

TEST_F(OutputsTest, OneThatFollowsInTimeIsNoMatter) {
    reads("io1.relay0", false, start_ - 1s);
    says(alarm_raised, AlarmState::unack_active, start_);
    reads("io1.relay0", true, start_ + 200ms);
    passes(start_ + 30s);
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(OutputsTest, SomebodyElseWhoSwitchesItIsNoticed) {
    reads("io1.relay0", true, start_);
    passes(start_ + 2s);
    EXPECT_THAT(told(), ElementsAre("output.failed siren"));
}

TEST_F(OutputsTest, WhatCannotBeReadIsNotSaidToFail) {
    reads("io1.relay0", false, start_ - 1s);
    says(alarm_raised, AlarmState::unack_active, start_);
    events_.clear();
    outputs_.apply(
        Reading{
            .point = "io1.relay0", .at = start_, .what = Fault::no_answer, .after = {}, .raw = {}},
        events_);
    passes(start_ + 30s);
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(OutputsTest, AtTheEndOfTheGatewayItGoesOff) {
    says(alarm_raised, AlarmState::unack_active, start_);
    events_.clear();
    outputs_.rest(start_ + 5s, events_);
    EXPECT_THAT(told(), ElementsAre("output.off siren shutdown"));
}

TEST_F(OutputsTest, AfterARestartAlarmsThatStillWaitSwitchItOnAgain) {
    Alarm alarm;
    alarm.id = "door-forced-d07";
    alarm.kind = "door-forced";
    alarm.source = {"door", "d07"};
    alarm.priority = Priority::high;
    alarm.state = AlarmState::unack_active;
    alarm.step = 2;
    events_.clear();
    outputs_.restore({alarm}, start_, events_);
    EXPECT_THAT(told(), ElementsAre("output.on siren alarm", "output.on beacon escalation"));
}

TEST_F(OutputsTest, AReloadThatLeavesItAsItWasLeavesItOn) {
    says(alarm_raised, AlarmState::unack_active, start_);
    options_.outputs[0].name = {.en = "Siren", .es = "Sirena"};
    Outputs next{options_};
    next.go_on(outputs_);
    EXPECT_TRUE(next.all()[0].is_on());
    events_.clear();
    next.restore({}, start_ + 1s, events_);
    EXPECT_TRUE(next.all()[0].is_on()) << "what wanted it is carried over";
}

}  // namespace
}  // namespace sealwarden
