// What is kept about persons beside the log: read apart, erased for good, proofs untouched.
#include <fstream>
#include <iterator>

#include "firmware/sqlite/sqlite.hpp"
#include "tests/eventlog/log_fixture.hpp"

namespace sealwarden::eventlog {
namespace {

class KeptAboutPersons : public LogTest {
  protected:
    void SetUp() override {
        start();
        append_and_wait({door_event(EventKind::door_opened, "d07", clock.uptime()),
                         badge("4711-ANA"), badge("4712-LUIS")});
    }
    [[nodiscard]] Event badge(const std::string& number) const {
        Event event;
        event.kind = EventKind::badge_presented;
        event.at = clock.uptime();
        event.subjects = {{"reader", "r1"}};
        event.personal = {{"badge", number}};
        return event;
    }
    [[nodiscard]] Event erasure(std::int64_t ref) const {
        Event event;
        event.kind = EventKind::payload_erased;
        event.at = clock.uptime();
        event.subjects = {{"gateway", "gw1"}};
        event.data = {{"ref", ref}, {"rule", "asked"}, {"by", "test"}};
        return event;
    }
    [[nodiscard]] Reader::Page kept(std::uint64_t from = 0, std::size_t limit = 10) {
        Query query;
        query.from = from;
        query.limit = limit;
        query.only_personal = true;
        query.with_personal = true;
        return ask(query);
    }
    // In any file of the log's directory.
    [[nodiscard]] bool stands_somewhere(const std::string& text) const {
        for (const auto& file : std::filesystem::directory_iterator{directory.path()}) {
            std::ifstream in{file.path(), std::ios::binary};
            const std::string bytes{std::istreambuf_iterator<char>{in}, {}};
            if (bytes.find(text) != std::string::npos) return true;
        }
        return false;
    }
};

TEST_F(KeptAboutPersons, IsReadInPagesAndOnlyWhereItIsKept) {
    const auto first = kept(0, 1);
    ASSERT_EQ(first.entries.size(), 1U);
    EXPECT_TRUE(first.more);
    EXPECT_EQ(first.personal.at(1).at("badge"), "4711-ANA");
    const auto second = kept(first.next, 1);
    ASSERT_EQ(second.entries.size(), 1U);
    EXPECT_FALSE(second.more);
    EXPECT_EQ(second.personal.at(2).at("badge"), "4712-LUIS");
}

TEST_F(KeptAboutPersons, AnErasureTakesWhatItNamesAndNothingElse) {
    append_and_wait({erasure(1)});
    const auto left = kept();
    ASSERT_EQ(left.entries.size(), 1U);
    EXPECT_EQ(left.entries[0].index, 2U);
    EXPECT_EQ(heard->entries().back().kind, "payload.erased");
    // The record itself and its leaf are as before: opening compares them.
    stop();
    start();
    EXPECT_EQ(heard->generation(), 0U) << "nothing was recovered";
    EXPECT_EQ(indexes({}), (std::vector<std::uint64_t>{0, 1, 2, 3}));
}

TEST_F(KeptAboutPersons, ErasedIsGoneFromTheFilesTooOnceTheLogHasStopped) {
    ASSERT_TRUE(stands_somewhere("4711-ANA"));
    append_and_wait({erasure(1)});
    stop();
    EXPECT_FALSE(stands_somewhere("4711-ANA"));
    EXPECT_TRUE(stands_somewhere("4712-LUIS"));
}

TEST_F(KeptAboutPersons, WhatAKilledRunErasedIsGoneAfterTheNextOne) {
    append_and_wait({erasure(1)});
    // As after a kill: the files as they are now, write-ahead log and all.
    TempDirectory copy;
    std::filesystem::copy(directory.path(), copy.path(),
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
    stop();
    Heard there;
    {
        auto as_killed = options;
        as_killed.directory = copy.path();
        const auto next = open_log(as_killed, clock, there);
    }
    std::ifstream wal{copy.path() / "log.db-wal", std::ios::binary};
    const std::string bytes{std::istreambuf_iterator<char>{wal}, {}};
    EXPECT_EQ(bytes.find("4711-ANA"), std::string::npos);
}

}  // namespace
}  // namespace sealwarden::eventlog
