#include <random>

#include "tests/local/door_fixture.hpp"

namespace sealwarden::test {
namespace {

using nlohmann::json;

class LocalDoorStreams : public LocalDoor {
  protected:
    // Adds what a feed's lines carry, and checks that each is the record that comes next.
    void check(const std::vector<std::string>& lines) {
        for (const auto& text : lines) {
            const auto line = json::parse(text);
            ASSERT_TRUE(line.contains("entries")) << text;
            for (const auto& record : line["entries"]) {
                ASSERT_LT(cursor_, log_.entries.size());
                ASSERT_EQ(record.dump(), log_.entries[cursor_].bytes);
                ++cursor_;
            }
            ASSERT_EQ(line["next"], cursor_);
        }
    }
    void reads_all(Caller& caller) {
        for (;;) {
            turn();
            const auto before = caller.taken();
            check(caller.take());
            if (caller.taken() == before) return;
        }
    }

    std::uint64_t cursor_ = 0;
};

TEST_F(LocalDoorStreams, AFeedHandsOutOldEntriesAndThenNewOnesInOrder) {
    for (std::size_t i = 0; i < 1000; ++i) log_.entries.push_back(entry(i));
    opens();
    auto caller = calls();
    caller.ask({{"id", 2}, {"call", "feed"}, {"from", 4}});
    cursor_ = 4;
    reads_all(caller);
    EXPECT_EQ(cursor_, 1000U);
    const auto pages = log_.queries.size();
    commits(3);
    reads_all(caller);
    EXPECT_EQ(cursor_, 1003U);
    EXPECT_EQ(log_.queries.size(), pages);  // what is live is not read again
}

TEST_F(LocalDoorStreams, AFeedWithoutACursorBeginsNow) {
    for (std::size_t i = 0; i < 10; ++i) log_.entries.push_back(entry(i));
    opens();
    auto caller = calls();
    caller.ask({{"id", 2}, {"call", "feed"}});
    turn();
    commits(1);
    cursor_ = 10;
    reads_all(caller);
    EXPECT_EQ(cursor_, 11U);
}

TEST_F(LocalDoorStreams, ACursorBeyondTheLogBelongsToAnotherLog) {
    log_.entries.push_back(entry(0));
    opens();
    auto caller = calls();
    const auto line = answer(caller, {{"id", 2}, {"call", "feed"}, {"from", 5}});
    EXPECT_EQ(line.at("error").at("code"), "not_found");
    EXPECT_EQ(line.at("id"), 2);
}

TEST_F(LocalDoorStreams, ANewLogEndsEveryFeedAndLeavesTheWatches) {
    for (std::size_t i = 0; i < 10; ++i) log_.entries.push_back(entry(i));
    opens();
    auto caller = calls();
    caller.ask({{"id", 1}, {"call", "watch"}});
    caller.ask({{"id", 2}, {"call", "feed"}});
    caller.ask({{"id", 3}, {"call", "feed"}});
    everything(caller);
    log_.entries.clear();
    log_.generation = 2;
    server_->began_anew(2);
    const auto ends = everything(caller);
    ASSERT_EQ(ends.size(), 2U);
    for (const auto& end : ends) EXPECT_EQ(end.at("error").at("code"), "new_log") << end;
    const auto hello = answer(caller, {{"id", 4}, {"call", "hello"}}).at("ok");
    EXPECT_EQ(hello.at("generation"), 2);
    EXPECT_EQ(hello.at("size"), 0);

    caller.ask({{"id", 2}, {"call", "feed"}, {"from", 0}});
    commits(3);
    reads_all(caller);
    EXPECT_EQ(cursor_, 3U);
}

TEST_F(LocalDoorStreams, APageOfALogTheFeedWasNotToldOfIsNotHandedOut) {
    for (std::size_t i = 0; i < 10; ++i) log_.entries.push_back(entry(i));
    log_.held = true;
    opens();
    auto caller = calls();
    caller.ask({{"id", 2}, {"call", "feed"}, {"from", 0}});
    turn();
    log_.generation = 2;  // read already, told later
    log_.answer_all();
    EXPECT_TRUE(everything(caller).empty());
    server_->began_anew(2);
    const auto ends = everything(caller);
    ASSERT_EQ(ends.size(), 1U);
    EXPECT_EQ(ends[0].at("error").at("code"), "new_log");
}

TEST_F(LocalDoorStreams, WhatTheReaderSeesBeforeTheLoopIsToldGoesOutOnce) {
    for (std::size_t i = 0; i < 10; ++i) log_.entries.push_back(entry(i));
    log_.held = true;
    opens();
    auto caller = calls();
    caller.ask({{"id", 2}, {"call", "feed"}, {"from", 0}});
    turn();
    for (std::size_t i = 10; i < 15; ++i) log_.entries.push_back(entry(i));  // on disk, not told
    log_.answer_all();
    reads_all(caller);
    EXPECT_EQ(cursor_, 10U);
    tells(10);
    reads_all(caller);
    EXPECT_EQ(cursor_, 15U);
}

// Commits, page reads, slow and fast callers, cuts and resumptions in any order: never a gap, never
// a double, never a byte changed.
TEST_F(LocalDoorStreams, NoInterleavingLosesOrDoublesAnEntry) {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random{seed};
        const auto dice = [&random](unsigned sides) { return random() % sides; };
        log_.entries.clear();
        for (std::size_t i = 0, old = dice(50); i < old; ++i) log_.entries.push_back(entry(i));
        options_.page_entries = 1 + dice(8);
        log_.held = true;
        opens();
        cursor_ = dice(static_cast<unsigned>(log_.entries.size()) + 1);
        auto caller = std::make_unique<Caller>(calls());
        int id = 1;
        const auto resume = [&] {
            caller->ask({{"id", ++id}, {"call", "feed"}, {"from", cursor_}});
        };
        resume();
        std::size_t told = log_.entries.size();
        for (int step = 0; step < 200; ++step) {
            switch (dice(9)) {
                case 0: {  // on disk; the loop is told later
                    const auto size = log_.entries.size();
                    for (std::size_t i = size; i < size + dice(5); ++i) {
                        log_.entries.push_back(entry(i, std::string(1 + dice(2000), 'k')));
                    }
                    break;
                }
                case 1:
                case 2:
                    tells(told);
                    told = log_.entries.size();
                    break;
                case 3:
                case 4:
                    if (log_.waits()) log_.answer_one();
                    break;
                case 5: turn(); break;
                case 6:
                    loop_.restart();
                    loop_.poll_one();
                    break;
                case 7: check(caller->take(dice(3000))); break;
                case 8:
                    if (dice(10) > 0) break;
                    caller = std::make_unique<Caller>(calls());  // cut; what was unread is lost
                    resume();
                    break;
            }
            if (HasFatalFailure()) return;
        }
        log_.held = false;
        tells(told);
        for (int quiet = 0; quiet < 3; ++quiet) {
            log_.answer_all();
            reads_all(*caller);
            if (HasFatalFailure()) return;
        }
        ASSERT_EQ(cursor_, log_.entries.size());
        caller.reset();
        closes();
    }
}

TEST_F(LocalDoorStreams, AFeedThatIsNotReadHoldsOnePageAndGoesOnLater) {
    for (std::size_t i = 0; i < 20'000; ++i) log_.entries.push_back(entry(i));
    opens();
    auto sleeper = calls();
    sleeper.ask({{"id", 2}, {"call", "feed"}, {"from", 0}});
    turn();
    const auto pages = log_.queries.size();
    EXPECT_LT(pages, 10U);  // the kernel's buffer takes some
    for (int i = 0; i < 100; ++i) commits(100);
    turn();
    EXPECT_EQ(log_.queries.size(), pages);
    reads_all(sleeper);
    EXPECT_EQ(cursor_, 30'000U);
}

TEST_F(LocalDoorStreams, AWatcherThatDoesNotReadIsCutOffAndTheOthersGoOn) {
    options_.max_unsent = 100'000;
    opens();
    auto sleeper = calls();
    auto reader = calls();
    sleeper.ask({{"id", 2}, {"call", "watch"}});
    reader.ask({{"id", 2}, {"call", "watch"}});
    turn();
    std::size_t lines = reader.take().size();
    const std::vector<State> changes{
        {.subject = {.kind = "door", .id = "d07"}, .values = {{"state", std::string(1000, 'x')}}}};
    for (int i = 0; i < 2000; ++i) {
        server_->committed({}, changes);
        turn();
        lines += reader.take().size();
    }
    EXPECT_EQ(lines, 2001U);
    EXPECT_EQ(server_->clients(), 1U);
}

TEST_F(LocalDoorStreams, ACallerThatTakesNothingForLongLosesItsPlace) {
    options_.stalled = std::chrono::milliseconds{30};
    for (std::size_t i = 0; i < 20'000; ++i) log_.entries.push_back(entry(i));
    opens();
    auto sleeper = calls();
    sleeper.ask({{"id", 2}, {"call", "feed"}, {"from", 0}});
    turn();
    ASSERT_EQ(server_->clients(), 1U);
    loop_.restart();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (server_->clients() > 0 && std::chrono::steady_clock::now() < deadline) {
        loop_.run_one_for(std::chrono::milliseconds{100});
    }
    EXPECT_EQ(server_->clients(), 0U);
    // It comes back with its cursor and misses nothing.
    check(sleeper.take());
    auto again = calls();
    again.ask({{"id", 2}, {"call", "feed"}, {"from", cursor_}});
    reads_all(again);
    EXPECT_EQ(cursor_, 20'000U);
}

TEST_F(LocalDoorStreams, ALogThatCannotBeReadEndsTheFeedWithItsReason) {
    for (std::size_t i = 0; i < 10; ++i) log_.entries.push_back(entry(i));
    log_.error = "the log took longer than 2 s";
    opens();
    auto caller = calls();
    const auto line = answer(caller, {{"id", 2}, {"call", "feed"}, {"from", 0}});
    EXPECT_EQ(line.at("error").at("message"), "the log took longer than 2 s");
    log_.error.clear();
    caller.ask({{"id", 2}, {"call", "feed"}, {"from", 0}});  // the id is free again
    reads_all(caller);
    EXPECT_EQ(cursor_, 10U);
}

TEST_F(LocalDoorStreams, AWatchBeginsWithEverythingThenTellsChangesAfterTheirCommit) {
    house_.states_ = {{.subject = {.kind = "door", .id = "d07"},
                       .since = house_.now_,
                       .values = {{"state", std::string{"closed"}}, {"held", std::monostate{}}}},
                      {.subject = {.kind = "door", .id = "d08"},
                       .since = house_.now_,
                       .values = {},
                       .good = false}};
    house_.alarms_ = {{.id = "a1",
                       .kind = "door-held",
                       .state = AlarmState::ack_active,
                       .active = true,
                       .acknowledged_by = "ana"}};
    opens();
    auto caller = calls();
    const auto first = answer(caller, {{"id", 3}, {"call", "watch"}});
    EXPECT_EQ(first.at("states")[0], (json{{"subject", {{"k", "door"}, {"v", "d07"}}},
                                           {"since_ts", FakeHouse::epoch_ms + 100'000},
                                           {"good", true},
                                           {"state", "closed"},
                                           {"held", nullptr}}));
    EXPECT_EQ(first.at("states")[1].at("good"), false);
    EXPECT_EQ(first.at("alarms")[0].at("acked_by"), "ana");
    EXPECT_EQ(first.at("alarms")[0].at("set_aside"), "none");

    server_->committed({entry(0)}, {house_.states_[1]});
    const auto change = everything(caller);
    ASSERT_EQ(change.size(), 1U);
    EXPECT_EQ(change[0].at("states").size(), 1U);
    EXPECT_TRUE(change[0].at("alarms").empty());

    server_->committed({entry(1)}, {});  // nothing that a watcher sees
    EXPECT_TRUE(everything(caller).empty());
}

TEST_F(LocalDoorStreams, AWatchTellsRaisedAcknowledgedAndNormalAlarms) {
    opens();
    auto caller = calls();
    answer(caller, {{"id", 3}, {"call", "watch"}});
    house_.alarms_ = {
        {.id = "a1", .kind = "door-forced", .state = AlarmState::unack_active, .active = true},
        {.id = "a2", .kind = "door-held", .state = AlarmState::unack_active, .active = true}};
    server_->committed({entry(0, "alarm.raised")}, {});
    EXPECT_EQ(everything(caller).at(0).at("alarms").size(), 2U);
    house_.alarms_[0].state = AlarmState::ack_active;
    server_->committed({entry(1, "alarm.acknowledged")}, {});
    auto changed = everything(caller).at(0).at("alarms");
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed[0].at("state"), "ack_active");
    house_.alarms_.erase(house_.alarms_.begin());
    server_->committed({entry(2, "alarm.cleared")}, {});
    changed = everything(caller).at(0).at("alarms");
    ASSERT_EQ(changed.size(), 1U);
    EXPECT_EQ(changed[0].at("id"), "a1");
    EXPECT_EQ(changed[0].at("state"), "normal");
    EXPECT_EQ(changed[0].at("active"), false);
}

TEST_F(LocalDoorStreams, SeveralStreamsShareAConnectionAndEndOneByOne) {
    opens();
    auto caller = calls();
    caller.ask({{"id", 2}, {"call", "feed"}});
    caller.ask({{"id", 3}, {"call", "feed"}});
    caller.ask({{"id", 4}, {"call", "watch"}});
    EXPECT_EQ(everything(caller).size(), 1U);
    EXPECT_EQ(answer(caller, {{"id", 4}, {"call", "feed"}}).at("error").at("code"), "usage");
    commits(1);
    EXPECT_EQ(everything(caller).size(), 2U);
    EXPECT_TRUE(answer(caller, {{"id", 2}, {"call", "cancel"}}).contains("ok"));
    EXPECT_EQ(answer(caller, {{"id", 2}, {"call", "cancel"}}).at("error").at("code"), "not_found");
    commits(1);
    const auto lines = everything(caller);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].at("id"), 3);
}

TEST_F(LocalDoorStreams, ACancelledFeedLeavesNothingForItsSuccessorOfTheSameId) {
    for (std::size_t i = 0; i < 10; ++i) log_.entries.push_back(entry(i));
    log_.held = true;
    opens();
    auto caller = calls();
    caller.ask({{"id", 2}, {"call", "feed"}, {"from", 0}});
    answer(caller, {{"id", 2}, {"call", "cancel"}});
    caller.ask({{"id", 2}, {"call", "feed"}, {"from", 5}});
    cursor_ = 5;
    turn();
    log_.answer_all();
    reads_all(caller);
    EXPECT_EQ(cursor_, 10U);
}

TEST_F(LocalDoorStreams, MoreStreamsThanAllowedAreRefused) {
    opens();
    auto caller = calls();
    for (std::size_t id = 1; id <= options_.max_streams; ++id) {
        caller.ask({{"id", id}, {"call", "feed"}});
    }
    EXPECT_EQ(answer(caller, {{"id", 99}, {"call", "feed"}}).at("error").at("code"), "refused");
}

}  // namespace
}  // namespace sealwarden::test
