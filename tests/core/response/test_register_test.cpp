#include "firmware/core/response/test_register.hpp"

#include <set>

#include "tests/core/procedures_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

TEST(WalkTestStateTest, EveryStateHasItsAnswerToEveryInput) {
    using enum WalkTestState;
    const std::tuple<WalkTestState, WalkTestState, WalkTestState, WalkTestState> rows[] = {
        // state, after pass, fail, time
        {untested, passed, failed, overdue},
        {passed, passed, failed, overdue},
        {failed, passed, failed, overdue},
        {overdue, passed, overdue, overdue},
    };
    std::size_t states = 0;
    for (const auto& [state, pass, fail, time] : rows) {
        EXPECT_EQ(next(state, WalkTestInput::pass), pass) << to_string(state);
        EXPECT_EQ(next(state, WalkTestInput::fail), fail) << to_string(state);
        EXPECT_EQ(next(state, WalkTestInput::time), time) << to_string(state);
        ++states;
    }
    EXPECT_EQ(states, values(WalkTestState{}).size());
}

TEST(ExerciseTest, EveryStateHasItsAnswerToEveryInput) {
    using enum Exercise;
    constexpr std::optional<Exercise> no;
    using Row = std::array<std::optional<Exercise>, 5>;
    // begin_test, end_test, begin_drill, end_drill, time
    const std::pair<Exercise, Row> rows[] = {
        {none, {test, no, drill, no, no}},
        {test, {no, none, no, no, none}},
        {drill, {no, no, no, none, none}},
    };
    std::size_t states = 0;
    for (const auto& [state, answers] : rows) {
        for (std::size_t input = 0; input < answers.size(); ++input)
            EXPECT_EQ(next(state, static_cast<ExerciseInput>(input)), answers[input])
                << to_string(state) << ' ' << input;
        ++states;
    }
    EXPECT_EQ(states, values(Exercise{}).size());
}

class TestRegisterTest : public ProceduresTest {
  protected:
    static SiteOptions a_dock() {
        SiteOptions options;
        DoorOptions door;
        door.id = "d07";
        door.contact.point = "io.di0";
        door.held_open_after = 60s;
        options.doors = {door};
        door.id = "d08";
        door.contact.point = "io.di1";
        options.doors.push_back(door);
        SealOptions seal;
        seal.id = "s07";
        seal.door = "d07";
        seal.tamper = "io.di2";
        seal.settle = 0ms;
        options.seals = {seal};
        CabinetOptions cabinet;
        cabinet.id = "box";
        cabinet.lid.point = "io.di3";
        options.cabinets = {cabinet};
        options.zones = {{.id = "east", .name = {}, .doors = {"d07"}, .readers = {}, .exits = {}}};
        options.dock.opened_without_visit = false;
        options.test.every = 24h * 30;
        return options;
    }
    void begins(SiteOptions options = a_dock()) {
        builds(std::move(options));
        can("person.add", {{"person", "ana"}, {"name", "Ana R."}, {"rights", "test,alarms"}});
        can("person.add", {{"person", "luis"}, {"name", "Luis M."}});
        reads("io.di0", Value{false});
        reads("io.di1", Value{false});
        reads("io.di2", Value{false});
        passes(1s);
        forget();
    }
    Arguments of(const char* kind, const char* thing, const char* result = "passed") {
        return {{"kind", kind}, {"subject", thing}, {"result", result}, {"person", "ana"}};
    }
    Arguments zone(std::int64_t minutes = 30) {
        return {{"zone", "east"}, {"minutes", minutes}, {"reason", "walk-test"}, {"person", "ana"}};
    }
    Arguments zone_end() { return {{"zone", "east"}, {"person", "ana"}}; }
    [[nodiscard]] std::vector<std::string> due() const {
        std::vector<std::string> all;
        for (const auto& event : events(test_due)) all.push_back(event.subjects.front().id);
        return all;
    }
    using Things = std::vector<std::string>;
};

TEST_F(TestRegisterTest, ATestIsRecordedAndSetsTheNextDate) {
    begins();
    auto arguments = of("door", "d07");
    arguments.emplace("positioned", true);
    arguments.emplace("note", "the bolt is loose");
    can("test.record", arguments);
    const auto recorded = the(test_recorded);
    EXPECT_EQ(recorded.subjects,
              (std::vector<Subject>{{"test", "door-d07"}, {"door", "d07"}, {"person", "ana"}}));
    EXPECT_EQ(text(recorded, "result"), "passed");
    EXPECT_EQ(text(recorded, "state"), "passed");
    EXPECT_EQ(text(recorded, "tester"), "ana");
    EXPECT_EQ(datum(recorded, "positioned"), Datum{true});
    EXPECT_EQ(recorded.personal.at("note"), "the bolt is loose");
    EXPECT_EQ(datum(recorded, "due_ts"),
              Datum{wall_ms(now_) + std::int64_t{30} * 24 * 3600 * 1000});
    for (const auto* thing : {"door d08", "seal s07", "cabinet box"}) {
        const std::string both{thing};
        const auto blank = both.find(' ');
        can("test.record", of(both.substr(0, blank).c_str(), both.substr(blank + 1).c_str()));
        passes(24h);
    }
    passes(26 * 24h);
    restarts();
    passes(24h - 1s);
    EXPECT_EQ(due(), Things{});
    passes(1s);
    EXPECT_EQ(due(), (Things{"door-d07", "door-d08"})) << "tested on the same day";
    passes(24h);
    EXPECT_EQ(due().back(), "seal-s07");
}

TEST_F(TestRegisterTest, WhatWasNeverTestedIsDueOnceInTheSecondHalfOfTheFirstPeriod) {
    begins();
    passes(1h);
    EXPECT_EQ(events(test_planned).size(), 1U);
    EXPECT_EQ(datum(the(test_planned), "things"), Datum{std::int64_t{4}});
    for (int week = 0; week < 2; ++week) {
        passes(7 * 24h);
        restarts();
    }
    EXPECT_EQ(due(), Things{});
    std::set<std::int64_t> days;
    for (int day = 0; day < 17; ++day) {
        const auto before = due().size();
        passes(24h);
        if (due().size() > before) days.insert(day);
        restarts();
    }
    auto all = due();
    std::ranges::sort(all);
    EXPECT_EQ(all, (Things{"cabinet-box", "door-d07", "door-d08", "seal-s07"}));
    EXPECT_GT(days.size(), 1U) << "not all of them on one day";
    EXPECT_EQ(text(events(test_due).front(), "result"), "");
    restarts();
    passes(60 * 24h);
    EXPECT_EQ(due().size(), 4U) << "told once";
    EXPECT_EQ(events(test_planned).size(), 1U);
}

TEST_F(TestRegisterTest, WhatIsOverDueIsAnAlarmUntilATestIsPassed) {
    begins();
    passes(31 * 24h);
    const auto waits = [&](const char* id) {
        for (const auto& alarm : site_->alarms())
            if (alarm.id == id && alarm.active) return true;
        return false;
    };
    EXPECT_TRUE(waits("test-due-door-d07"));
    can("test.record", of("door", "d07", "failed"));
    EXPECT_TRUE(waits("test-due-door-d07"));
    restarts();
    EXPECT_TRUE(waits("test-due-door-d07"));
    can("test.record", of("door", "d07"));
    EXPECT_FALSE(waits("test-due-door-d07"));
    forget();
    passes(29 * 24h);
    EXPECT_EQ(due(), Things{});
    passes(24h);
    EXPECT_EQ(due(), Things{"door-d07"});
}

TEST_F(TestRegisterTest, AFailedTestOpensACaseAndGivesNoTime) {
    begins();
    passes(10 * 24h);
    can("test.record", of("seal", "s07", "failed"));
    EXPECT_EQ(text(the(case_opened), "test"), "seal-s07");
    EXPECT_EQ(the(case_opened).data.at("cause"), Datum{std::string{"test.recorded"}});
    passes(20 * 24h);
    EXPECT_EQ(due().size(), 4U) << "it counts as if it had not been";
}

TEST_F(TestRegisterTest, ANewThingIsDueAnHourLaterAndAGoneOneNeverAgain) {
    begins();
    passes(40 * 24h);
    forget();
    auto options = options_;
    options.doors.erase(options.doors.begin() + 1);
    CameraOptions camera;
    camera.id = "c1";
    camera.operating = "io.di4";
    options.cameras = {camera};
    reloads(options);
    passes(59min);
    EXPECT_EQ(due(), Things{});
    passes(1min);
    EXPECT_EQ(due(), Things{"camera-c1"});
    for (const auto& alarm : site_->alarms())
        EXPECT_NE(alarm.id == "test-due-door-d08" && alarm.active, true);
    cannot("unknown_thing", "test.record", of("door", "d08"));
}

TEST_F(TestRegisterTest, NoPeriodMakesNothingDue) {
    auto options = a_dock();
    options.test.every = 0h;
    begins(options);
    can("test.record", of("door", "d07"));
    passes(400 * 24h);
    EXPECT_EQ(due(), Things{});
}

TEST_F(TestRegisterTest, OnlyThoseWithTheRightTestAndOnlyWhatIsThere) {
    begins();
    cannot("unknown_thing", "test.record", of("door", "d99"));
    cannot("unknown_thing", "test.record", of("gateway", "gw1"));
    auto arguments = of("door", "d07");
    arguments["person"] = std::string{"luis"};
    cannot("not_allowed", "test.record", arguments);
    arguments["person"] = std::string{"eve"};
    cannot("unknown_person", "test.record", arguments);
    EXPECT_TRUE(events(test_recorded).empty());
}

// What it lists, and the camera that looks at nothing but its doors; not the one that looks out.
TEST_F(TestRegisterTest, EverythingInAZoneUnderTestIsMarked) {
    auto options = a_dock();
    const auto looks_at = [&](const char* id, const char* point, std::vector<std::string> doors) {
        CameraOptions camera;
        camera.id = id;
        camera.operating = point;
        camera.doors = std::move(doors);
        camera.settle = 0ms;
        options.cameras.push_back(camera);
    };
    looks_at("c1", "io.di4", {"d07"});
    looks_at("c2", "io.di5", {"d07", "d08"});
    looks_at("c3", "io.di6", {});
    options.zones.front().cabinets = {"box"};
    options.zones.front().cameras = {"c3"};
    begins(options);
    for (const auto* point : {"io.di3", "io.di4", "io.di5", "io.di6"}) reads(point, Value{true});
    passes(3s);
    can("test.begin", zone());
    forget();
    for (const auto* point : {"io.di4", "io.di5", "io.di6"}) reads(point, Value{false});
    reads("io.di3", Value{false});
    passes(3s);
    std::set<std::string> marked, real;
    for (const auto& event : events_) {
        const auto& subject = event.subjects.front();
        if (subject.kind == "camera" || subject.kind == "cabinet")
            (datum(event, "test") == Datum{true} ? marked : real).insert(subject.id);
    }
    EXPECT_EQ(marked, (std::set<std::string>{"box", "c1", "c3"}));
    EXPECT_EQ(real, std::set<std::string>{"c2"});
}

TEST_F(TestRegisterTest, AZoneUnderTestIsMarkedAndAlarmsNobody) {
    begins();
    can("test.begin", zone());
    const auto begun = the(test_mode_begun);
    EXPECT_EQ(begun.subjects, (std::vector<Subject>{{"zone", "east"}, {"person", "ana"}}));
    EXPECT_EQ(text(begun, "exercise"), "test");
    EXPECT_EQ(begun.personal.at("reason"), "walk-test");
    reads("io.di0", Value{true});
    reads("io.di1", Value{true});
    reads("io.di2", Value{true});
    passes(61s);
    for (const auto& event : events_) {
        const auto& subjects = event.subjects;
        const bool inside = std::ranges::count(subjects, Subject{"door", "d07"}) > 0 &&
                            subjects.front().kind != "case";
        EXPECT_EQ(datum(event, "test"), inside ? Datum{true} : Datum{}) << to_string(event.kind);
    }
    EXPECT_EQ(alarms(), (Things{"suppressed seal-tamper-s07", "suppressed door-held-d07",
                                "raised door-held-d08"}));
    EXPECT_TRUE(events(case_opened).empty());
    forget();
    can("test.end", zone_end());
    EXPECT_EQ(alarms(), (Things{"unsuppressed door-held-d07", "raised door-held-d07",
                                "unsuppressed seal-tamper-s07", "raised seal-tamper-s07"}));
    EXPECT_EQ(events(case_opened).size(), 1U) << "what is left behind is real";
    reads("io.di0", Value{false});
    passes(1s);
    EXPECT_EQ(datum(events_.back(), "test"), Datum{});
}

TEST_F(TestRegisterTest, ATestEndsByItselfAtItsLimit) {
    begins();
    can("test.begin", zone(30));
    const auto begun_at = now_;
    passes(20min);
    restarts();
    reads("io.di0", Value{true});
    passes(1s);
    EXPECT_EQ(datum(events_.back(), "test"), Datum{true}) << "a restart does not end it";
    passes(10min);
    EXPECT_EQ(the(test_mode_ended).at, begun_at + 30min);
    EXPECT_EQ(text(the(test_mode_ended), "why"), "time");
    cannot("nothing_to_end", "test.end", zone_end());
    can("test.begin", zone(30));
    now_ += 2h;
    restarts();
    forget();
    passes(1s);
    EXPECT_GE(the(test_mode_ended).at, now_ - 1s);
}

TEST_F(TestRegisterTest, ADrillIsMarkedAsThat) {
    begins();
    can("drill.begin", zone());
    EXPECT_EQ(text(the(drill_begun), "exercise"), "drill");
    reads("io.di0", Value{true});
    passes(61s);
    EXPECT_EQ(datum(the(door_held), "drill"), Datum{true});
    EXPECT_EQ(datum(the(door_held), "test"), Datum{});
    auto arguments = zone_end();
    arguments.emplace("result", "two doors were forgotten");
    can("drill.end", arguments);
    EXPECT_EQ(the(drill_ended).personal.at("result"), "two doors were forgotten");
    EXPECT_EQ(alarms().back(), "raised door-held-d07");
}

TEST_F(TestRegisterTest, OneExerciseAtATimeAndWithinItsLimit) {
    begins();
    cannot("bad_time", "test.begin", zone(0));
    cannot("bad_time", "drill.begin", zone(4 * 60 + 1));
    auto arguments = zone();
    arguments["zone"] = std::string{"west"};
    cannot("unknown_zone", "test.begin", arguments);
    arguments = zone();
    arguments["person"] = std::string{"luis"};
    cannot("not_allowed", "test.begin", arguments);
    cannot("nothing_to_end", "test.end", zone_end());
    can("test.begin", zone());
    cannot("zone_busy", "test.begin", zone());
    cannot("zone_busy", "drill.begin", zone());
    cannot("nothing_to_end", "drill.end", zone_end());
    restarts();
    cannot("zone_busy", "drill.begin", zone());
    can("test.end", zone_end());
    can("drill.begin", zone());
}

TEST_F(TestRegisterTest, AReloadThatGivesTheZoneAnotherDoorMarksThatOne) {
    begins();
    can("test.begin", zone());
    auto options = options_;
    options.zones[0].doors = {"d08"};
    reloads(options);
    forget();
    reads("io.di0", Value{true});
    reads("io.di1", Value{true});
    passes(1s);
    const auto opened = events(door_opened);
    ASSERT_EQ(opened.size(), 2U);
    EXPECT_EQ(datum(opened[0], "test"), Datum{});
    EXPECT_EQ(datum(opened[1], "test"), Datum{true});
}

}  // namespace
}  // namespace sealwarden
