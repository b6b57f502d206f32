#include "firmware/retention.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_log.hpp"

namespace sealwarden {
namespace {

using namespace std::chrono_literals;

const WallTime when{std::chrono::seconds{1'795'500'000}};

eventlog::Entry badge(std::uint64_t index = 7, WallTime wall = when,
                      const std::string& sync = "ntp") {
    auto entry = test::entry(index, "badge.presented", {.kind = "reader", .id = "r1"}, wall);
    entry.bytes.replace(entry.bytes.find(R"("none")"), 6, '"' + sync + '"');
    return entry;
}

config::Retention after(int days) {
    return {.personal = {{"badge.presented", std::chrono::days{days}}}, .holds = {}};
}

std::vector<std::uint64_t> over(const std::vector<eventlog::Entry>& entries, WallTime now,
                                const config::Retention& rules) {
    std::vector<std::uint64_t> indexes;
    for (const auto& one : aged(entries, now, rules)) indexes.push_back(one.entry);
    return indexes;
}
using Indexes = std::vector<std::uint64_t>;

TEST(RetentionTest, AnEntryIsOverByTheRuleOfItsKindFromTheDayOn) {
    const auto rules = after(30);
    EXPECT_EQ(over({badge()}, when + 30 * 24h - 1us, rules), Indexes{});
    EXPECT_EQ(aged({badge()}, when + 30 * 24h, rules),
              (std::vector<Aged>{{7, "badge.presented after 30 days"}}));
    EXPECT_EQ(over({test::entry(7)}, when + 3000 * 24h, rules), Indexes{})
        << "no rule for its kind";
    EXPECT_EQ(over({badge()}, when + 3000 * 24h, {}), Indexes{}) << "no rules";
    EXPECT_EQ(over({badge()}, when - 24h, rules), Indexes{}) << "a clock that was set back";
}

TEST(RetentionTest, ATimeThatNobodyVouchedForAgesNothingByItself) {
    const auto rules = after(30);
    const auto lost = badge(3, WallTime{}, "none");  // written in 1970, by its clock
    const auto later = badge(7);
    EXPECT_EQ(over({lost}, when + 24h, rules), Indexes{}) << "it may be of today";
    EXPECT_EQ(over({lost, later}, when + 29 * 24h, rules), Indexes{});
    EXPECT_EQ(over({lost, later}, when + 30 * 24h, rules), (Indexes{3, 7}))
        << "it came before one whose time is over";
    EXPECT_EQ(over({later, badge(9, WallTime{}, "none")}, when + 30 * 24h, rules), Indexes{7})
        << "what came after it may be younger";
}

TEST(RetentionTest, AHoldOverAPeriodCoversWhatMayBeOfAnyTime) {
    auto rules = after(30);
    rules.holds = {{.id = "a", .since = when, .until = when + 1s}};
    EXPECT_NE(hold_over(badge(3, WallTime{}, "none"), rules), nullptr);
    rules.holds[0].subject = Subject{"reader", "r2"};
    EXPECT_EQ(hold_over(badge(3, WallTime{}, "none"), rules), nullptr);
}

TEST(RetentionTest, AHoldKeepsWhatAllItsConditionsMeet) {
    auto rules = after(30);
    const auto later = when + 31 * 24h;
    const auto held = [&](config::Hold hold) {
        rules.holds = {std::move(hold)};
        const bool kept = hold_over(badge(), rules) != nullptr;
        EXPECT_EQ(over({badge()}, later, rules).empty(), kept);
        return kept;
    };
    EXPECT_TRUE(held({.id = "all", .why = "audit"}));
    EXPECT_TRUE(held({.id = "a", .subject = Subject{"reader", "r1"}}));
    EXPECT_FALSE(held({.id = "a", .subject = Subject{"reader", "r2"}}));
    EXPECT_FALSE(held({.id = "a", .subject = Subject{"door", "r1"}}));
    EXPECT_TRUE(held({.id = "a", .since = when, .until = when + 1s}));
    EXPECT_FALSE(held({.id = "a", .since = when + 1us}));
    EXPECT_FALSE(held({.id = "a", .until = when}));
    EXPECT_FALSE(held({.id = "a", .subject = Subject{"reader", "r1"}, .until = when}));
}

TEST(RetentionTest, WhatCannotBeReadIsHeldByAnyHold) {
    auto damaged = badge();
    damaged.bytes = "{";
    auto rules = after(1);
    rules.holds = {{.id = "a", .subject = Subject{"reader", "r9"}}};
    EXPECT_NE(hold_over(damaged, rules), nullptr);
}

ClockSample at(std::chrono::seconds uptime, std::chrono::seconds ahead = {},
               std::string sync = "ntp") {
    return {.uptime = Uptime{uptime}, .wall = when + uptime + ahead, .sync = std::move(sync)};
}

TEST(AgedWalkTest, LooksOnceAMinuteFromWhereItWas) {
    AgedWalk walk;
    EXPECT_FALSE(walk.look(at(100s), false)) << "nothing is known of the clock yet";
    EXPECT_FALSE(walk.look(at(159s), false));
    EXPECT_EQ(walk.look(at(160s), false), 0U);
    walk.go_on_from(700);
    EXPECT_FALSE(walk.look(at(219s), false));
    EXPECT_EQ(walk.look(at(220s), false), 700U);
}

TEST(AgedWalkTest, AClockThatWasSetIsNotErasedByUntilTheNextLook) {
    AgedWalk walk;
    (void)walk.look(at(100s), false);
    EXPECT_FALSE(walk.look(at(160s, 11s), false));
    EXPECT_EQ(walk.look(at(220s, 11s), false), 0U) << "and nobody doubted it meanwhile";
    EXPECT_EQ(walk.look(at(280s, 20s), false), 0U) << "clocks drift";
    EXPECT_FALSE(walk.look(at(340s, 0s), false)) << "set back counts too";
}

TEST(AgedWalkTest, AClockThatIsDoubtedOrUnsynchronisedIsNotErasedBy) {
    AgedWalk walk;
    (void)walk.look(at(100s), false);
    EXPECT_FALSE(walk.look(at(160s), true));
    EXPECT_FALSE(walk.look(at(220s), false)) << "the look before was no good";
    EXPECT_FALSE(walk.look(at(280s, 0s, "none"), false));
    EXPECT_FALSE(walk.look(at(340s), false));
    EXPECT_EQ(walk.look(at(400s), false), 0U);
}

TEST(RetentionTest, TheErasureNamesTheEntryTheRuleAndWhoDecided) {
    const auto event = erasure(7, "badge.presented after 30 days", "", "gw1", Uptime{5s});
    EXPECT_EQ(event.kind, EventKind::payload_erased);
    EXPECT_EQ(event.subjects, (std::vector<Subject>{{"gateway", "gw1"}}));
    EXPECT_EQ(event.data.at("ref"), Datum{std::int64_t{7}});
    EXPECT_EQ(event.data.at("rule"), Datum{std::string{"badge.presented after 30 days"}});
    EXPECT_EQ(event.data.at("by"), Datum{std::string{"retention"}});
    EXPECT_EQ(erasure(7, "asked", "uid:0(root)", "gw1", {}).data.at("by"),
              Datum{std::string{"uid:0(root)"}});
}

}  // namespace
}  // namespace sealwarden
