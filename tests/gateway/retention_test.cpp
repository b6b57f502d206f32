#include "firmware/retention.hpp"

#include <gtest/gtest.h>

#include "tests/support/fake_log.hpp"

namespace sealwarden {
namespace {

using namespace std::chrono_literals;

const WallTime when{std::chrono::seconds{1'795'500'000}};

eventlog::Entry badge() {
    return test::entry(7, "badge.presented", {.kind = "reader", .id = "r1"}, when);
}

config::Retention after(int days) {
    return {.personal = {{"badge.presented", std::chrono::days{days}}}, .holds = {}};
}

TEST(RetentionTest, AnEntryIsOverByTheRuleOfItsKindFromTheDayOn) {
    const auto rules = after(30);
    EXPECT_FALSE(rule_over(badge(), when + 30 * 24h - 1us, rules));
    EXPECT_EQ(rule_over(badge(), when + 30 * 24h, rules), "badge.presented after 30 days");
    EXPECT_FALSE(rule_over(test::entry(7), when + 3000 * 24h, rules)) << "no rule for its kind";
    EXPECT_FALSE(rule_over(badge(), when + 3000 * 24h, {})) << "no rules";
    EXPECT_FALSE(rule_over(badge(), when - 24h, rules)) << "a clock that was set back";
}

TEST(RetentionTest, AHoldKeepsWhatAllItsConditionsMeet) {
    auto rules = after(30);
    const auto later = when + 31 * 24h;
    const auto held = [&](config::Hold hold) {
        rules.holds = {std::move(hold)};
        const bool kept = hold_over(badge(), rules) != nullptr;
        EXPECT_EQ(rule_over(badge(), later, rules).has_value(), !kept);
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
