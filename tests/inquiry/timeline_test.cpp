#include "firmware/inquiry/timeline.hpp"

#include "firmware/timeline/lanes.hpp"
#include "tests/inquiry/inquiry_fixture.hpp"

namespace sealwarden::test {
namespace {

using namespace std::chrono_literals;
using Spans = std::vector<std::string>;

class Timeline : public Inquiry {
  protected:
    json told() {
        inquiry::TimelineQuestion question{.subject = {.kind = "door", .id = "d07"},
                                           .window = whole()};
        question.may_see = may_see;
        question.most = most;
        return finished(inquiry::timeline(ask(), &site, std::move(question)));
    }
    json lane(const std::string& id) {
        const auto all = told();
        for (const auto& one : all.at("lanes"))
            if (one.at("id") == id) return one;
        ADD_FAILURE() << id;
        return {};
    }
    // "open 10-20": of each span, in seconds since the window began.
    Spans spans(const std::string& id) {
        Spans list;
        const auto of = lane(id);
        for (const auto& span : of.at("spans")) {
            const auto& to = span.at("to_ts");
            list.push_back(span.at("state").get<std::string>() + " " +
                           std::to_string(since_begin(span.at("from_ts"))) + "-" +
                           (to.is_null() ? std::string{} : std::to_string(since_begin(to))));
        }
        return list;
    }
    inquiry::MaySee may_see = [](const json&) { return true; };
    std::size_t most = 5000;
};

TEST_F(Timeline, ADoorIsWhatItWasBeforeTheWindowUntilItChanges) {
    boots();
    door.say("door.closed", {{"door", "d07"}});
    passes(60s);
    begin = door.now;
    passes(10s);
    door.say("door.opened", {{"door", "d07"}});
    passes(10s);
    door.say("door.closed", {{"door", "d07"}});
    passes(10s);
    EXPECT_EQ(spans("door"), (Spans{"closed 0-10", "open 10-20", "closed 20-"}));
    EXPECT_EQ(lane("door").at("marks").size(), 2U);
    EXPECT_EQ(lane("door").at("marks")[0].at("text"), "Dock 7 opened");
}

// A door that was last seen closed is not closed while nobody looks.
TEST_F(Timeline, WhileItsPointWasLostADoorIsUnknown) {
    boots();
    door.say("door.closed", {{"door", "d07"}});
    passes(10s);
    loses("io1", "di0");
    passes(10s);
    regains("io1", "di0");
    passes(10s);
    EXPECT_EQ(spans("door"), (Spans{"closed 0-10", "unknown 10-20", "closed 20-"}));
    EXPECT_EQ(spans("watched"), (Spans{"no_answer 10-20"}));
}

TEST_F(Timeline, SealAndCameraOfTheDoorHaveTheirLanes) {
    boots();
    door.say("seal.intact", {{"seal", "s07"}});
    passes(10s);
    door.say("camera.not_recording", {{"camera", "c07"}});
    door.say("seal.tampered", {{"seal", "s07"}});
    passes(10s);
    EXPECT_EQ(spans("seal"), (Spans{"intact 0-10", "tampered 10-"}));
    EXPECT_EQ(spans("camera"), (Spans{"not_recording 10-"}));
}

TEST_F(Timeline, AnAlarmLastsUntilItIsNormal) {
    boots();
    const std::vector<Subject> subjects{{"alarm", "door-forced-d07"}, {"door", "d07"}};
    passes(5s);
    door.say("alarm.raised", subjects, {{"state", "unack_active"}, {"set_aside", "none"}});
    passes(5s);
    door.say("alarm.acknowledged", subjects, {{"state", "ack_active"}, {"set_aside", "none"}});
    passes(5s);
    door.say("alarm.cleared", subjects, {{"state", "normal"}, {"set_aside", "none"}});
    passes(5s);
    EXPECT_EQ(spans("alarms"), (Spans{"unack_active 5-10", "ack_active 10-15"}));
}

TEST_F(Timeline, AVisitIsInItsLaneUntilItDeparts) {
    boots();
    const std::vector<Subject> subjects{
        {"visit", "v-1"}, {"container", "MSCU6639870"}, {"door", "d07"}};
    door.say("visit.arrived", subjects, {{"state", "arrived"}});
    passes(10s);
    door.say("visit.opened", subjects, {{"state", "open"}});
    passes(10s);
    door.say("visit.departed", subjects, {{"state", "departed"}});
    passes(10s);
    EXPECT_EQ(spans("visit"), (Spans{"arrived 0-10", "open 10-20"}));
}

TEST_F(Timeline, WhoDidSomethingStandsInTheLaneOfPeople) {
    boots();
    door.say("custody.removed", {{"seal_number", "HL1"}, {"door", "d07"}, {"person", "ana-r"}},
             {{"state", "removed"}});
    passes(1s);
    door.say("access.granted", {{"reader", "r1"}, {"door", "d07"}});
    door.say("person.inspected", {{"person", "ben"}, {"door", "d07"}});
    door.say("alarm.acknowledged", {{"alarm", "door-forced-d07"}, {"door", "d07"}},
             {{"kind", "door-forced"},
              {"source_kind", "door"},
              {"source_id", "d07"},
              {"state", "ack_active"},
              {"by", "cy"}});
    passes(1s);
    std::vector<std::string> who;
    const auto people = lane("people").at("marks");
    for (const auto& mark : people) who.push_back(mark.value("who", "-"));
    EXPECT_EQ(who, (std::vector<std::string>{"ana-r", "-", "ben", "cy"}));
    EXPECT_EQ(lane("seal").at("marks").size(), 1U) << "and where it was done";
    EXPECT_EQ(people[3].at("text"), "cy: Alarm acknowledged: Dock 7 opened while secured");
}

TEST_F(Timeline, WhatTheReaderMayNotSeeIsNotInIt) {
    boots();
    door.say("access.granted", {{"reader", "r1"}, {"door", "d07"}});
    passes(1s);
    EXPECT_EQ(lane("people").at("marks").size(), 1U);
    may_see = [](const json& entry) { return entry.at("kind") != "access.granted"; };
    EXPECT_TRUE(lane("people").at("marks").empty());
}

TEST_F(Timeline, AnAlarmIsToldByItsNameAndPriority) {
    boots();
    const std::vector<Subject> subjects{{"alarm", "door-forced-d07"}, {"door", "d07"}};
    door.say("alarm.raised", subjects,
             {{"state", "unack_active"},
              {"set_aside", "none"},
              {"kind", "door-forced"},
              {"priority", "high"},
              {"source_kind", "door"},
              {"source_id", "d07"}});
    passes(5s);
    const auto span = lane("alarms").at("spans").at(0);
    EXPECT_EQ(span.at("prio"), "high");
    EXPECT_EQ(span.at("text"), text(Language::english, "alarm.door-forced", {{"name", "Dock 7"}}));
}

// The door was open for 8 s, however the clock told it.
TEST_F(Timeline, WhatWentOnWhileTheClockWasSetBackIsNotLost) {
    boots();
    passes(30s);
    door.say("door.opened", {{"door", "d07"}});
    passes(4s);
    door.passes(-20s);
    const auto step = door.say("clock.step", {{"gateway", "gw1"}}, {{"by_ms", -20'000}});
    passes(4s);
    const auto closed = door.say("door.closed", {{"door", "d07"}});
    passes(60s);
    const auto spans_of_door = lane("door").at("spans");
    EXPECT_EQ(spans("door"), (Spans{"open 30-18", "closed 18-"}));
    EXPECT_EQ(spans_of_door.at(0).at("to_index"), closed);
    const auto steps = told().at("steps");
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(steps.at(0).at("index"), step);
    EXPECT_EQ(steps.at(0).at("by_ms"), -20'000);
    // Each half lies on its own piece of the axis.
    const auto scene = inquiry::picture_of(told(), 900, door.now, Language::english);
    for (const auto& group : scene.groups) {
        if (!group.id.starts_with("door-") || group.look != timeline::Look::strong) continue;
        EXPECT_GT(group.reach.width, 20);
        return;
    }
    FAIL() << "the open door is not drawn";
}

TEST_F(Timeline, MoreThanItCanTellIsSaid) {
    boots();
    for (int i = 0; i < 5; ++i) door.say("door.opened", {{"door", "d07"}});
    passes(1s);
    EXPECT_FALSE(told().at("more").get<bool>());
    most = 3;
    EXPECT_TRUE(told().at("more").get<bool>());
}

TEST_F(Timeline, EveryKindOfEventAboutADoorItsSealOrAVisitHasALane) {
    for (const auto kind : event_kinds()) {
        const auto name = to_string(kind);
        if (name.starts_with("door.") || name.starts_with("custody.") || name.starts_with("visit."))
            EXPECT_FALSE(timeline::lane_of(name).empty()) << name;
    }
}

}  // namespace
}  // namespace sealwarden::test
