// What a door's counter tells of a time in which nobody looked: the gateway was down, or its
// module.
#include "tests/core/site_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class DoorRestartTest : public SiteTest {
  protected:
    void SetUp() override {
        DoorOptions door;
        door.id = "d07";
        door.contact.point = "io.di0";
        door.contact.edge_counter = "io.count0";
        builds({.doors = {door}});
        is(false);
        counts(7);
        passes(1s);
    }
    void is(bool open) {
        reads("io.di0", Value{open});
        passes(100ms);
        reads("io.di0", Value{open});
    }
    void counts(std::int64_t count) { reads("io.count0", Value{count}); }
    // It opens and closes, and its counter tells so.
    void opens_once(std::int64_t count) {
        is(true);
        counts(count);
        passes(10s);
        is(false);
        passes(1s);
    }
    // Its module answers nothing, in the middle of a watch.
    void falls_silent() {
        reads("io.di0", Fault::no_answer);
        reads("io.count0", Fault::no_answer);
    }
    void is_back(bool open, std::int64_t count) {
        counts(count);
        is(open);
        passes(1s);
    }
    [[nodiscard]] Datum recounted() const { return the(door_recounted).data.at("count"); }
    [[nodiscard]] std::size_t hidden() const { return events(door_opened_between_polls).size(); }
};

TEST_F(DoorRestartTest, OpeningsThatWereNotWatchedAreCountedBehindARestart) {
    opens_once(8);
    const auto ended = now_ - 1s;
    forget();
    passes(1h);
    restarts();
    is_back(false, 10);
    EXPECT_EQ(recounted(), Datum{std::int64_t{2}});
    const auto opened = the(door_opened_between_polls);
    EXPECT_EQ(opened.data.at("count"), Datum{std::int64_t{2}});
    ASSERT_TRUE(opened.after.has_value());
    EXPECT_GE(*opened.after + 200ms, ended) << "until then it was watched";
    ASSERT_FALSE(alarms().empty());
    EXPECT_EQ(alarms().front(), "raised door-between-polls-d07");
}

TEST_F(DoorRestartTest, ACounterThatIsAsItWasProvesThatNothingOpened) {
    opens_once(8);
    forget();
    restarts();
    is_back(false, 8);
    EXPECT_EQ(recounted(), Datum{std::int64_t{0}});
    EXPECT_EQ(hidden(), 0U);
    forget();
    restarts();
    is_back(false, 8);
    EXPECT_EQ(recounted(), Datum{std::int64_t{0}});
    EXPECT_EQ(hidden(), 0U);
}

TEST_F(DoorRestartTest, AnOpeningThatWasSeenAndNotCountedYetIsNoOther) {
    is(true);  // and the gateway ends before its counter is read
    forget();
    restarts();
    is_back(true, 8);
    EXPECT_EQ(recounted(), Datum{std::int64_t{0}});
    is(false);
    passes(1min);
    EXPECT_EQ(hidden(), 0U);
}

TEST_F(DoorRestartTest, TheOpeningThatLeftItOpenIsNotToldTwice) {
    opens_once(8);
    forget();
    restarts();
    is_back(true, 9);
    EXPECT_EQ(recounted(), Datum{std::int64_t{1}});
    passes(1min);
    EXPECT_EQ(hidden(), 0U);
    EXPECT_EQ(events(door_opened).size(), 1U);
    forget();
    restarts();  // nor behind the next one
    is_back(true, 9);
    EXPECT_EQ(recounted(), Datum{std::int64_t{0}});
}

TEST_F(DoorRestartTest, ACounterThatStartedAnewProvesNothing) {
    opens_once(3000);
    forget();
    restarts();
    is_back(false, 2);
    EXPECT_TRUE(events(door_recounted).empty());
    EXPECT_EQ(hidden(), 0U);
    EXPECT_EQ(events(device_restarted).size(), 1U);
}

TEST_F(DoorRestartTest, BehindASilentModuleItsCounterIsComparedToo) {
    opens_once(8);
    forget();
    falls_silent();
    passes(1min);
    is_back(false, 8);
    EXPECT_EQ(recounted(), Datum{std::int64_t{0}});
    EXPECT_EQ(hidden(), 0U);
    forget();
    falls_silent();
    passes(1min);
    is_back(false, 9);
    EXPECT_EQ(recounted(), Datum{std::int64_t{1}});
    EXPECT_EQ(hidden(), 1U);
}

TEST_F(DoorRestartTest, WhatWasNotWatchedBeginsWhenTheModuleFellSilent) {
    opens_once(8);
    falls_silent();
    const auto lost = now_;
    passes(10min);
    restarts();
    forget();
    passes(10min);
    is_back(false, 9);
    EXPECT_EQ(hidden(), 1U);
    EXPECT_LE(the(door_recounted).after, lost);
}

TEST_F(DoorRestartTest, WhatWasNotWatchedBeginsThereThoughTheGatewayStartsTwiceMeanwhile) {
    opens_once(8);
    falls_silent();
    const auto lost = now_;
    for (int start = 0; start < 2; ++start) {
        passes(10min);
        restarts();
        falls_silent();
    }
    forget();
    is_back(false, 9);
    EXPECT_LE(the(door_recounted).after, lost);
}

}  // namespace
}  // namespace sealwarden
