#include "firmware/core/access/door_work.hpp"

#include <gtest/gtest.h>

#include "tests/core/access/access_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class DoorWorkTest : public AccessTest {
  protected:
    void SetUp() override {
        auto options = site();
        options.doors[2].held_open_after = 60s;
        options.doors[2].warn_before_held = 15s;
        options.doors[2].controlled = true;
        options.dock.opened_without_visit = false;
        opens_the_day(options);
    }
    void visit(EventKind kind, const char* id) {
        auto told = make_event(kind, {{"visit", id}, {"container", "c"}, {"door", "d07"}}, now_);
        told.data["door"] = "d07";
        told.data["state"] = kind == visit_arrived ? "arrived" : "departed";
        keep(site_->apply(told));
    }
    [[nodiscard]] std::vector<std::string> raised() const {
        std::vector<std::string> raised;
        for (const auto& line : alarms())
            if (line.starts_with("raised ") || line.starts_with("repeated "))
                raised.push_back(line);
        return raised;
    }
};

TEST_F(DoorWorkTest, WhatADoorUnderMaintenanceSaysIsMarkedAndRaisesNothing) {
    can("maintenance.begin",
        {{"door", "d07"}, {"minutes", 30}, {"reason", "new hinges"}, {"person", "ana"}});
    EXPECT_EQ(the(maintenance_begun).personal.at("reason"), "new hinges");
    is("io.d07", true);
    passes(10min);
    is("io.d07", false);
    EXPECT_EQ(kinds(), (std::vector{maintenance_begun, door_opened, door_forced, door_warned,
                                    door_held, door_closed}));
    for (const auto kind : {door_opened, door_forced, door_warned, door_held, door_closed})
        EXPECT_EQ(the(kind).data.at("maintenance"), Datum{true});
    EXPECT_EQ(raised(), std::vector<std::string>{});
    can("maintenance.end", {{"door", "d07"}, {"person", "ana"}});
    EXPECT_EQ(text(the(maintenance_ended), "ended_by"), "ana");
    is("io.d07", true);
    EXPECT_EQ(raised(), std::vector<std::string>{"raised door-forced-d07"});
}

// Worked on or not x whatever may come: what is said, and whether it is worked on then.
TEST_F(DoorWorkTest, EachStateMeetsEachInput) {
    struct Row {
        bool before;
        const char* input;
        std::vector<EventKind> said;
        bool after;
    };
    const Row table[]{
        {false, "begin", {maintenance_begun}, true},
        {false, "end", {command_refused}, false},
        {false, "limit", {}, false},
        {false, "restart", {}, false},
        {true, "begin", {maintenance_begun}, true},
        {true, "end", {maintenance_ended}, false},
        {true, "limit", {maintenance_ended}, false},
        {true, "restart", {}, true},
    };
    for (const auto& row : table) {
        history_.clear();
        SetUp();
        const Arguments begin{
            {"door", "d07"}, {"minutes", 30}, {"reason", "hinges"}, {"person", "ana"}};
        if (row.before) can("maintenance.begin", begin);
        forget();
        const std::string input = row.input;
        if (input == "begin") does("maintenance.begin", begin);
        if (input == "end") does("maintenance.end", {{"door", "d07"}, {"person", "ana"}});
        if (input == "limit") passes(30min);
        if (input == "restart") restarts();
        EXPECT_EQ(kinds(), row.said) << row.before << " " << input;
        forget();
        watched();
        is("io.d07", true);
        EXPECT_EQ(events(door_opened).back().data.contains("maintenance"), row.after)
            << row.before << " " << input;
    }
}

TEST_F(DoorWorkTest, OtherDoorsAreWatchedAsEver) {
    can("maintenance.begin",
        {{"door", "yard-door"}, {"minutes", 30}, {"reason", "lock"}, {"person", "ana"}});
    is("io.d07", true);
    EXPECT_EQ(the(door_opened).data.count("maintenance"), 0U);
    EXPECT_EQ(raised(), std::vector<std::string>{"raised door-forced-d07"});
}

TEST_F(DoorWorkTest, TheLimitEndsItAlsoBehindARestart) {
    can("maintenance.begin",
        {{"door", "d07"}, {"minutes", 30}, {"reason", "hinges"}, {"person", "ana"}});
    const auto begun = now_;
    passes(10min);
    restarts();
    watched();
    forget();
    is("io.d07", true);
    EXPECT_EQ(the(door_opened).data.at("maintenance"), Datum{true});
    passes(1h);
    EXPECT_EQ(the(maintenance_ended).at, begun + 30min);
    EXPECT_EQ(text(the(maintenance_ended), "ended_by"), "limit");
    restarts();
    watched();
    forget();
    is("io.d07", true);
    EXPECT_EQ(the(door_opened).data.count("maintenance"), 0U) << "it is over";
}

TEST_F(DoorWorkTest, BeginningAgainMovesTheLimit) {
    const Arguments work{{"door", "d07"}, {"minutes", 30}, {"reason", "x"}, {"person", "ana"}};
    can("maintenance.begin", work);
    passes(20min);
    can("maintenance.begin", work);
    passes(20min);
    EXPECT_TRUE(events(maintenance_ended).empty());
    passes(10min);
    EXPECT_EQ(events(maintenance_ended).size(), 1U);
}

TEST_F(DoorWorkTest, WhatCannotBeIsRefused) {
    Arguments work{{"door", "d07"}, {"minutes", 30}, {"reason", "x"}, {"person", "ana"}};
    auto but = [&](const char* key, Datum value) {
        auto other = work;
        other[key] = std::move(value);
        return other;
    };
    cannot("unknown_person", "maintenance.begin", but("person", "nobody"));
    cannot("not_allowed", "maintenance.begin", but("person", "bob"));
    cannot("unknown_door", "maintenance.begin", but("door", "d99"));
    cannot("bad_argument", "maintenance.begin", but("minutes", std::int64_t{0}));
    cannot("bad_argument", "maintenance.begin", but("minutes", std::int64_t{481}));
    EXPECT_EQ(message(),
              "`minutes` is 481; it must be 1 to 480, and `maintenance begin` again makes it "
              "longer");
    cannot("not_begun", "maintenance.end", {{"door", "d07"}, {"person", "ana"}});
    EXPECT_EQ(said_kinds(), std::vector{command_refused});
}

TEST_F(DoorWorkTest, ADockDoorIsOpenForAnHourWhileItIsLoaded) {
    visit(visit_arrived, "v-1");
    is("io.d07", true);
    forget();
    passes(1h);
    EXPECT_EQ(the(door_held).data.at("loading"), Datum{true});
    EXPECT_EQ(the(door_warned).data.at("loading"), Datum{true});
    EXPECT_EQ(raised(), std::vector<std::string>{});
    is("io.d07", false);
    visit(visit_departed, "v-1");
    EXPECT_EQ(events(door_held).size(), 1U);
    is("io.d07", true);
    passes(1h);
    EXPECT_EQ(raised().back(), "raised door-held-d07");
}

TEST_F(DoorWorkTest, ADockDoorThatStandsOpenBehindTheTruckIsHeld) {
    visit(visit_arrived, "v-1");
    is("io.d07", true);
    passes(1h);
    forget();
    visit(visit_departed, "v-1");
    const auto left = now_;
    passes(1h);
    const auto held = the(door_held);
    EXPECT_EQ(held.at, left + 60s);
    EXPECT_EQ(held.data.count("loading"), 0U);
    EXPECT_EQ(text(held, "counted_from"), "departure");
    EXPECT_EQ(held.data.at("open_ms"), Datum{std::int64_t{3'660'100}});
    EXPECT_EQ(alarms(), std::vector<std::string>{"raised door-held-d07"});
    is("io.d07", false);
    EXPECT_EQ(alarms().back(), "cleared door-held-d07");
}

TEST_F(DoorWorkTest, ADockDoorClosedBehindTheTruckOrUsedByTheNextOneIsNot) {
    for (const bool next : {false, true}) {
        visit(visit_arrived, "v-1");
        is("io.d07", true);
        passes(1h);
        forget();
        visit(visit_departed, "v-1");
        passes(30s);
        if (next)
            visit(visit_arrived, "v-2");
        else
            is("io.d07", false);
        passes(1h);
        EXPECT_TRUE(events(door_held).empty());
    }
    visit(visit_departed, "v-2");
    passes(1h);
    EXPECT_EQ(events(door_held).size(), 1U);
}

TEST_F(DoorWorkTest, AVisitStillStandsThereBehindARestart) {
    visit(visit_arrived, "v-1");
    SiteMemory memory;
    memory.wall = wall;
    memory.records = {{visit_arrived, {"visit", "v-1"}, now_, {{"door", "d07"}}, {}}};
    SiteTest::restarts(memory);
    watched();
    is("io.d07", true);
    passes(1h);
    EXPECT_EQ(raised(), std::vector<std::string>{"raised door-forced-d07"});
}

}  // namespace
}  // namespace sealwarden
