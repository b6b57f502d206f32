#include "firmware/core/access/badges.hpp"

#include <gtest/gtest.h>

#include "tests/core/access/access_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class BadgesTest : public AccessTest {
  protected:
    // What was decided about a badge at a reader: "granted in", "denied wrong_zone".
    std::string decided(const std::string& reader, std::int64_t badge) {
        forget();
        shows(reader, badge);
        for (const auto& event : events_) {
            if (event.kind == access_granted) return "granted " + text(event, "direction");
            if (event.kind == access_denied) return "denied " + text(event, "reason");
        }
        return "nothing";
    }
    [[nodiscard]] static SiteOptions with(AntiPassback kind) {
        auto options = site();
        options.access.anti_passback = kind;
        return options;
    }
};

// Every kind of badge at every kind of reader.
TEST_F(BadgesTest, EachReasonIsToldAtEachReader) {
    struct Row {
        std::int64_t badge;
        const char *in, *out, *vault, *clock;  // enters and is left; leaves; enters; no zone at all
    };
    const Row table[]{
        {1, "granted in", "granted out", "denied wrong_zone", "granted none"},
        {2, "granted in", "granted out", "granted in", "granted none"},
        {3, "denied wrong_zone", "granted out", "denied wrong_zone", "granted none"},
        {4, "denied expired", "denied expired", "denied expired", "denied expired"},
        {5, "denied not_yet_valid", "denied not_yet_valid", "denied not_yet_valid",
         "denied not_yet_valid"},
        {6, "denied revoked", "denied revoked", "denied revoked", "denied revoked"},
        {7, "denied unknown_badge", "denied unknown_badge", "denied unknown_badge",
         "denied unknown_badge"},
    };
    opens_the_day();
    for (const auto& row : table) {
        EXPECT_EQ(decided("in", row.badge), row.in) << row.badge;
        passes(1min);
        EXPECT_EQ(decided("out", row.badge), row.out) << row.badge;
        passes(1min);
        EXPECT_EQ(decided("vault", row.badge), row.vault) << row.badge;
        passes(1min);
        EXPECT_EQ(decided("clock", row.badge), row.clock) << row.badge;
        passes(1min);
    }
}

TEST_F(BadgesTest, ValidityIsThatOfTheMomentAndEndsAtMidnight) {
    opens_the_day();
    registers("today", "8", {{"zones", "*"}, {"from", "2026-11-24"}, {"until", "2026-11-24"}});
    EXPECT_EQ(decided("in", 8), "granted in");
    passes(16h - 10min);
    EXPECT_EQ(decided("in", 8), "granted in");
    passes(10min);
    EXPECT_EQ(decided("in", 8), "denied expired");
    EXPECT_EQ(decided("in", 5), "granted in") << "from now on";
}

TEST_F(BadgesTest, FacilityCodesAreHeldAgainstTheReaders) {
    opens_the_day();
    registers("far", "9", {{"zones", "*"}, {"facility", "43"}});
    registers("near", "9", {{"zones", "*"}, {"facility", "42"}});
    shows("in", 9);
    EXPECT_EQ(the(access_granted).subjects, (std::vector<Subject>{{"presence", "near"},
                                                                  {"reader", "in"},
                                                                  {"door", "yard-door"},
                                                                  {"person", "near"},
                                                                  {"zone", "yard"}}));
}

TEST_F(BadgesTest, AZoneWithHoursIsEnteredWithinThem) {
    auto options = site();
    // 08:00 on a Tuesday; the night shift ends on the next day. Wednesday is a holiday.
    Schedule day{.id = "day", .days = {}};
    day.days[1] = {{.from = 6 * 60, .until = 9 * 60}, {.from = 22 * 60, .until = 30 * 60}};
    day.days[2] = {{.from = 0, .until = 1440}};
    day.days[Schedule::holiday] = {{.from = 10 * 60, .until = 11 * 60}};
    options.access.schedules = {day};
    options.access.holidays = {20'782};
    options.zones[0].schedule = "day";
    opens_the_day(options);
    EXPECT_EQ(decided("in", 1), "granted in");
    passes(1h);
    EXPECT_EQ(decided("in", 1), "denied outside_hours");
    EXPECT_EQ(decided("out", 1), "granted out") << "whoever is in may leave";
    EXPECT_EQ(decided("vault", 2), "granted in") << "a zone without hours";
    passes(13h);
    EXPECT_EQ(decided("in", 1), "granted in") << "22:00";
    passes(7h + 30min);
    EXPECT_EQ(decided("in", 1), "granted in") << "05:30 of the night that began yesterday";
    passes(1h);
    EXPECT_EQ(decided("in", 1), "denied outside_hours") << "06:30 on a holiday";
    passes(4h);
    EXPECT_EQ(decided("in", 1), "granted in") << "10:30 on a holiday";
}

TEST_F(BadgesTest, AGrantThatARestartFallsIntoIsToldAsNotTakenAndBlind) {
    opens_the_day();
    shows("in", 1);
    ASSERT_EQ(kinds().back(), access_granted);
    restarts();
    watched();
    passes(10s);
    EXPECT_EQ(datum(the(access_not_taken), "blind"), Datum{true});
    EXPECT_EQ(
        the(access_not_taken).subjects,
        (std::vector<Subject>{
            {"presence", "ana"}, {"reader", "in"}, {"door", "yard-door"}, {"person", "ana"}}));
    forget();
    restarts();
    passes(1min);
    EXPECT_TRUE(events(access_not_taken).empty()) << "told once";

    shows("in", 1);
    goes_through();
    restarts();
    passes(1min);
    EXPECT_TRUE(events(access_not_taken).empty()) << "it was taken";
}

TEST_F(BadgesTest, WithoutDecidingABadgeIsOnlyPresented) {
    auto options = site();
    options.access.decide = false;
    opens_the_day(options);
    shows("in", 1);
    goes_through();
    EXPECT_EQ(kinds(), (std::vector{badge_presented, door_opened, door_closed}));
}

// What waits for a door x what becomes of the door: what is told of it then, and whether it still
// waits, which a plain opening behind it shows.
TEST_F(BadgesTest, EachAttemptMeetsEachThingADoorDoes) {
    enum Waits { nothing, grant, denial };
    enum Input { opens, opens_by_exit, opens_hidden, closes, is_lost, time_passes };
    const auto none = std::vector<EventKind>{};
    const auto taken = std::vector{access_taken};
    const auto found = std::vector{cross_finding};
    const auto over = std::vector{access_not_taken};
    struct Row {
        Waits waits;
        Input input;
        std::vector<EventKind> told, told_of_the_next_opening;
    };
    const Row table[]{
        {nothing, opens, none, none},        {nothing, opens_by_exit, none, none},
        {nothing, opens_hidden, none, none}, {nothing, closes, none, none},
        {nothing, is_lost, none, none},      {nothing, time_passes, none, none},
        {grant, opens, taken, none},         {grant, opens_by_exit, taken, none},
        {grant, opens_hidden, taken, none},  {grant, closes, none, taken},
        {grant, is_lost, none, taken},       {grant, time_passes, over, none},
        {denial, opens, found, none},        {denial, opens_by_exit, none, none},
        {denial, opens_hidden, found, none}, {denial, closes, none, found},
        {denial, is_lost, none, found},      {denial, time_passes, none, none},
    };
    const auto told = [&] {
        std::vector<EventKind> told;
        for (const auto kind : kinds())
            if (kind == access_taken || kind == access_not_taken || kind == cross_finding)
                told.push_back(kind);
        return told;
    };
    auto options = site();
    options.doors[0].contact.edge_counter = "io.count";
    options.doors[0].access_time = 10s;
    for (const auto& row : table) {
        opens_the_day(options);
        std::int64_t count = 5;
        const auto moves = [&](bool open) {
            if (open) reads("io.count", Value{++count});
            is("io.yard", open);
        };
        reads("io.count", Value{count});
        is("io.yard", row.input == closes);
        if (row.input == closes) moves(false), moves(true);
        forget();
        // Through an open door a grant is taken at once: it has to be closed to be waited for.
        if (row.input == closes) moves(false);
        if (row.waits != nothing) shows("in", row.waits == grant ? 1 : 3);
        passes(1s);
        forget();
        switch (row.input) {
            case opens: moves(true), moves(false); break;
            case opens_by_exit:
                reads("io.rex", Value{true});
                reads("io.rex", Value{false});
                moves(true), moves(false);
                break;
            case opens_hidden:
                reads("io.count", Value{++count});
                is("io.yard", false);
                passes(1s);
                is("io.yard", false);
                break;
            case closes: is("io.yard", false); break;
            case is_lost:
                reads("io.yard", Fault::no_answer);
                reads("io.yard", Value{false});
                passes(100ms);
                break;
            case time_passes: passes(20s); break;
        }
        EXPECT_EQ(told(), row.told) << row.waits << " " << row.input;
        forget();
        moves(true);
        passes(1s);
        EXPECT_EQ(told(), row.told_of_the_next_opening) << row.waits << " " << row.input;
    }
}

TEST_F(BadgesTest, AGrantIsTakenWhenTheDoorOpensInTime) {
    opens_the_day();
    shows("in", 1);
    passes(4s);
    const auto opened = now_;
    is("io.yard", true);
    EXPECT_EQ(kinds(), (std::vector{badge_presented, access_granted, door_opened, access_taken}));
    const auto taken = the(access_taken);
    EXPECT_EQ(taken.at, opened);
    EXPECT_EQ(text(taken, "how"), "opened");
    EXPECT_EQ(taken.subjects, (std::vector<Subject>{{"presence", "ana"},
                                                    {"reader", "in"},
                                                    {"door", "yard-door"},
                                                    {"person", "ana"},
                                                    {"zone", "yard"}}));
    passes(1min);
    EXPECT_TRUE(events(access_not_taken).empty());
}

TEST_F(BadgesTest, AGrantWithoutAnOpeningIsNotTaken) {
    opens_the_day();
    shows("in", 1);
    passes(1min);
    EXPECT_EQ(kinds(), (std::vector{badge_presented, access_granted, access_not_taken}));
    EXPECT_EQ(the(access_not_taken).data.at("blind"), Datum{false});
    forget();
    is("io.yard", true);
    EXPECT_EQ(kinds(), std::vector{door_opened});
}

TEST_F(BadgesTest, OfADoorThatIsNotReadNothingIsClaimed) {
    opens_the_day();
    shows("in", 1);
    reads("io.yard", Fault::no_answer);
    reads("io.yard", Value{false});
    passes(1min);
    EXPECT_EQ(the(access_not_taken).data.at("blind"), Datum{true});
}

TEST_F(BadgesTest, WithoutADoorOrThroughAnOpenOneAGrantIsTakenAtOnce) {
    opens_the_day();
    shows("clock", 1);
    EXPECT_EQ(text(the(access_taken), "how"), "no_door");
    is("io.yard", true);
    passes(1min);
    forget();
    shows("in", 1);
    EXPECT_EQ(text(the(access_taken), "how"), "stood_open");
}

TEST_F(BadgesTest, TwoWhoGoInByOneOpeningHaveBothTakenIt) {
    opens_the_day();
    shows("in", 1);
    passes(1s);
    shows("in", 2);
    goes_through();
    const auto taken = events(access_taken);
    ASSERT_EQ(taken.size(), 2U);
    EXPECT_EQ(taken[0].subjects.front().id, "ana");
    EXPECT_EQ(taken[1].subjects.front().id, "bob");
    EXPECT_EQ(taken[1].data.at("together"), Datum{std::int64_t{2}});
}

TEST_F(BadgesTest, AnOpeningBetweenTwoPollsIsOneToo) {
    auto options = site();
    options.doors[0].contact.edge_counter = "io.count";
    opens_the_day(options);
    reads("io.count", Value{std::int64_t{5}});
    is("io.yard", false);
    forget();
    shows("in", 1);
    reads("io.count", Value{std::int64_t{6}});
    passes(1s);
    is("io.yard", false);
    EXPECT_EQ(text(the(access_taken), "how"), "between_polls");
}

// The door opens while the transaction that reads the number goes on; it comes out as the one that
// was there before.
TEST_F(BadgesTest, ANumberReadBehindTheOpeningStillCounts) {
    for (const std::int64_t badge : {1, 3}) {
        auto options = site();
        options.readers[0].fresh = "rd.fresh";
        opens_the_day(options);
        reads("rd.fresh", Value{std::int64_t{1}});
        reads("rd.in", Value{badge});
        passes(1min);
        forget();
        const auto presented = now_;
        reads("rd.fresh", Value{std::int64_t{2}});
        passes(1s);
        const auto opened = now_;
        is("io.yard", true);
        passes(500ms);
        reads("rd.in", Value{badge});
        EXPECT_EQ(the(badge_presented).at, presented);
        if (badge == 1) {
            EXPECT_EQ(kinds(),
                      (std::vector{door_opened, badge_presented, access_granted, access_taken}));
            EXPECT_EQ(the(access_taken).at, opened);
        } else {
            EXPECT_EQ(findings(),
                      std::vector<std::string>{"opened_after_denial yard-door in eve yard"});
        }
        passes(1min);
        EXPECT_TRUE(events(access_not_taken).empty());
    }
}

TEST_F(BadgesTest, AnOpeningBehindADenialIsAFinding) {
    opens_the_day();
    shows("in", 3);
    goes_through();
    EXPECT_EQ(kinds(), (std::vector{badge_presented, access_denied, door_opened, cross_finding,
                                    door_closed}));
    EXPECT_EQ(findings(), std::vector<std::string>{"opened_after_denial yard-door in eve yard"});
    EXPECT_EQ(text(the(cross_finding), "reason"), "wrong_zone");
    EXPECT_EQ(site_->alarms()[0].id, "opened-after-denial-yard-door");
    EXPECT_EQ(site_->alarms()[0].priority, Priority::high);
}

TEST_F(BadgesTest, WhatExplainsAnOpeningBehindADenialIsNoFinding) {
    opens_the_day();
    shows("in", 3);
    passes(1s);
    shows("in", 1);
    goes_through();
    EXPECT_EQ(findings(), std::vector<std::string>{}) << "somebody else was let in";
    passes(1s);
    goes_through();
    EXPECT_EQ(findings(), std::vector<std::string>{}) << "the denial is done with";

    passes(1min);
    shows("in", 3);
    reads("io.rex", Value{true});
    reads("io.rex", Value{false});
    goes_through();
    EXPECT_EQ(findings(), std::vector<std::string>{}) << "somebody left";

    passes(1min);
    shows("in", 3);
    passes(10s);
    goes_through();
    EXPECT_EQ(findings(), std::vector<std::string>{}) << "much later";
}

TEST_F(BadgesTest, ABadgeThatCouldNotBeReadIsDenied) {
    auto options = site();
    options.readers[0].fresh = "rd.fresh";
    opens_the_day(options);
    reads("rd.fresh", Value{std::int64_t{1}});
    passes(1s);
    reads("rd.fresh", Value{std::int64_t{2}});
    passes(10s);
    EXPECT_EQ(text(the(access_denied), "reason"), "unknown_badge");
    EXPECT_EQ(the(access_denied).data.at("unread"), Datum{true});
}

TEST_F(BadgesTest, TimedABadgeCountsOnceWithinItsTime) {
    opens_the_day(with(AntiPassback::timed));
    EXPECT_EQ(decided("in", 2), "granted in");
    goes_through();
    EXPECT_EQ(decided("in", 2), "denied anti_passback");
    EXPECT_EQ(decided("vault", 2), "granted in") << "another zone";
    EXPECT_EQ(decided("in", 1), "granted in") << "another badge";
    passes(60s);
    EXPECT_EQ(decided("in", 2), "granted in");
}

TEST_F(BadgesTest, TimedWhoLeftMayComeBackAndWhoDidNotEnterToo) {
    opens_the_day(with(AntiPassback::timed));
    EXPECT_EQ(decided("in", 2), "granted in");
    passes(10s);  // not taken
    EXPECT_EQ(decided("in", 2), "granted in");
    goes_through();
    EXPECT_EQ(decided("out", 2), "granted out");
    goes_through();
    EXPECT_EQ(decided("in", 2), "granted in");
}

TEST_F(BadgesTest, AreaNobodyEntersTwiceWithoutLeaving) {
    opens_the_day(with(AntiPassback::area));
    EXPECT_EQ(decided("in", 2), "granted in");
    passes(1h);
    EXPECT_EQ(decided("in", 2), "granted in") << "granted is not entered";
    goes_through();
    EXPECT_EQ(text(the(access_taken), "inside"), "yard");
    passes(5h);
    EXPECT_EQ(decided("in", 2), "denied anti_passback");
    passes(1min);
    EXPECT_EQ(decided("out", 2), "granted out");
    goes_through();
    EXPECT_EQ(text(the(access_taken), "inside"), "");
    EXPECT_EQ(decided("in", 2), "granted in");
}

TEST_F(BadgesTest, AreaAZoneWithoutAWayOutIsNotKept) {
    opens_the_day(with(AntiPassback::area));
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(decided("vault", 2), "granted in");
        passes(1s);
        is("io.vault", true);
        is("io.vault", false);
        EXPECT_EQ(text(the(access_taken), "inside"), "");
        passes(1min);
    }
}

TEST_F(BadgesTest, WhoIsInsideSurvivesARestartAndAReload) {
    opens_the_day(with(AntiPassback::area));
    shows("in", 2);
    goes_through();
    restarts();
    watched();
    EXPECT_EQ(decided("in", 2), "denied anti_passback");
    EXPECT_EQ(decided("in", 1), "granted in");
    passes(1min);
    auto timed = with(AntiPassback::timed);
    timed.access.passback_time = std::chrono::hours{1};
    reloads(timed);
    EXPECT_EQ(decided("in", 2), "denied anti_passback");
    restarts();
    watched();
    EXPECT_EQ(decided("in", 2), "denied anti_passback");
    EXPECT_EQ(decided("in", 1), "granted in") << "the grant before was not taken";
}

TEST_F(BadgesTest, AReloadLosesNoGrant) {
    opens_the_day();
    shows("in", 1);
    reloads();
    goes_through();
    EXPECT_EQ(events(access_taken).size(), 1U);
}

TEST_F(BadgesTest, RevokedBadgesAndRepeatedDenialsAreFindings) {
    opens_the_day();
    shows("in", 6);
    EXPECT_EQ(findings(), std::vector<std::string>{"revoked_badge_used in yard-door gone yard"});
    EXPECT_EQ(site_->alarms()[0].id, "revoked-badge-in") << "no person in a topic";
    forget();
    passes(30s);
    shows("in", 7);
    EXPECT_EQ(findings(), std::vector<std::string>{});
    passes(29s);
    shows("in", 7);
    EXPECT_EQ(findings(), std::vector<std::string>{"repeated_denials in yard-door"});
    passes(1s);
    forget();
    shows("in", 7);
    shows("out", 7);
    EXPECT_EQ(findings(), std::vector<std::string>{}) << "they are counted anew, for each reader";
}

}  // namespace
}  // namespace sealwarden
