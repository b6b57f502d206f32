#include "firmware/core/access/cross_checks.hpp"

#include <gtest/gtest.h>

#include "tests/core/access/access_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class CrossChecksTest : public AccessTest {
  protected:
    void builds_all(bool sealed = false) {
        auto options = site();
        SealOptions seal;
        seal.id = "s7";
        seal.door = "d07";
        seal.number = "rf.number";
        seal.intact = "rf.intact";
        options.seals = {seal};
        CameraOptions camera;
        camera.id = "c7";
        camera.operating = "cam.operating";
        camera.recording = "cam.recording";
        camera.doors = {"d07", "yard-door"};
        options.cameras = {camera};
        PowerOptions ups;
        ups.id = "ups";
        ups.on_battery = "ups.battery";
        options.powers = {ups};
        CabinetOptions cabinet;
        cabinet.id = "cab";
        cabinet.lid.point = "gpio.lid";
        options.cabinets = {cabinet};
        builds(options);
        watched();
        reads("rf.number", "EU123");
        for (const char* good : {"cam.operating", "cam.recording"}) reads(good, Value{true});
        reads("rf.intact", Value{sealed});
        for (const char* bad : {"ups.battery", "gpio.lid"}) reads(bad, Value{false});
        passes(5s);
        forget();
    }
    void opens_and_closes(const char* contact) {
        is(contact, true);
        is(contact, false);
    }
};

TEST_F(CrossChecksTest, ADoorThatOpensBehindAnIntactSealIsAFinding) {
    builds_all(true);
    const auto opened = now_;
    is("io.d07", true);
    EXPECT_EQ(findings(), std::vector<std::string>{}) << "the reader may not have looked yet";
    passes(1min);
    EXPECT_EQ(findings(), std::vector<std::string>{"opened_while_sealed d07 s7"});
    EXPECT_EQ(the(cross_finding).at, opened);
    EXPECT_EQ(alarms().front(), "raised opened-while-sealed-d07");
}

TEST_F(CrossChecksTest, ASealThatWasOpenedFirstIsNone) {
    for (const bool late : {false, true}) {
        builds_all(true);
        if (late) is("io.d07", true);
        passes(3s);
        reads("rf.intact", Value{false});
        passes(1s);
        if (!late) is("io.d07", true);
        passes(1min);
        EXPECT_EQ(findings(), std::vector<std::string>{});
    }
}

TEST_F(CrossChecksTest, OfASealThatCannotBeReadNothingIsConcluded) {
    builds_all(true);
    is("io.d07", true);
    reads("rf.intact", Fault::no_answer);
    passes(1min);
    EXPECT_EQ(findings(), std::vector<std::string>{});
}

TEST_F(CrossChecksTest, OtherDoorsHaveNoSeal) {
    builds_all(true);
    opens_and_closes("io.yard");
    passes(1min);
    EXPECT_EQ(findings(), std::vector<std::string>{});
}

// Whatever is wrong with the camera, before or behind the opening it is told of.
TEST_F(CrossChecksTest, ACameraGapOverAnOpeningIsAFinding) {
    struct Case {
        const char* point;
        std::variant<Value, Fault> what;
        const char* state;
    };
    const Case cases[]{{"cam.operating", Value{false}, "failed"},
                       {"cam.recording", Value{false}, "not_recording"},
                       {"cam.recording", Fault::no_answer, "unknown"}};
    for (const auto& one : cases) {
        builds_all();
        reads(one.point, one.what);
        passes(5s);
        EXPECT_EQ(findings(), std::vector<std::string>{});
        is("io.d07", true);
        EXPECT_EQ(findings(), std::vector<std::string>{"camera_gap_over_door_event d07 c7"});
        EXPECT_EQ(text(the(cross_finding), "camera_state"), one.state);
        const bool known = text(the(cross_finding), "camera_state") != "unknown";
        EXPECT_EQ(std::ranges::count(alarms(), "raised camera-gap-d07"), known ? 1 : 0);
    }
}

TEST_F(CrossChecksTest, AGapThatBecomesKnownIsToldOnceMore) {
    builds_all();
    reads("cam.recording", Fault::no_answer);
    passes(5s);
    for (int i = 0; i < 2; ++i) opens_and_closes("io.d07");
    reads("cam.operating", Value{false});
    passes(5s);
    for (int i = 0; i < 2; ++i) opens_and_closes("io.d07");
    EXPECT_EQ(findings(), (std::vector<std::string>{"camera_gap_over_door_event d07 c7",
                                                    "camera_gap_over_door_event d07 c7"}));
    EXPECT_EQ(std::ranges::count(alarms(), "raised camera-gap-d07"), 1);
}

TEST_F(CrossChecksTest, ACameraWhoseTroubleIsToldBehindTheOpeningIsOneToo) {
    builds_all();
    reads("cam.operating", Value{false});
    passes(500ms);
    is("io.vault", true);  // it does not look there
    is("io.d07", true);
    EXPECT_EQ(findings(), std::vector<std::string>{});
    passes(5s);
    EXPECT_EQ(findings(), std::vector<std::string>{"camera_gap_over_door_event d07 c7"});
}

TEST_F(CrossChecksTest, AnOpeningBeforeOrBehindTheGapIsNone) {
    builds_all();
    opens_and_closes("io.d07");
    passes(1s);
    reads("cam.recording", Value{false});
    passes(1min);
    reads("cam.recording", Value{true});
    passes(1min);
    opens_and_closes("io.d07");
    EXPECT_EQ(findings(), std::vector<std::string>{});
}

TEST_F(CrossChecksTest, AGapIsToldOnceForEachDoor) {
    builds_all();
    reads("cam.operating", Value{false});
    reads("cam.recording", Value{false});
    passes(5s);
    for (int i = 0; i < 5; ++i) opens_and_closes("io.d07");
    opens_and_closes("io.yard");
    EXPECT_EQ(findings(), (std::vector<std::string>{"camera_gap_over_door_event d07 c7",
                                                    "camera_gap_over_door_event yard-door c7"}));
    reads("cam.operating", Value{true});
    passes(5s);
    forget();
    opens_and_closes("io.d07");
    EXPECT_EQ(findings(), std::vector<std::string>{}) << "it is the same gap while one is wrong";
    reads("cam.recording", Value{true});
    passes(5s);
    reads("cam.recording", Value{false});
    passes(5s);
    opens_and_closes("io.d07");
    EXPECT_EQ(findings(), std::vector<std::string>{"camera_gap_over_door_event d07 c7"});
}

TEST_F(CrossChecksTest, OnBatteryAndTheCabinetOpenIsAFindingInEitherOrder) {
    for (const bool battery_first : {true, false}) {
        builds_all();
        reads(battery_first ? "ups.battery" : "gpio.lid", Value{true});
        passes(1min);
        EXPECT_EQ(findings(), std::vector<std::string>{});
        reads(battery_first ? "gpio.lid" : "ups.battery", Value{true});
        passes(1min);
        EXPECT_EQ(findings(), std::vector<std::string>{"battery_and_cabinet cab ups"});
        EXPECT_EQ(std::ranges::count(alarms(), "raised battery-and-cabinet-cab"), 1);
    }
}

TEST_F(CrossChecksTest, EachAloneIsNone) {
    builds_all();
    reads("ups.battery", Value{true});
    passes(1min);
    reads("ups.battery", Value{false});
    passes(1min);
    reads("gpio.lid", Value{true});
    passes(1min);
    reads("gpio.lid", Value{false});
    passes(1min);
    reads("ups.battery", Value{true});
    passes(1min);
    EXPECT_EQ(findings(), std::vector<std::string>{});
}

TEST_F(CrossChecksTest, ASupplyThatIsCutOffWhileOnBatteryStillCounts) {
    builds_all();
    reads("ups.battery", Value{true});
    passes(1min);
    reads("ups.battery", Fault::no_answer);
    passes(1min);
    reads("gpio.lid", Value{true});
    passes(1min);
    EXPECT_EQ(findings(), std::vector<std::string>{"battery_and_cabinet cab ups"});
}

class StuckDoorTest : public AccessTest {
  protected:
    // It is Tuesday, 08:01 at the site.
    void builds_stuck(int days) {
        auto options = site();
        options.doors[2].stuck_after_working_days = days;
        builds(options);
        watched();
        forget();
    }
};

TEST_F(StuckDoorTest, WorkingDaysAreCountedWholeAndWithoutWeekends) {
    // Counted are Wednesday to Friday, then Monday: told as Tuesday begins.
    builds_stuck(4);
    passes(5 * 24h + 15h);  // Sunday, 23:01
    EXPECT_EQ(kinds(), std::vector<EventKind>{});
    passes(24h);
    EXPECT_EQ(kinds(), std::vector<EventKind>{});
    passes(1h);
    const auto stuck = the(door_stuck);
    EXPECT_EQ(stuck.subjects.front().id, "d07");
    EXPECT_EQ(stuck.data.at("working_days"), Datum{std::int64_t{4}});
    EXPECT_EQ(text(stuck, "state"), "closed");
    EXPECT_EQ(
        Now({stuck.at, wall}).local_minute(wall.at_zero_ms + stuck.at.time_since_epoch() / 1ms), 0);
    EXPECT_EQ(alarms(), std::vector<std::string>{"raised door-stuck-d07"});
    forget();
    passes(30 * 24h);
    EXPECT_EQ(kinds(), std::vector<EventKind>{}) << "told once";
    is("io.d07", true);
    EXPECT_EQ(alarms(), std::vector<std::string>{"cleared door-stuck-d07"});
}

TEST_F(StuckDoorTest, AStartGoesOnFromTheLastMovementInTheLog) {
    builds_stuck(4);
    is("io.d07", true);
    is("io.d07", false);
    const auto moved = the(door_closed).at;
    passes(5 * 24h);
    SiteMemory memory;
    memory.wall = wall;
    memory.records = {{door_closed, {"door", "d07"}, moved, {}, {}}};
    SiteTest::restarts(memory);
    watched();
    passes(3 * 24h);
    EXPECT_EQ(events(door_stuck).size(), 1U);
}

TEST_F(StuckDoorTest, HolidaysAreNoWorkingDays) {
    auto options = site();
    options.doors[2].stuck_after_working_days = 4;
    options.access.holidays = {20'784, 20'786};  // Friday; a Sunday counts anyhow for nothing
    builds(options);
    watched();
    forget();
    passes(7 * 24h + 15h);  // Tuesday, 23:01: Wednesday, Thursday, Monday are over
    EXPECT_TRUE(events(door_stuck).empty());
    passes(1h);
    EXPECT_EQ(events(door_stuck).size(), 1U);
}

TEST_F(StuckDoorTest, ADoorThatMovesIsNotStuck) {
    builds_stuck(4);
    for (int i = 0; i < 20; ++i) {
        passes(3 * 24h);
        is("io.d07", true);
        is("io.d07", false);
    }
    EXPECT_TRUE(events(door_stuck).empty());
}

TEST_F(StuckDoorTest, WhatIsNotReadIsNotStuckAndAnswersAsBefore) {
    builds_stuck(4);
    passes(3 * 24h);
    reads("io.d07", Fault::no_answer);
    passes(10 * 24h);
    EXPECT_TRUE(events(door_stuck).empty());
    reads("io.d07", Value{false});
    passes(2h);
    EXPECT_EQ(events(door_stuck).size(), 1U) << "it is where it was";
}

TEST_F(StuckDoorTest, AClockThatLeapsMakesNoDoorStuck) {
    builds_stuck(4);
    auto ahead = wall;
    ahead.at_zero_ms += std::int64_t{30} * 86'400'000;
    site_->set_wall(ahead);
    keep(site_->apply(make_event(clock_step, {{"gateway", "gw1"}}, now_)));
    passes(24h);
    EXPECT_TRUE(events(door_stuck).empty());
}

}  // namespace
}  // namespace sealwarden
