#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <tuple>

#include "firmware/core/alarms.hpp"
#include "tests/core/site_fixture.hpp"

namespace sealwarden {
namespace {

using enum AlarmState;
using enum AlarmInput;
using Row = std::tuple<AlarmState, AlarmInput, AlarmState>;

TEST(AlarmStateTest, EveryStateHasItsAnswerToEveryInput) {
    const Row rows[] = {
        {normal, raise, unack_active},         {normal, clear, normal},
        {normal, acknowledge, normal},         {unack_active, raise, unack_active},
        {unack_active, clear, rtn_unack},      {unack_active, acknowledge, ack_active},
        {ack_active, raise, ack_active},       {ack_active, clear, normal},
        {ack_active, acknowledge, ack_active}, {rtn_unack, raise, unack_active},
        {rtn_unack, clear, rtn_unack},         {rtn_unack, acknowledge, normal},
    };
    for (const auto& [from, input, to] : rows)
        EXPECT_EQ(next(from, input), to) << to_string(from) << static_cast<int>(input);
}

// Each cell: the state and how it is set aside afterwards. n normal, u unack_active, a ack_active,
// r rtn_unack; - none, s shelved, d by design, o out of service.
TEST(AlarmStateTest, EveryStandingHasItsAnswerToEveryInput) {
    const char* inputs = " raise clear ack shelve unshelve suppress unsuppress disable enable";
    const std::pair<const char*, const char*> rows[] = {
        {"n-", " u- n- n- ns n- nd n- no n-"}, {"u-", " u- r- a- as u- ad u- ao u-"},
        {"a-", " a- n- a- as a- ad a- ao a-"}, {"r-", " u- r- n- ns r- nd r- no r-"},
        {"ns", " as ns ns ns n- ns ns no ns"}, {"us", " as ns us as u- us us ao us"},
        {"as", " as ns as as u- as as ao as"}, {"rs", " as ns rs ns n- rs rs no rs"},
        {"nd", " ad n- nd ns nd nd n- no nd"}, {"ud", " ad n- ud as ud ud u- ao ud"},
        {"ad", " ad n- ad as ad ad u- ao ad"}, {"rd", " ad n- rd ns rd rd n- no rd"},
        {"no", " ao no no no no no no no n-"}, {"uo", " ao no uo uo uo uo uo ao u-"},
        {"ao", " ao no ao ao ao ao ao ao u-"}, {"ro", " ao no ro ro ro ro ro no n-"},
    };
    const auto standing = [](const std::string& cell) {
        const std::map<char, AlarmState> states{
            {'n', normal}, {'u', unack_active}, {'a', ack_active}, {'r', rtn_unack}};
        const std::map<char, SetAside> asides{{'-', SetAside::none},
                                              {'s', SetAside::shelved},
                                              {'d', SetAside::suppressed},
                                              {'o', SetAside::out_of_service}};
        return AlarmStanding{states.at(cell.at(0)), asides.at(cell.at(1))};
    };
    std::size_t cells = 0;
    for (const auto& [from, answers] : rows) {
        std::istringstream line{answers}, names{inputs};
        std::string cell, name;
        for (int input = 0; names >> name; ++input, ++cells) {
            ASSERT_TRUE(line >> cell);
            const auto to = next(standing(from), static_cast<AlarmInput>(input));
            EXPECT_EQ(to, standing(cell)) << from << ' ' << name << ": " << to_string(to.state)
                                          << ' ' << to_string(to.set_aside) << ", not " << cell;
        }
    }
    EXPECT_EQ(cells, 16U * 9U);
}

TEST(AlarmKindsTest, NoIdCanBeReadAsTwoAlarms) {
    for (const auto kind : alarm_kinds())
        for (const auto other : alarm_kinds()) {
            if (kind == other) continue;
            EXPECT_FALSE(other.starts_with(std::string{kind} + "-")) << kind << ", " << other;
        }
}

TEST(AlarmKindsTest, AreLowerCaseWordsAndHyphens) {
    for (const auto kind : alarm_kinds())
        EXPECT_EQ(kind.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), kind.npos) << kind;
}

TEST(AlarmKindsTest, RulesOfOneKindAgreeOnItsPriority) {
    std::map<std::string_view, Priority> priorities;
    for (const auto& rule : alarm_rules()) {
        const auto [known, added] = priorities.try_emplace(rule.kind, rule.priority);
        EXPECT_EQ(known->second, rule.priority) << rule.kind;
    }
}

TEST(AlarmKindsTest, EveryConditionCanEnd) {
    for (const auto& rule : alarm_rules())
        EXPECT_TRUE(rule.momentary || !rule.cleared_by.empty()) << rule.kind;
}

TEST(EventKindTest, EveryKindHasATextOfItsOwnAndComesBackFromIt) {
    std::set<std::string_view> texts;
    for (const auto kind : event_kinds()) {
        EXPECT_TRUE(texts.insert(to_string(kind)).second) << to_string(kind);
        EXPECT_EQ(event_kind(to_string(kind)), kind);
    }
    EXPECT_EQ(to_string(EventKind::door_opened_between_polls), "door.opened_between_polls");
    EXPECT_EQ(event_kind("door.ajar"), std::nullopt);
}

// Those that entries have had from the beginning.
const std::set<std::string> first_fields{
    "kind",        "priority",  "state",         "active",         "count",
    "source_kind", "source_id", "raised_ago_ms", "cleared_ago_ms", "acknowledged_by"};

TEST(AlarmDataTest, AnAlarmComesBackFromItsEvent) {
    Alarm alarm{.id = "door-forced-d07",
                .kind = "door-forced",
                .source = {"door", "d07"},
                .priority = Priority::high,
                .state = rtn_unack,
                .active = false,
                .count = 3,
                .raised_at = Uptime{5s},
                .cleared_at = Uptime{9s},
                .acknowledged_by = "",
                .set_aside = SetAside::shelved,
                .set_aside_by = "ana",
                .authority = "",
                .reason = "the contact is worn",
                .until = Uptime{3610s},
                .silenced = true,
                .announced_at = Uptime{6s},
                .reminded_at = Uptime{8s},
                .step = 2,
                .things = 12,
                .clears_at = {}};
    const auto data = alarm_data(alarm, Uptime{10s});
    EXPECT_EQ(alarm_from("alarm.cleared", data, Uptime{10s}, {{"reason", "the contact is worn"}}),
              alarm);
    EXPECT_EQ(alarm_from("door.opened", data, Uptime{10s}), std::nullopt);
    for (const auto& [key, value] : data) {
        auto broken = data;
        broken[key] = Datum{};
        EXPECT_EQ(alarm_from("alarm.cleared", broken, Uptime{10s}).has_value(),
                  !first_fields.contains(key) || key == "cleared_ago_ms")
            << key;
    }
}

TEST(AlarmDataTest, AnEntryOfBeforeThereWasSettingAsideIsRead) {
    Alarm alarm{.id = "door-forced-d07",
                .kind = "door-forced",
                .source = {"door", "d07"},
                .state = unack_active,
                .active = true,
                .count = 1,
                .raised_at = Uptime{5s}};
    auto data = alarm_data(alarm, Uptime{10s});
    std::erase_if(data, [](const auto& field) { return !first_fields.contains(field.first); });
    EXPECT_EQ(alarm_from("alarm.raised", data, Uptime{10s}), alarm);
}

TEST(BoundedTest, CutsBetweenCharacters) {
    EXPECT_EQ(bounded("Andén", 5), "Andé");
    EXPECT_EQ(bounded("Andén", 4), "And");
    EXPECT_EQ(bounded("", 4), "");
}

class AlarmTest : public SiteTest {
  protected:
    void one_door() {
        DoorOptions door;
        door.id = "d07";
        door.contact.point = "io.di0";
        door.held_open_after = 60s;
        SiteOptions options;
        options.doors = {door};
        options.priorities = priorities_;
        builds(options);
        reads("io.di0", Value{false});
        passes(1s);
    }
    void stays_open_too_long() {
        reads("io.di0", Value{true});
        passes(61s);
    }
    void closes() {
        reads("io.di0", Value{false});
        passes(1s);
    }
    std::map<std::string, std::string> priorities_;
};

TEST_F(AlarmTest, LivesThroughItsStates) {
    one_door();
    stays_open_too_long();
    ASSERT_EQ(site_->alarms().size(), 1U);
    EXPECT_EQ(site_->alarms()[0].state, unack_active);
    EXPECT_EQ(state("door", "d07", "unacked"), Datum{std::int64_t{1}});
    acknowledges("door-held-d07");
    EXPECT_EQ(site_->alarms()[0].state, ack_active);
    EXPECT_EQ(site_->alarms()[0].acknowledged_by, "uid:1000(ana)");
    EXPECT_EQ(state("door", "d07", "unacked"), Datum{std::int64_t{0}});
    closes();
    EXPECT_TRUE(site_->alarms().empty());
    EXPECT_EQ(alarms(),
              (std::vector<std::string>{"raised door-held-d07", "acknowledged door-held-d07",
                                        "cleared door-held-d07"}));
}

TEST_F(AlarmTest, AConditionThatComesBackCountsUpTheSameAlarm) {
    one_door();
    stays_open_too_long();
    closes();
    stays_open_too_long();
    ASSERT_EQ(site_->alarms().size(), 1U);
    EXPECT_EQ(site_->alarms()[0].count, 2U);
    EXPECT_EQ(alarms().back(), "repeated door-held-d07");
}

TEST_F(AlarmTest, AnEventNamesTheAlarmFirstAndThenItsSource) {
    one_door();
    stays_open_too_long();
    const auto raised = the(EventKind::alarm_raised);
    EXPECT_EQ(raised.subjects, (std::vector<Subject>{{"alarm", "door-held-d07"}, {"door", "d07"}}));
    EXPECT_EQ(raised.at, the(EventKind::door_held).at);
}

TEST_F(AlarmTest, PrioritiesFollowTheConfiguration) {
    priorities_ = {{"door-held", "low"}};
    one_door();
    stays_open_too_long();
    EXPECT_EQ(site_->alarms()[0].priority, Priority::low);
}

TEST_F(AlarmTest, AcknowledgingWhatIsNotThereIsRefused) {
    one_door();
    acknowledges("door-held-d07");
    EXPECT_EQ(the(EventKind::command_refused).data.at("reason"), text("unknown_alarm"));
    EXPECT_EQ(the(EventKind::command_refused).subjects, (std::vector<Subject>{{"gateway", "gw1"}}));
    EXPECT_EQ(the(EventKind::command_refused).data.at("command_id"), text("c1"));
}

TEST_F(AlarmTest, AcknowledgingTwiceIsRefused) {
    one_door();
    stays_open_too_long();
    acknowledges("door-held-d07");
    acknowledges("door-held-d07");
    EXPECT_EQ(the(EventKind::command_refused).data.at("reason"), text("already_acknowledged"));
}

TEST_F(AlarmTest, WhatTheGatewaySaysOfItselfRaisesItsAlarmsAndARestartKeepsThem) {
    one_door();
    const auto says = [&](EventKind kind) {
        Event said;
        said.kind = kind;
        said.at = now_;
        said.subjects = {{"gateway", "gw1"}};
        for (auto& event : site_->apply(said)) {
            history_.push_back(event);
            events_.push_back(std::move(event));
        }
    };
    says(EventKind::log_held_back);
    ASSERT_EQ(site_->alarms().size(), 1U);
    EXPECT_EQ(site_->alarms()[0].id, "log-unsigned-gw1");
    EXPECT_EQ(site_->alarms()[0].priority, Priority::high);
    restarts();
    passes(1s);
    ASSERT_EQ(site_->alarms().size(), 1U);
    EXPECT_TRUE(site_->alarms()[0].active);
    says(EventKind::log_signed);
    EXPECT_FALSE(site_->alarms()[0].active);
    EXPECT_EQ(alarms().back(), "cleared log-unsigned-gw1");
    says(EventKind::clock_doubted);
    EXPECT_EQ(alarms().back(), "raised clock-doubted-gw1");
    says(EventKind::log_kept_in);
    EXPECT_EQ(alarms().back(), "raised heads-kept-in-gw1");
    says(EventKind::log_seen);
    EXPECT_EQ(alarms().back(), "cleared heads-kept-in-gw1");
}

TEST_F(AlarmTest, AWitnessThatContradictsIsAnAlarmOfItsOwnUntilItAgreesOrIsNotAskedAnyMore) {
    builds({.witnesses = {"office", "yard/w1"}});
    const auto says = [&](EventKind kind, const char* witness) {
        Event said;
        said.kind = kind;
        said.at = now_;
        said.subjects = {{"witness", witness}};
        for (auto& event : site_->apply(said)) {
            history_.push_back(event);
            events_.push_back(std::move(event));
        }
    };
    says(EventKind::anchor_contradicted, "office");
    says(EventKind::anchor_contradicted, "yard/w1");
    ASSERT_EQ(site_->alarms().size(), 2U);
    EXPECT_EQ(site_->alarms()[0].id, "witness-contradicts-office");
    EXPECT_EQ(site_->alarms()[0].priority, Priority::high);
    says(EventKind::anchor_agrees, "yard/w1");
    EXPECT_EQ(alarms().back(), "cleared witness-contradicts-yard/w1");
    restarts();
    passes(1s);
    EXPECT_TRUE(site_->alarms()[0].active) << "a restart ends no contradiction";
    auto fewer = options_;
    fewer.witnesses = {"yard/w1"};
    reloads(fewer);
    passes(1s);
    EXPECT_EQ(alarms().back(), "cleared witness-contradicts-office");
}

TEST_F(AlarmTest, WhoVouchedForTheClockIsRecorded) {
    one_door();
    const auto events = site_->apply(Command{
        .at = now_, .id = "c1", .by = "uid:1000(ana)", .channel = "cli", .what = TrustClock{}});
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, EventKind::clock_trusted);
    EXPECT_EQ(events[0].subjects, (std::vector<Subject>{{"gateway", "gw1"}}));
    EXPECT_EQ(events[0].data.at("by"), text("uid:1000(ana)"));
    EXPECT_EQ(events[0].data.at("channel"), text("cli"));
}

TEST_F(AlarmTest, KeepsItsAgeOverARestart) {
    one_door();
    stays_open_too_long();
    const auto raised_at = site_->alarms()[0].raised_at;
    passes(10min);
    restarts();
    EXPECT_EQ(site_->alarms()[0].raised_at, raised_at);
}

}  // namespace
}  // namespace sealwarden
