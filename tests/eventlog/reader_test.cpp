#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <future>

#include "firmware/eventlog/directory.hpp"
#include "firmware/eventlog/selection.hpp"
#include "firmware/sqlite/sqlite.hpp"
#include "tests/eventlog/log_fixture.hpp"

namespace sealwarden::eventlog {
namespace {

using namespace std::chrono_literals;
using Indexes = std::vector<std::uint64_t>;

class ReaderTest : public LogTest {
  protected:
    // Entry i is of door d07 when i % 3 == 0, else of d08; opened when even; a second apart.
    void SetUp() override {
        start();
        Events events;
        const auto now = clock.uptime();
        for (int i = 0; i < 12; ++i) {
            events.push_back(
                door_event(i % 2 == 0 ? EventKind::door_opened : EventKind::door_closed,
                           i % 3 == 0 ? "d07" : "d08", now - 12s + i * 1s));
        }
        append_and_wait(std::move(events));
    }
    [[nodiscard]] WallTime second(int i) const { return clock.sample().wall - 12s + i * 1s; }
};

TEST_F(ReaderTest, AQuestionWithoutAFilterReadsTheLogInOrder) {
    Query query;
    query.from = 3;
    query.before = 7;
    EXPECT_EQ(indexes(query), (Indexes{3, 4, 5, 6}));
    query.newest_first = true;
    EXPECT_EQ(indexes(query), (Indexes{6, 5, 4, 3}));
}

TEST_F(ReaderTest, FiltersMeetInTheirAnswer) {
    Query query;
    query.subject = Subject{"door", "d07"};
    EXPECT_EQ(indexes(query), (Indexes{0, 3, 6, 9}));
    query.kinds = {"door.closed"};
    EXPECT_EQ(indexes(query), (Indexes{3, 9}));
    query.since = second(4);
    EXPECT_EQ(indexes(query), (Indexes{9}));
    query.until = second(9);
    EXPECT_EQ(indexes(query), Indexes{});
    query.subject = Subject{"door", "no such"};
    EXPECT_EQ(indexes(query), Indexes{});

    Query kinds;
    kinds.kinds = {"door.closed", "door.forced"};
    kinds.newest_first = true;
    EXPECT_EQ(indexes(kinds), (Indexes{11, 9, 7, 5, 3, 1}));
    kinds.since = second(8);
    EXPECT_EQ(indexes(kinds), (Indexes{11, 9}));
}

TEST_F(ReaderTest, AWindowOfTimeHasItsFirstMomentAndNotItsLast) {
    Query query;
    query.since = second(2);
    query.until = second(5);
    EXPECT_EQ(indexes(query), (Indexes{2, 3, 4}));
}

TEST_F(ReaderTest, TimeFindsWhatWasWrittenUnderASetBackClock) {
    auto now = clock.sample();
    now.wall -= 1h;
    clock.set(now);
    append_and_wait({door_event(EventKind::door_opened, "d07", now.uptime)});
    now.wall += 1h;
    clock.set(now);
    append_and_wait({door_event(EventKind::door_closed, "d07", now.uptime)});

    Query before;
    before.until = second(1);
    EXPECT_EQ(indexes(before), (Indexes{0, 12}));
    Query since;
    since.since = second(11);
    EXPECT_EQ(indexes(since), (Indexes{11, 13}));
}

// Every filter, both directions, every page size: the pages together are the whole answer.
TEST_F(ReaderTest, PagesFollowEachOtherWithoutGapOrDouble) {
    write(300);
    Query subject;
    subject.subject = Subject{"door", "d07"};
    Query kind;
    kind.kinds = {"door.opened"};
    Query time;
    time.since = second(11);
    Query window;
    window.since = second(3);
    window.until = second(6);
    for (auto query : {Query{}, subject, kind, time, window}) {
        for (const bool newest_first : {false, true}) {
            query.newest_first = newest_first;
            query.limit = 1000;
            const auto whole = indexes(query);
            EXPECT_TRUE(std::ranges::is_sorted(whole) || newest_first);
            for (const std::size_t limit : {1u, 7u, 50u}) {
                auto paged = query;
                paged.limit = limit;
                Indexes together;
                for (bool more = true; more;) {
                    const auto page = ask(paged);
                    ASSERT_EQ(page.error, "");
                    ASSERT_LE(page.entries.size(), limit);
                    for (const auto& entry : page.entries) together.push_back(entry.index);
                    more = page.more;
                    if (newest_first)
                        paged.before = page.next;
                    else
                        paged.from = page.next;
                }
                EXPECT_EQ(together, whole) << limit << (newest_first ? " newest first" : "");
            }
        }
    }
}

TEST_F(ReaderTest, TheLastPageSaysWhereTheNextEntryWillBe) {
    Query query;
    query.subject = Subject{"door", "d07"};
    auto page = ask(query);
    EXPECT_FALSE(page.more);
    EXPECT_EQ(page.next, 12u);
    query.from = 12;
    page = ask(query);
    EXPECT_TRUE(page.entries.empty());
    EXPECT_EQ(page.next, 12u);
}

TEST_F(ReaderTest, APageHasAtMostHalfAMebibyteOfRecords) {
    Events large;
    for (int i = 0; i < 400; ++i) {
        auto event = door_event(EventKind::door_opened, "d09", clock.uptime());
        event.data["note"] = std::string(3000, 'n');
        large.push_back(std::move(event));
    }
    append_and_wait(std::move(large));
    Query query;
    query.from = 12;
    const auto page = ask(query);
    EXPECT_TRUE(page.more);
    std::size_t bytes = 0;
    for (const auto& entry : page.entries) bytes += entry.bytes.size();
    EXPECT_LE(bytes, 512u * 1024);
    EXPECT_GT(bytes, 500u * 1024);
}

TEST_F(ReaderTest, NeverMoreThan256QuestionsWait) {
    Reader reader{directory.path()};
    std::promise<void> let_go;
    reader.query({}, [wait = let_go.get_future().share()](Reader::Page) { wait.get(); });
    std::atomic<int> refused = 0;
    for (int i = 0; i < 300; ++i) {
        reader.query({}, [&](Reader::Page page) { refused += page.error.empty() ? 0 : 1; });
    }
    EXPECT_GE(refused, 300 - 257);
    EXPECT_LE(refused, 300 - 255);
    let_go.set_value();
}

TEST_F(ReaderTest, ALogThatIsNotThereIsAnErrorAndNotAnEmptyPage) {
    const TempDirectory nothing;
    Reader reader{nothing.path()};
    std::promise<Reader::Page> answer;
    reader.query({}, [&](Reader::Page page) { answer.set_value(std::move(page)); });
    EXPECT_NE(answer.get_future().get().error, "");
}

TEST_F(ReaderTest, AStatementThatTakesTooLongIsStopped) {
    sqlite::Connection connection{database_file(directory.path()), sqlite::Access::read};
    connection.stop_at(std::chrono::steady_clock::now() + 20ms);
    try {
        (void)connection.number(
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n");
        FAIL() << "for ever is over";
    } catch (const sqlite::Failure& failure) {
        EXPECT_EQ(failure.trouble, sqlite::Trouble::too_slow);
    }
    connection.stop_at(std::chrono::steady_clock::now() + 1h);
    EXPECT_EQ(connection.number("SELECT count(*) FROM entry"), 12) << "and can be asked again";
}

TEST_F(ReaderTest, AReadersConnectionCannotWrite) {
    sqlite::Connection connection{database_file(directory.path()), sqlite::Access::read};
    EXPECT_THROW(connection.run("DELETE FROM entry"), sqlite::Failure);
}

std::string plan_of(sqlite::Connection& connection, const Selection& selection) {
    auto rows = connection.prepare("EXPLAIN QUERY PLAN " + selection.sql);
    std::string plan;
    while (rows.step()) plan += std::string{rows.text(3)} + '\n';
    return plan;
}

TEST_F(ReaderTest, NoPlanGoesThroughTheWholeLog) {
    sqlite::Connection connection{database_file(directory.path()), sqlite::Access::read};
    for (int bits = 1; bits < 32; ++bits) {
        Query query;
        if ((bits & 1) != 0) query.subject = Subject{"door", "d07"};
        if ((bits & 2) != 0) query.kinds = {"door.opened", "door.closed"};
        if ((bits & 4) != 0) query.since = second(1);
        if ((bits & 8) != 0) query.until = second(9);
        query.newest_first = (bits & 16) != 0;
        if (!query.subject) {
            const auto along = plan_of(connection, along_the_log(query, 0, 12, 10));
            EXPECT_EQ(along, "SEARCH e USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)\n") << bits;
        }
        if (!has_filter(query)) continue;
        const auto plan = plan_of(connection, by_index(query, 0, 12, 10));
        EXPECT_EQ(plan.find("SCAN e"), std::string::npos) << bits << '\n' << plan;
        if (query.subject) {
            EXPECT_NE(plan.find("SEARCH l USING PRIMARY KEY (s=? AND i>? AND i<?)"),
                      std::string::npos)
                << plan;
            EXPECT_EQ(plan.find("TEMP B-TREE"), std::string::npos) << plan;
        } else {
            EXPECT_NE(
                plan.find(query.kinds.empty() ? "SEARCH entry USING COVERING INDEX entry_wall"
                                              : "SEARCH entry USING COVERING INDEX entry_kind"),
                std::string::npos)
                << plan;
        }
    }
}

}  // namespace
}  // namespace sealwarden::eventlog
