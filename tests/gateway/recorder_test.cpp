#include "firmware/recorder.hpp"

#include <gtest/gtest.h>

namespace sealwarden {
namespace {

// A log that takes what it is given while it has room, and commits when the test says so.
class RecorderTest : public testing::Test {
  protected:
    static State door(const std::string& state) {
        return {.subject = {"door", "d07"}, .values = {{"state", state}}};
    }
    static Events one() {
        return {Event{.kind = EventKind::door_opened, .subjects = {{"door", "d07"}}}};
    }

    // Everything taken so far becomes durable in one transaction.
    std::vector<State> commits(std::size_t own_entries = 0) {
        eventlog::Committed committed;
        for (std::size_t i = 0; i < own_entries; ++i)
            committed.entries.push_back({.index = next++});
        for (const auto& [ticket, events] : taken) {
            for (std::size_t i = 0; i < events; ++i) committed.entries.push_back({.index = next++});
            committed.tickets.push_back(ticket);
        }
        taken.clear();
        return recorder.committed(committed);
    }

    bool room = true;
    std::uint64_t tickets = 0, next = 100;
    std::vector<std::pair<std::uint64_t, std::size_t>> taken;
    Recorder recorder{[this](Events events) -> std::optional<std::uint64_t> {
                          if (!room) return std::nullopt;
                          taken.emplace_back(++tickets, events.size());
                          return tickets;
                      },
                      {Alarm{.id = "seal-tamper-s01"}}};
};

TEST_F(RecorderTest, NothingIsShownBeforeItIsOnDisk) {
    EXPECT_TRUE(recorder.record({.events = one(), .changes = {door("open")}}).empty());
    EXPECT_TRUE(recorder.states().empty());
    EXPECT_EQ(commits(), (std::vector{door("open")}));
    EXPECT_EQ(recorder.states(), (std::vector{door("open")}));
}

TEST_F(RecorderTest, AChangeWithoutAnEventWaitsForTheEventsBeforeIt) {
    recorder.record({.events = one(), .changes = {door("open")}});
    EXPECT_TRUE(recorder.record({.changes = {door("unknown")}}).empty())
        << "the opening is not on disk yet";
    EXPECT_EQ(commits(), (std::vector{door("open"), door("unknown")}));
}

TEST_F(RecorderTest, AChangeWithoutAnEventIsShownAtOnceWhenNothingIsUnderWay) {
    EXPECT_EQ(recorder.record({.changes = {door("closed")}}), (std::vector{door("closed")}));
    EXPECT_EQ(recorder.states(), (std::vector{door("closed")}));
}

TEST_F(RecorderTest, DoneGetsTheIndexOfItsFirstEntryAlsoBehindTheLogsOwn) {
    std::vector<std::uint64_t> indexes;
    const auto note = [&](std::uint64_t index) { indexes.push_back(index); };
    auto two = one();
    two.push_back(two.front());
    recorder.record({.events = two, .done = note});
    recorder.record({.events = one(), .done = note});
    commits(1);
    EXPECT_EQ(indexes, (std::vector<std::uint64_t>{101, 103}));
}

TEST_F(RecorderTest, AFullLogHoldsTheBatchAndTakesItLaterInOrder) {
    recorder.record({.events = one(), .changes = {door("open")}});
    room = false;
    recorder.record({.events = one(), .changes = {door("closed")}});
    EXPECT_TRUE(recorder.held());
    EXPECT_FALSE(recorder.retry());
    EXPECT_EQ(commits(), (std::vector{door("open")}));
    room = true;
    EXPECT_TRUE(recorder.retry());
    EXPECT_FALSE(recorder.held());
    EXPECT_EQ(commits(), (std::vector{door("closed")}));
}

TEST_F(RecorderTest, AlarmsAreThoseOfTheNewestCommittedBatch) {
    recorder.record({.events = one(), .alarms = std::vector{Alarm{.id = "door-held-d07"}}});
    EXPECT_EQ(recorder.alarms().at(0).id, "seal-tamper-s01")
        << "the log told of it before this start";
    commits();
    EXPECT_EQ(recorder.alarms().at(0).id, "door-held-d07");
    recorder.record({.events = one(), .alarms = std::vector<Alarm>{}});
    commits();
    EXPECT_TRUE(recorder.alarms().empty());
}

}  // namespace
}  // namespace sealwarden
