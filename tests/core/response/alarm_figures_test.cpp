#include "firmware/core/response/alarm_figures.hpp"

#include <gtest/gtest.h>

#include "firmware/core/alarm.hpp"
#include "tests/core/procedures_fixture.hpp"

namespace sealwarden {
namespace {

constexpr std::int64_t second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
// 2026-11-01 00:00 UTC
constexpr std::int64_t november = 1'793'491'200'000;

class AlarmFiguresTest : public testing::Test {
  protected:
    void says(std::int64_t at, const std::string& kind, const std::string& alarm, bool active,
              std::map<std::string, Datum> more = {}, const std::string& priority = "medium") {
        more.emplace("active", active);
        more.emplace("set_aside", std::string{"none"});
        figures_.take({.kind = "alarm." + kind,
                       .alarm = alarm,
                       .priority = priority,
                       .state = "",
                       .wall_ms = november + at,
                       .data = std::move(more)});
    }
    void raises(std::int64_t at, const std::string& alarm = "a",
                const std::string& priority = "medium") {
        says(at, "raised", alarm, true, {}, priority);
    }
    void clears(std::int64_t at, const std::string& alarm = "a") {
        says(at, "cleared", alarm, false);
    }
    void sets_aside(std::int64_t at, const std::string& kind, const std::string& alarm,
                    const std::string& by) {
        says(at, kind, alarm, true,
             {{"set_aside", kind}, {"set_aside_by", by}, {"raised_ago_ms", std::int64_t{0}}});
    }
    [[nodiscard]] AlarmReport of(std::int64_t from, std::int64_t until) const {
        return figures_.report(november + from, november + until);
    }
    [[nodiscard]] AlarmPresent at(std::int64_t now) const {
        return figures_.present(november + now);
    }
    using Ids = std::vector<std::string>;
    AlarmFigures figures_;
};

TEST_F(AlarmFiguresTest, NothingIsNothing) {
    const auto report = of(0, day);
    EXPECT_EQ(report.total, 0);
    EXPECT_EQ(report.peak, 0);
    EXPECT_EQ(report.periods, 144);
    EXPECT_EQ(report.median_acknowledge_ms, std::nullopt);
    EXPECT_EQ(of(day, 0).periods, 0) << "nor is an empty period a division by zero";
}

TEST_F(AlarmFiguresTest, AWindowThatReachesToAnyYearIsReported) {
    raises(0);
    clears(second);
    const auto report = figures_.report(0, 253'402'300'799'999'999);
    EXPECT_EQ(report.total, 1);
    EXPECT_EQ(report.periods_over_ten, 0);
}

TEST_F(AlarmFiguresTest, RatesAreAveragesOfThePeriodAndOnlyOfIt) {
    raises(-1);
    for (int i = 0; i < 48; ++i) raises(i * hour / 2, i % 2 == 0 ? "a" : "b");
    raises(day);
    const auto report = of(0, day);
    EXPECT_EQ(report.total, 48);
    EXPECT_DOUBLE_EQ(report.per_hour, 2);
    EXPECT_DOUBLE_EQ(report.per_10_min, 1.0 / 3);
    EXPECT_DOUBLE_EQ(report.per_day, 48);
    EXPECT_EQ(report.distinct, 2);
    EXPECT_DOUBLE_EQ(of(0, hour).per_day, 48) << "of an hour, as if it went on";
}

TEST_F(AlarmFiguresTest, OnlyWhatAnnunciatesIsCounted) {
    raises(0);
    clears(minute);
    says(2 * minute, "repeated", "a", true);
    says(3 * minute, "reminded", "a", true);
    says(4 * minute, "escalated", "a", true);
    says(5 * minute, "acknowledged", "a", true);
    sets_aside(6 * minute, "suppressed", "b", "test");
    figures_.take({"door.opened", "d07", "", "", november, {}});
    EXPECT_EQ(of(0, hour).total, 2);
}

TEST_F(AlarmFiguresTest, APeakIsFoundAcrossTheBordersOfPeriods) {
    for (int i = 0; i < 6; ++i) raises(9 * minute + i * second);
    for (int i = 0; i < 6; ++i) raises(11 * minute + i * second);
    const auto report = of(0, hour);
    EXPECT_EQ(report.peak, 12);
    EXPECT_EQ(report.periods_over_ten, 0) << "six in each";
    EXPECT_EQ(report.floods, 1);
}

TEST_F(AlarmFiguresTest, AFloodLastsWhileTheLastTenMinutesHoldMoreThanTen) {
    for (int i = 0; i < 11; ++i) raises(i * minute / 2);  // the eleventh at 5 min, the first at 0
    const auto report = of(0, 100 * minute);
    EXPECT_EQ(report.floods, 1);
    EXPECT_DOUBLE_EQ(report.flood_percent, 5) << "from the fifth to the tenth minute";
    EXPECT_EQ(report.periods, 10);
    EXPECT_EQ(report.periods_over_ten, 1);
    EXPECT_DOUBLE_EQ(report.periods_over_ten_percent, 10);
    EXPECT_DOUBLE_EQ(of(8 * minute, 108 * minute).flood_percent, 2) << "it had begun before";
    EXPECT_TRUE(at(9 * minute).flood);
    EXPECT_EQ(at(9 * minute).in_last_ten_minutes, 11);
    EXPECT_FALSE(at(10 * minute).flood);
}

TEST_F(AlarmFiguresTest, TheTopTenAreThoseThatAnnunciatedMost) {
    for (int alarm = 0; alarm < 20; ++alarm)
        for (int i = 0; i <= alarm; ++i)
            raises((alarm * 20 + i) * minute, "a" + std::to_string(100 + alarm));
    const auto report = of(0, day);
    ASSERT_EQ(report.top.size(), 10U);
    EXPECT_EQ(report.top.front(), (std::pair<std::string, std::int64_t>{"a119", 20}));
    EXPECT_EQ(report.top.back(), (std::pair<std::string, std::int64_t>{"a110", 11}));
    EXPECT_EQ(report.total, 210);
    EXPECT_DOUBLE_EQ(report.top_percent, 100.0 * 155 / 210);
}

TEST_F(AlarmFiguresTest, ThreeRaisingsWithinAMinuteAreChatter) {
    for (const auto at : {0L, 30L, 60L}) raises(at * second, "chatters");
    for (const auto at : {0L, 30L, 61L}) raises(at * second, "does-not");
    EXPECT_EQ(of(0, hour).chattering, Ids{"chatters"});
    EXPECT_EQ(at(5 * minute).chattering, Ids{"chatters"});
    EXPECT_EQ(at(12 * minute).chattering, Ids{}) << "it has ceased";
}

TEST_F(AlarmFiguresTest, WhatClearsBeforeAnybodyCanActIsFleeting) {
    raises(0, "fleeting");
    clears(30 * second, "fleeting");
    raises(hour, "fleeting");
    clears(hour + 10 * second, "fleeting");
    raises(0, "lasts");
    clears(31 * second, "lasts");
    raises(0, "momentary");
    clears(0, "momentary");
    raises(0, "acknowledged");
    says(5 * second, "acknowledged", "acknowledged", true);
    clears(10 * second, "acknowledged");
    EXPECT_EQ(of(0, day).fleeting, (std::map<std::string, std::int64_t>{{"fleeting", 2}}));
}

TEST_F(AlarmFiguresTest, WhatIsActiveForMoreThanADayIsStale) {
    raises(0, "stale");
    says(hour, "acknowledged", "stale", true);
    clears(3 * day, "stale");
    raises(0, "a-day");
    clears(day, "a-day");
    raises(day, "shelved");
    sets_aside(day + hour, "shelved", "shelved", "ana");
    raises(2 * day, "goes-on");
    const auto report = of(0, 30 * day);
    EXPECT_EQ(report.stale, (Ids{"goes-on", "stale"}));
    EXPECT_EQ(report.worst_stale, 1) << "never on the same day";
    EXPECT_EQ(of(0, day).stale, Ids{});
    EXPECT_EQ(at(30 * day).stale, Ids{"goes-on"});
    EXPECT_EQ(at(30 * day).shelved, Ids{"shelved"});
}

TEST_F(AlarmFiguresTest, PrioritiesAreShares) {
    raises(0, "a", "high");
    for (int i = 0; i < 3; ++i) raises(i * hour, "b", "medium");
    for (int i = 0; i < 16; ++i) raises(i * hour, "c", "low");
    const auto report = of(0, day);
    EXPECT_EQ(report.by_priority, (std::array<std::int64_t, 3>{1, 3, 16}));
    EXPECT_EQ(report.by_priority_percent, (std::array<double, 3>{5, 15, 80}));
}

TEST_F(AlarmFiguresTest, SettingAsideWithoutAPersonIsUnauthorised) {
    sets_aside(0, "shelved", "a", "ana");
    sets_aside(1, "out_of_service", "b", "");
    sets_aside(2, "suppressed", "c", "");
    const auto report = of(0, day);
    EXPECT_EQ(report.shelved, 1);
    EXPECT_EQ(report.out_of_service, 1);
    EXPECT_EQ(report.suppressed, 1);
    EXPECT_EQ(report.unauthorised, Ids{"b"}) << "design needs nobody";
    EXPECT_EQ(at(day).out_of_service, Ids{"b"});
    EXPECT_EQ(at(day).suppressed, Ids{"c"});
}

TEST_F(AlarmFiguresTest, TheTimeToAcknowledgeIsOfTheSecondPersonWhereItTakesTwo) {
    raises(0, "a");
    says(minute, "acknowledged", "a", true, {{"needs_second", true}});
    says(3 * minute, "acknowledged", "a", true);
    raises(0, "b");
    clears(minute, "b");
    says(2 * minute, "repeated", "b", true);
    says(10 * minute, "acknowledged", "b", true);
    const auto report = of(0, day);
    EXPECT_EQ(report.acknowledged, 2);
    EXPECT_EQ(report.median_acknowledge_ms, 3 * minute);
}

TEST_F(AlarmFiguresTest, WhatBeganBeforeTheEntriesSaysHowLongAgo) {
    says(0, "carried", "a", true, {{"raised_ago_ms", std::int64_t{25 * hour}}});
    EXPECT_EQ(of(0, hour).total, 0);
    EXPECT_EQ(at(1).stale, Ids{"a"});
}

TEST_F(AlarmFiguresTest, AMonthIsReportedAtOnce) {
    for (std::int64_t i = 0; i < 30 * 300; ++i)
        raises(i * (day / 300), "a" + std::to_string(i % 100), i % 5 == 0 ? "high" : "low");
    const auto report = of(0, 30 * day);
    EXPECT_NEAR(report.per_day, 300, 1e-9);
    EXPECT_EQ(report.floods, 0);
}

// What the core says is what is counted.
class AlarmFiguresOfASiteTest : public ProceduresTest {};

TEST_F(AlarmFiguresOfASiteTest, TheLogOfASiteIsReported) {
    SiteOptions options;
    DoorOptions door;
    door.id = "d07";
    door.contact.point = "io.di0";
    door.held_open_after = 60s;
    options.doors = {door};
    options.dock.opened_without_visit = false;
    builds(options);
    can("person.add", {{"person", "ana"}, {"name", "Ana R."}, {"rights", "alarms"}});
    reads("io.di0", Value{false});
    passes(1s);
    for (int i = 0; i < 3; ++i) {
        reads("io.di0", Value{true});
        passes(2min);
        reads("io.di0", Value{false});
        passes(1s);
    }
    can("alarm.shelve", {{"alarm", "door-held-d07"},
                         {"minutes", std::int64_t{60}},
                         {"reason", "busy"},
                         {"person", "ana"}});
    AlarmFigures figures;
    for (const auto& event : events_) {
        if (event.subjects.front().kind != "alarm") continue;
        figures.take({.kind = std::string{to_string(event.kind)},
                      .alarm = event.subjects.front().id,
                      .priority = text(event, "priority"),
                      .state = text(event, "state"),
                      .wall_ms = wall_ms(event.at),
                      .data = event.data});
    }
    const auto report = figures.report(wall_ms(Uptime{}), wall_ms(now_ + 1h));
    EXPECT_EQ(report.total, 3);
    EXPECT_EQ(report.shelved, 1);
    EXPECT_TRUE(report.unauthorised.empty());
    EXPECT_EQ(figures.present(wall_ms(now_)).shelved, std::vector<std::string>{"door-held-d07"});
}

}  // namespace
}  // namespace sealwarden
