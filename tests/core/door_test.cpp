#include "tests/core/site_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class DoorTest : public SiteTest {
  protected:
    static DoorOptions dock() {
        DoorOptions door;
        door.id = "d07";
        door.contact.point = "io.di0";
        return door;
    }
    void door(DoorOptions options) { builds({.doors = {std::move(options)}}); }
    void is(bool open) { reads("io.di0", Value{open}); }
    void fails() { reads("io.di0", Fault::no_answer); }
    // The next look at an unchanged door, later than it may bounce.
    void is_closed_still() {
        passes(100ms);
        is(false);
    }
    void counts(std::int64_t count) { reads("io.count0", Value{count}); }
    void watched_closed() {
        is(false);
        passes(1s);
        forget();
    }
    static DoorOptions counted() {
        auto door = dock();
        door.contact.edge_counter = "io.count0";
        return door;
    }
    static DoorOptions controlled() {
        auto door = dock();
        door.controlled = true;
        door.reader = "r1";
        door.request_to_exit = "io.rex";
        return door;
    }
    void controlled_door() {
        ReaderOptions reader;
        reader.id = "r1";
        reader.number = "rd.number";
        builds({.doors = {controlled()}, .readers = {reader}});
        reads("rd.number", Value{std::int64_t{0}});
        watched_closed();
    }
};

TEST_F(DoorTest, IsUnknownUntilItsContactIsRead) {
    door(dock());
    passes(10s);
    EXPECT_EQ(state("door", "d07", "state"), text("unknown"));
    EXPECT_EQ(state("door", "d07", "open"), Datum{});
    EXPECT_EQ(kinds(), std::vector<EventKind>{});
}

TEST_F(DoorTest, OpensAtTheFirstEdgeAndNotWhenItHasSettled) {
    door(dock());
    watched_closed();
    const auto last_look = *site_->last("io.di0");
    const auto edge = now_;
    is(true);
    EXPECT_EQ(kinds(), std::vector<EventKind>{});
    passes(60ms);
    EXPECT_EQ(the(door_opened).at, edge);
    EXPECT_EQ(the(door_opened).after, last_look.at);
}

TEST_F(DoorTest, BouncesAreNotOpenings) {
    door(dock());
    watched_closed();
    for (int i = 0; i < 5; ++i) {
        is(true);
        passes(10ms);
        is(false);
        passes(10ms);
    }
    passes(1s);
    EXPECT_EQ(kinds(), std::vector<EventKind>{});
}

TEST_F(DoorTest, ATrainOfBouncesIsOneOpeningAtItsFirstEdge) {
    door(dock());
    watched_closed();
    const auto edge = now_;
    for (const bool level : {true, false, true, false, true}) {
        is(level);
        passes(10ms);
    }
    passes(1s);
    EXPECT_EQ(kinds(), std::vector{door_opened});
    EXPECT_EQ(the(door_opened).at, edge);
}

TEST_F(DoorTest, AContactThatFindsNoRestIsUnknown) {
    door(dock());
    watched_closed();
    for (int i = 0; i < 100; ++i) {
        is(i % 2 == 0);
        passes(20ms);
    }
    EXPECT_EQ(kinds(), std::vector{door_unknown});
    EXPECT_EQ(the(door_unknown).data.at("why"), text("chattering"));
    EXPECT_EQ(alarms(), std::vector<std::string>{"raised door-unknown-d07"});
    passes(1s);
    EXPECT_EQ(kinds(), (std::vector{door_unknown, door_closed}));
}

TEST_F(DoorTest, HeldOpenIsReportedOnceUntilTheDoorCloses) {
    auto options = dock();
    options.held_open_after = 60s;
    door(options);
    watched_closed();
    is(true);
    passes(10min);
    is(false);
    passes(1s);
    EXPECT_EQ(kinds(), (std::vector{door_opened, door_held, door_closed}));
    EXPECT_EQ(the(door_held).at, the(door_opened).at + 60s);
    EXPECT_EQ(alarms(),
              (std::vector<std::string>{"raised door-held-d07", "cleared door-held-d07"}));
}

TEST_F(DoorTest, ALostContactIsNotAClosedDoor) {
    door(dock());
    watched_closed();
    fails();
    EXPECT_EQ(kinds(), std::vector{door_unknown});
    EXPECT_EQ(state("door", "d07", "open"), Datum{});
    EXPECT_EQ(alarms(), std::vector<std::string>{}) << "the device's alarm speaks for it";
}

TEST_F(DoorTest, ClosedBeforeAndOpenBehindAnUnknownIsAnOpening) {
    door(dock());
    watched_closed();
    const auto last_look = site_->last("io.di0")->at;
    passes(100ms);
    fails();
    passes(10s);
    is(true);
    passes(1s);
    EXPECT_EQ(kinds(), (std::vector{door_unknown, door_opened}));
    EXPECT_EQ(the(door_opened).data.at("from"), text("unknown"));
    EXPECT_EQ(the(door_opened).data.at("was"), text("closed"));
    EXPECT_EQ(the(door_opened).after, last_look);
}

TEST_F(DoorTest, AnOpeningBetweenTwoPollsIsToldByTheCounter) {
    door(counted());
    counts(7);
    watched_closed();
    passes(100ms);
    counts(9);
    is(false);
    EXPECT_EQ(kinds(), std::vector<EventKind>{}) << "a bounce may hide an opening from this look";
    is_closed_still();
    EXPECT_EQ(kinds(), std::vector{door_opened_between_polls});
    EXPECT_EQ(the(door_opened_between_polls).data.at("count"), Datum{std::int64_t{2}});
    EXPECT_EQ(alarms(), (std::vector<std::string>{"raised door-between-polls-d07",
                                                  "cleared door-between-polls-d07"}));
}

TEST_F(DoorTest, TheCounterOfASeenOpeningIsNotASecondOne) {
    for (const bool counter_first : {true, false}) {
        door(counted());
        counts(7);
        watched_closed();
        passes(100ms);
        if (counter_first) counts(8);
        is(true);
        if (!counter_first) counts(8);
        passes(5s);
        EXPECT_EQ(kinds(), std::vector{door_opened}) << counter_first;
        forget();
    }
}

TEST_F(DoorTest, ACounterReadInARequestBeforeTheLevelWaitsForTheLevel) {
    door(counted());
    counts(7);
    watched_closed();
    counts(8);
    passes(40ms);
    is(true);
    passes(1s);
    EXPECT_EQ(kinds(), std::vector{door_opened});
}

// Seed 1 of the simulated weeks: the counter was read 0.2 ms behind the edge, and 13 ms later the
// bouncing contact read closed.
TEST_F(DoorTest, ALookInTheMiddleOfTheBouncesDoesNotMakeOneOpeningTwo) {
    door(counted());
    counts(50);
    watched_closed();
    counts(51);
    passes(13ms);
    is(false);
    passes(100ms);
    is(true);
    passes(5s);
    is(true);
    EXPECT_EQ(kinds(), std::vector{door_opened});
}

// Seed 2: of two openings, one was seen, and which step of the counter was its own is not certain.
TEST_F(DoorTest, AnOpeningThatMayBeEitherOfTwoStepsIsToldWithTheTimeOfBoth) {
    door(counted());
    counts(16);
    watched_closed();
    counts(16);
    const auto first_look = now_;
    passes(20ms);
    is(false);
    passes(40ms);
    counts(17);
    passes(40ms);
    is(true);
    passes(20ms);
    counts(18);
    const auto last_look = now_;
    passes(1s);
    is(true);
    EXPECT_EQ(kinds(), (std::vector{door_opened, door_opened_between_polls}));
    EXPECT_EQ(the(door_opened_between_polls).after, first_look);
    EXPECT_EQ(the(door_opened_between_polls).at, last_look);
}

TEST_F(DoorTest, ACounterThatGoesBackIsARestartOfTheDeviceAndNoOpening) {
    door(counted());
    counts(70);
    watched_closed();
    counts(3);
    is(false);
    passes(20s);
    EXPECT_EQ(kinds(), std::vector{device_restarted});
}

TEST_F(DoorTest, ACounterThatLeapsIsARestartOfTheDeviceAndNoOpening) {
    door(counted());
    counts(70);
    watched_closed();
    counts(1'000'000);
    passes(20s);
    EXPECT_EQ(kinds(), std::vector{device_restarted});
}

TEST_F(DoorTest, ACounterThatRollsOverGoesOnCounting) {
    door(counted());
    counts(65'535);
    watched_closed();
    counts(0);
    is_closed_still();
    EXPECT_EQ(kinds(), std::vector{door_opened_between_polls});
}

TEST_F(DoorTest, OpeningsDuringAnUnknownAreToldByTheCounter) {
    door(counted());
    counts(7);
    watched_closed();
    reads("io.count0", Fault::no_answer);
    fails();
    passes(10s);
    is(false);
    counts(9);
    passes(1s);
    is(false);
    EXPECT_EQ(kinds(),
              (std::vector{door_unknown, door_recounted, door_closed, door_opened_between_polls}));
    EXPECT_EQ(the(door_opened_between_polls).data.at("count"), Datum{std::int64_t{2}});
}

TEST_F(DoorTest, ALatchProvesAnOpening) {
    auto options = dock();
    options.contact.latch = "io.latch0";
    door(options);
    reads("io.latch0", Value{false});
    watched_closed();
    reads("io.latch0", Value{true});
    is_closed_still();
    EXPECT_EQ(kinds(), std::vector{door_opened_between_polls});
}

TEST_F(DoorTest, AControlledDoorOpenedWithoutABadgeIsForced) {
    controlled_door();
    is(true);
    passes(1s);
    EXPECT_EQ(kinds(), (std::vector{door_opened, door_forced}));
    EXPECT_EQ(alarms(), std::vector<std::string>{"raised door-forced-d07"});
    EXPECT_EQ(state("door", "d07", "alarm_prio"), text("high"));
    is(false);
    passes(1s);
    EXPECT_EQ(state("door", "d07", "forced"), Datum{false});
}

TEST_F(DoorTest, ABadgeShortlyBeforeAllowsTheOpening) {
    controlled_door();
    reads("rd.number", Value{std::int64_t{4711}});
    passes(4s);
    is(true);
    passes(1s);
    EXPECT_EQ(kinds(), (std::vector{badge_presented, door_opened}));
}

TEST_F(DoorTest, ABadgeLongBeforeOrAfterTheOpeningDoesNotAllowIt) {
    controlled_door();
    reads("rd.number", Value{std::int64_t{4711}});
    passes(10s);
    is(false);
    passes(100ms);
    is(true);
    passes(1s);
    reads("rd.number", Value{std::int64_t{4711}});
    reads("rd.number", Value{std::int64_t{4712}});
    EXPECT_EQ(kinds(), (std::vector{badge_presented, door_opened, door_forced, badge_presented}));
}

TEST_F(DoorTest, ARequestToExitAllowsTheOpening) {
    controlled_door();
    reads("io.rex", Value{true});
    passes(200ms);
    reads("io.rex", Value{false});
    passes(2s);
    is(true);
    passes(1s);
    EXPECT_EQ(kinds(), (std::vector{door_exit_requested, door_opened}));
    EXPECT_EQ(the(door_opened).data.at("exit_requested"), Datum{true});
}

TEST_F(DoorTest, ARequestToExitIsToldOnceWhileItLasts) {
    controlled_door();
    for (int i = 0; i < 3; ++i) {
        reads("io.rex", Value{true});
        passes(1s);
    }
    EXPECT_EQ(the(door_exit_requested).at, now_ - 3s);
    reads("io.rex", Fault::no_answer);
    reads("io.rex", Value{true});
    EXPECT_EQ(events(door_exit_requested).size(), 2U) << "behind a fault it is another";
}

TEST_F(DoorTest, AnOpeningByABadgeIsNotByARequestToExit) {
    controlled_door();
    reads("rd.number", Value{std::int64_t{4711}});
    is(true);
    passes(1s);
    EXPECT_EQ(the(door_opened).data.count("exit_requested"), 0U);
}

TEST_F(DoorTest, AWarningComesBeforeHeldAndOnceAnOpening) {
    auto options = dock();
    options.held_open_after = 60s;
    options.warn_before_held = 15s;
    door(options);
    watched_closed();
    for (int i = 0; i < 2; ++i) {
        forget();
        const auto opened = now_;
        is(true);
        passes(10min);
        EXPECT_EQ(kinds(), (std::vector{door_opened, door_warned, door_held}));
        EXPECT_EQ(the(door_warned).at, opened + 45s);
        EXPECT_EQ(the(door_warned).data.at("held_in_ms"), Datum{std::int64_t{15'000}});
        EXPECT_EQ(the(door_held).at, opened + 60s);
        EXPECT_EQ(the(door_held).data.at("counted_from"), text("opening"));
        EXPECT_EQ(alarms(), std::vector<std::string>{i == 0 ? "raised door-held-d07"
                                                            : "repeated door-held-d07"});
        is(false);
        passes(1s);
    }
}

TEST_F(DoorTest, ADoorClosedInTimeIsWarnedOfAndNotHeld) {
    auto options = dock();
    options.held_open_after = 60s;
    options.warn_before_held = 15s;
    door(options);
    watched_closed();
    is(true);
    passes(50s);
    is(false);
    passes(10min);
    EXPECT_EQ(kinds(), (std::vector{door_opened, door_warned, door_closed}));
    EXPECT_EQ(alarms(), std::vector<std::string>{});
}

TEST_F(DoorTest, AHiddenOpeningOfAControlledDoorIsForcedToo) {
    auto options = controlled();
    options.contact.edge_counter = "io.count0";
    door(options);
    counts(1);
    watched_closed();
    counts(2);
    is_closed_still();
    EXPECT_EQ(the(door_opened_between_polls).data.at("forced"), Datum{true});
    EXPECT_EQ(alarms().front(), "raised door-forced-d07");
}

TEST_F(DoorTest, ADoorThatNeverMovesIsStuck) {
    auto options = dock();
    options.stuck_after = std::chrono::hours{48};
    door(options);
    watched_closed();
    passes(std::chrono::hours{100});
    EXPECT_EQ(kinds(), std::vector{door_stuck});
    is(true);
    passes(1s);
    EXPECT_EQ(alarms(),
              (std::vector<std::string>{"raised door-stuck-d07", "cleared door-stuck-d07"}));
}

TEST_F(DoorTest, ATamperContactOrItsCutWireIsTampering) {
    auto options = dock();
    options.tamper.emplace();
    options.tamper->point = "io.loop";
    options.tamper->loop = ContactOptions::Loop{.shorted = {0, 500},
                                                .inactive = {3000, 4500},
                                                .active = {7500, 9000},
                                                .cut = {11000, 13000}};
    door(options);
    reads("io.loop", Value{std::int64_t{3830}});
    passes(1s);
    reads("io.loop", Value{std::int64_t{12000}});
    passes(1s);
    reads("io.loop", Value{std::int64_t{3830}});
    passes(1s);
    EXPECT_EQ(kinds(), (std::vector{door_untampered, door_tamper, door_untampered}));
    EXPECT_EQ(alarms(),
              (std::vector<std::string>{"raised door-tamper-d07", "cleared door-tamper-d07"}));
}

TEST_F(DoorTest, AnAlarmThatStillHoldsBehindARestartStaysTheSameOne) {
    controlled_door();
    is(true);
    passes(1s);
    const auto before = site_->alarms();
    forget();
    restarts();
    EXPECT_EQ(site_->alarms(), before);
    is(true);
    passes(1s);
    EXPECT_EQ(kinds(), std::vector{door_opened});
    EXPECT_EQ(alarms(), std::vector<std::string>{});
    EXPECT_EQ(state("door", "d07", "forced"), Datum{true});
    EXPECT_EQ(site_->alarms(), before);
}

TEST_F(DoorTest, AnAlarmWhoseConditionEndedDuringARestartClearsOnceItIsKnown) {
    controlled_door();
    is(true);
    passes(1s);
    forget();
    restarts();
    is(false);
    passes(1s);
    EXPECT_EQ(alarms(), std::vector<std::string>{"cleared door-forced-d07"});
}

TEST_F(DoorTest, AReloadOfAnUnchangedDoorSaysNothingAndForgetsNothing) {
    auto options = dock();
    options.held_open_after = 60s;
    door(options);
    watched_closed();
    is(true);
    passes(50s);
    forget();
    reloads();
    is(true);
    passes(9s);
    EXPECT_EQ(kinds(), std::vector<EventKind>{});
    passes(2s);
    EXPECT_EQ(kinds(), std::vector{door_held});
}

TEST_F(DoorTest, AReloadWithoutADoorEndsItsAlarms) {
    controlled_door();
    is(true);
    passes(1s);
    forget();
    reloads({.gateway = "gw1"});
    passes(0s);
    EXPECT_EQ(alarms(), std::vector<std::string>{"cleared door-forced-d07"});
}

}  // namespace
}  // namespace sealwarden
