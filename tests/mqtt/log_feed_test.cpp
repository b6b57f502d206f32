#include "firmware/mqtt/log_feed.hpp"

#include <gtest/gtest.h>

namespace sealwarden::mqtt_front {
namespace {

using namespace std::chrono_literals;

constexpr Uptime start{};

std::vector<Record> records(std::uint64_t from, std::uint64_t before, std::size_t bytes = 100) {
    std::vector<Record> made;
    for (; from < before; ++from) made.push_back({.index = from, .bytes = std::string(bytes, 'x')});
    return made;
}

TEST(LogFeed, ABacklogIsAskedForFromTheCursor) {
    LogFeed feed{5, {}};
    EXPECT_TRUE(feed.opened(9));
    EXPECT_EQ(feed.wanted(), (LogFeed::Page{.from = 5, .before = 9}));
    feed.page(records(5, 9));
    EXPECT_FALSE(feed.wanted());
    EXPECT_EQ(feed.next(1, start).size(), 4u);
}

TEST(LogFeed, TheCursorNeverSkipsAHole) {
    LogFeed feed{0, {.batch_bytes = 300, .flight_min = 1000}};
    feed.opened(0);
    feed.arrived(records(0, 2));
    ASSERT_EQ(feed.next(1, start).front().index, 0u);
    ASSERT_EQ(feed.next(2, start).front().index, 1u);
    feed.acknowledged(2, start + 1ms);
    EXPECT_EQ(feed.cursor(), 0u);
    feed.acknowledged(1, start + 2ms);
    EXPECT_EQ(feed.cursor(), 2u);
}

TEST(LogFeed, WhatWasInFlightWhenTheConnectionWentIsSentAgain) {
    LogFeed feed{0, {}};
    feed.opened(0);
    feed.arrived(records(0, 3));
    ASSERT_EQ(feed.next(1, start).size(), 3u);
    feed.lost();
    feed.acknowledged(1, start);  // too late: of the connection before
    EXPECT_EQ(feed.cursor(), 0u);
    EXPECT_EQ(feed.wanted(), (LogFeed::Page{.from = 0, .before = 3}));
}

TEST(LogFeed, MemoryIsBoundedAndTheLogIsAskedForTheRest) {
    LogFeed feed{0, {.held_bytes = 1000}};
    feed.opened(0);
    feed.arrived(records(0, 100));
    std::uint64_t expected = 0;
    for (std::uint64_t ticket = 1; expected < 100; ++ticket) {
        if (const auto page = feed.wanted()) feed.page(records(page->from, page->before));
        for (const auto& record : feed.next(ticket, start)) EXPECT_EQ(record.index, expected++);
        feed.acknowledged(ticket, start);
    }
    EXPECT_EQ(feed.cursor(), 100u);
}

TEST(LogFeed, ASlowLineCarriesLessAtOnce) {
    LogFeed feed{0, {.flight_min = 1000, .flight_max = 4000}};
    feed.opened(0);
    feed.arrived(records(0, 200));
    const auto first = feed.next(1, start).size();
    feed.acknowledged(1, start + 1ms);
    const auto quick = feed.next(2, start).size();
    EXPECT_GT(quick, first);
    feed.acknowledged(2, start + 3s);
    EXPECT_LT(feed.next(3, start).size(), quick);
}

TEST(LogFeed, AfterARefusalTheSameRecordsComeAgainLater) {
    LogFeed feed{0, {}};
    feed.opened(0);
    feed.arrived(records(0, 1));
    ASSERT_EQ(feed.next(1, start).size(), 1u);
    feed.refused(start);
    feed.page(records(0, 1));
    EXPECT_TRUE(feed.next(2, start + 1s).empty());
    EXPECT_EQ(feed.next(3, start + 10s).front().index, 0u);
}

TEST(LogFeed, ACursorOfAnotherLogBeginsAgain) {
    LogFeed feed{50, {}};
    EXPECT_FALSE(feed.opened(10));
    EXPECT_EQ(feed.wanted(), (LogFeed::Page{.from = 0, .before = 10}));
}

}  // namespace
}  // namespace sealwarden::mqtt_front
