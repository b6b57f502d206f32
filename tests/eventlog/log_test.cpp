#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "firmware/eventlog/directory.hpp"
#include "firmware/eventlog/personal.hpp"
#include "firmware/eventlog/store.hpp"
#include "tests/eventlog/log_fixture.hpp"

namespace sealwarden::eventlog {
namespace {

using namespace std::chrono_literals;

TEST_F(LogTest, ANewLogIsEmptyAndItsFirstBootIsOne) {
    start();
    EXPECT_EQ(log->size(), 0u);
    EXPECT_EQ(log->boot_number(), 1u);
    EXPECT_EQ(log->generation(), 1u);
    EXPECT_FALSE(log->newest({"door", "d07"}));
    EXPECT_TRUE(log->memory(clock.sample()).alarms.empty());
}

TEST_F(LogTest, EventsBecomeEntriesInTheirOrderWithIndexesAndSubjectCounters) {
    start();
    append_and_wait({door_event(EventKind::door_opened, "d07", clock.uptime()),
                     door_event(EventKind::door_opened, "d08", clock.uptime()),
                     door_event(EventKind::door_closed, "d07", clock.uptime())});
    append_and_wait({door_event(EventKind::door_forced, "d07", clock.uptime())});

    const auto entries = heard->entries();
    ASSERT_EQ(entries.size(), 4u);
    EXPECT_EQ(text(entries[0], "/subj"), R"([{"k":"door","n":1,"p":-1,"v":"d07"}])");
    EXPECT_EQ(text(entries[1], "/subj"), R"([{"k":"door","n":1,"p":-1,"v":"d08"}])");
    EXPECT_EQ(text(entries[2], "/subj"), R"([{"k":"door","n":2,"p":0,"v":"d07"}])");
    EXPECT_EQ(text(entries[3], "/subj"), R"([{"k":"door","n":3,"p":2,"v":"d07"}])");
    for (std::uint64_t i = 0; i < entries.size(); ++i) {
        EXPECT_EQ(entries[i].index, i);
        EXPECT_EQ(entries[i].leaf, leaf_hash(entries[i].bytes));
    }
    EXPECT_EQ(ask({}).entries, entries);
    EXPECT_EQ(log->newest({"door", "d07"}), entries[3]);
}

TEST_F(LogTest, AnEventsWallTimeIsTheClockNowMovedBackByItsAge) {
    start();
    const auto now = clock.sample();
    append_and_wait({door_event(EventKind::door_opened, "d07", now.uptime - 250ms),
                     door_event(EventKind::door_closed, "d07", now.uptime + 5s)});
    EXPECT_EQ(heard->entries()[0].wall, now.wall - 250ms);
    EXPECT_EQ(heard->entries()[1].wall, now.wall) << "an age below zero counts as none";
}

TEST_F(LogTest, CountersAndIndexesGoOnAfterARestartAndTheBootNumberGrows) {
    start();
    write(5);
    start();
    EXPECT_EQ(log->size(), 5u);
    EXPECT_EQ(log->boot_number(), 2u);
    append_and_wait({door_event(EventKind::door_opened, "d07", clock.uptime())});
    const auto entry = heard->entries()[0];
    EXPECT_EQ(entry.index, 5u);
    EXPECT_EQ(text(entry, "/t/bootn"), "2");
    EXPECT_EQ(text(entry, "/subj"), R"([{"k":"door","n":3,"p":3,"v":"d07"}])");
}

TEST_F(LogTest, AStartThatWroteNothingTakesNoBootNumber) {
    start();
    write(1);
    start();
    start();
    EXPECT_EQ(log->boot_number(), 2u);
}

TEST_F(LogTest, WhatArrivesDuringACommitSharesTheNextOneAndTicketsComeInOrder) {
    start();
    std::vector<std::uint64_t> tickets;
    {
        const auto held = heard->hold();
        for (int i = 0; i < 20; ++i) {
            tickets.push_back(append({door_event(EventKind::door_opened, "d07", clock.uptime()),
                                      door_event(EventKind::door_closed, "d07", clock.uptime())}));
        }
    }
    ASSERT_TRUE(heard->wait_for_ticket(tickets.back()));
    EXPECT_EQ(heard->tickets(), tickets);
    EXPECT_LE(heard->transactions().size(), 3u);
    EXPECT_EQ(heard->entries().size(), 40u);
}

TEST_F(LogTest, OneAppendIsNeverDividedBetweenTransactions) {
    start();
    constexpr std::size_t large = 3000;  // two do not fit into one transaction
    std::uint64_t ticket = 0;
    {
        const auto held = heard->hold();
        for (int i = 0; i < 4; ++i) {
            ticket =
                append(Events(large, door_event(EventKind::door_opened, "d07", clock.uptime())));
        }
    }
    ASSERT_TRUE(heard->wait_for_ticket(ticket));
    for (const auto size : heard->transactions()) EXPECT_EQ(size % large, 0u);
}

TEST_F(LogTest, AnAppendWithoutEventsIsAcknowledgedInItsTurn) {
    start();
    append_and_wait({});
    EXPECT_TRUE(heard->entries().empty());
    EXPECT_EQ(log->queued(), 0u);
}

TEST_F(LogTest, AFullQueueTakesNothingOfAnAppendAndTakesAgainWhenThereIsRoom) {
    options.queue_limit = 10;
    start();
    {
        const auto held = heard->hold();
        append({door_event(EventKind::door_closed, "d07", clock.uptime())});
        // Committed: the thread is on its way into the hand-over, and takes nothing before it is
        // out.
        while (log->queued() > 0) std::this_thread::yield();
        const Events nine(9, door_event(EventKind::door_opened, "d07", clock.uptime()));
        append(nine);
        EXPECT_EQ(log->queued(), 9u);
        EXPECT_FALSE(log->append({nine[0], nine[1]}));
        EXPECT_EQ(log->queued(), 9u);
        append({nine[0]});
        EXPECT_FALSE(log->append({nine[0]}));
    }
    ASSERT_TRUE(heard->wait_for_entries(11));
    append_and_wait(Events(11, door_event(EventKind::door_closed, "d07", clock.uptime())));
    EXPECT_EQ(heard->entries().size(), 22u) << "larger than the limit, but alone";
}

TEST_F(LogTest, WhatWasAcceptedIsWrittenBeforeTheLogCloses) {
    start();
    for (int i = 0; i < 500; ++i) {
        append({door_event(EventKind::door_opened, "d07", clock.uptime())});
    }
    stop();
    start();
    EXPECT_EQ(log->size(), 500u);
}

TEST_F(LogTest, ASecondProcessIsToldWhoWritesTheLog) {
    start();
    Heard other;
    try {
        (void)open_log(options, clock, other);
        FAIL() << "two writers";
    } catch (const AlreadyRunning& refused) {
        EXPECT_EQ(std::string{refused.what()},
                  "another sealwarden (process " + std::to_string(::getpid()) +
                      ") writes the log in " + directory.path().string());
    }
    write(1);
}

TEST_F(LogTest, ALogOfANewerFormatIsRefusedInWordsAndLeftAlone) {
    start();
    write(3);
    stop();
    change_database("UPDATE meta SET value = 2 WHERE name = 'min_reader'");
    try {
        start();
        FAIL() << "opened";
    } catch (const std::runtime_error& refused) {
        EXPECT_NE(std::string{refused.what()}.find("written by a newer Sealwarden"),
                  std::string::npos)
            << refused.what();
    }
    EXPECT_FALSE(newest_set_aside(directory.path()));
}

TEST_F(LogTest, ADirectoryThatCannotBeIsRefusedInWords) {
    const auto file = directory.path() / "file";
    std::ofstream{file} << "x";
    options.directory = file / "log";
    EXPECT_THROW(start(), std::runtime_error);
}

TEST_F(LogTest, PersonalDataLiesBesideTheRecordAndTheRecordCommitsToIt) {
    start();
    auto event = door_event(EventKind::badge_presented, "d07", clock.uptime());
    event.personal = {{"badge", "0012345"}, {"name", "José \"Pepe\" Núñez"}};
    append_and_wait({event, event});

    const auto entries = heard->entries();
    for (const auto& entry : entries) {
        EXPECT_EQ(entry.bytes.find("0012345"), std::string::npos);
        EXPECT_EQ(entry.bytes.find("Pepe"), std::string::npos);
    }
    EXPECT_NE(text(entries[0], "/priv"), text(entries[1], "/priv")) << "a salt for each record";

    EXPECT_TRUE(ask({}).personal.empty()) << "only who asks for it gets it";
    Query query;
    query.with_personal = true;
    const auto page = ask(query);
    ASSERT_EQ(page.personal.size(), 2u);
    EXPECT_EQ(page.personal.at(1), event.personal);

    sqlite::Connection connection{database_file(directory.path()), sqlite::Access::read};
    auto row = connection.prepare("SELECT salt, payload FROM personal WHERE entry = 0");
    ASSERT_TRUE(row.step());
    Salt salt{};
    ASSERT_EQ(row.blob(0).size(), salt.size());
    std::ranges::copy(row.blob(0), salt.begin());
    const std::string payload{row.blob(1).begin(), row.blob(1).end()};
    EXPECT_EQ(payload, R"({"badge":"0012345","name":"José \"Pepe\" Núñez"})");
    EXPECT_EQ(text(entries[0], "/priv"), '"' + commitment(salt, payload) + '"');
}

TEST_F(LogTest, EveryCommitComesWithItsSyncs) {
    start();
    write(1);
    const auto before = heard->syncs().count();
    EXPECT_GE(before, 1U);
    write(2);
    EXPECT_GE(heard->syncs().count(), before + 2);
}

TEST_F(LogTest, ASyncIsTimedWhereverSqliteCallsForIt) {
    sqlite::Connection one{directory.path() / "one.db", sqlite::Access::write};
    one.run("CREATE TABLE t (x)");
    EXPECT_GE(one.take_syncs().count(), 1U) << "of the write-ahead log";
    EXPECT_EQ(one.take_syncs().count(), 0U) << "taken";
    one.run("INSERT INTO t VALUES (1)");
    EXPECT_EQ(one.take_syncs().count(), 1U);
    EXPECT_TRUE(one.checkpoint(true));
    EXPECT_GE(one.take_syncs().count(), 1U) << "of the database";
    // Two at once keep what is theirs.
    sqlite::Connection other{directory.path() / "other.db", sqlite::Access::write};
    other.run("CREATE TABLE t (x)");
    EXPECT_EQ(one.take_syncs().count(), 0U);
}

TEST_F(LogTest, ProgressGrowsWithEveryCommit) {
    start();
    const auto before = log->progress();
    write(1);
    EXPECT_GT(log->progress(), before);
}

// The numbers of the HMAC are RFC 4231's, test case 2, with its key padded by zeros to 32 bytes:
// HMAC pads every key that way.
TEST(PersonalTest, TheCommitmentIsHmacSha256) {
    Salt salt{'J', 'e', 'f', 'e'};
    EXPECT_EQ(commitment(salt, "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace sealwarden::eventlog
