// What witnesses and time-stamp authorities say of the log's heads: kept with the entry that
// records it, and the head with it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <future>
#include <nlohmann/json.hpp>

#include "firmware/eventlog/anchor_rows.hpp"
#include "tests/eventlog/signing_fixture.hpp"
#include "tests/support/certificate.hpp"

namespace sealwarden::eventlog {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using Result = Anchored::Result;

const std::string root_pem = test::certificate_pem;

class AnchorTest : public SigningTest {
  protected:
    AnchorTest() { start_signing(); }
    Anchored says(std::uint64_t size, const Judge& judge) {
        std::promise<Anchored> answer;
        log->anchor(size, judge, [&](Anchored told) { answer.set_value(std::move(told)); });
        return answer.get_future().get();
    }
    Event entry(EventKind kind) const {
        Event event;
        event.kind = kind;
        event.at = clock.uptime();
        event.subjects = {{"witness", "office"}};
        return event;
    }
    Anchored is_cosigned(std::uint64_t size, const std::string& witness = "office") {
        return says(size, [&](std::string_view) {
            return Anchor{.size = size,
                          .entry = entry(EventKind::anchor_witness),
                          .witness = witness,
                          .signature = "\u2014 " + witness + " AAAAAAAA\n"};
        });
    }
    Anchored is_stamped(std::uint64_t size) {
        return says(size, [&](std::string_view) {
            return Anchor{.size = size,
                          .entry = entry(EventKind::anchor_tsa),
                          .stamp = {"\x30\x00", 2},
                          .certificates = root_pem};
        });
    }
    std::string certificates_of(std::uint64_t size) {
        sqlite::Connection connection{database_file(options.directory), sqlite::Access::read};
        const auto stamp = stamp_from(connection, size);
        EXPECT_TRUE(stamp && stamp->size == size);
        return stamp ? tlog::pem_of(stamp->certificates) : "";
    }
    std::uint64_t newest_size() { return checkpoints().back().size; }
    std::vector<std::uint64_t> kept_sizes() {
        std::vector<std::uint64_t> sizes;
        for (const auto& row : checkpoints()) sizes.push_back(row.size);
        return sizes;
    }
    std::string rows(const std::string& sql) {
        sqlite::Connection connection{database_file(options.directory), sqlite::Access::read};
        auto select = connection.prepare(sql);
        std::string found;
        while (select.step()) found += fmt::format("{};", select.number(0));
        return found;
    }
};

TEST_F(AnchorTest, ACosignatureIsKeptWithTheEntryThatRecordsItUnderTheNextHead) {
    writes_one();
    const auto told = is_cosigned(1);
    EXPECT_EQ(told.result, Result::kept);
    EXPECT_EQ(told.index, 1U);
    EXPECT_THAT(kinds(), ElementsAre("door.opened", "anchor.witness"));
    EXPECT_EQ(heard->transactions().back(), 1U);
    EXPECT_EQ(newest_size(), 2U) << "the entry is signed like any other";
    EXPECT_EQ(rows("SELECT size FROM cosignature"), "1;");
    const auto state = log->signing();
    EXPECT_EQ(state.cosigned, checkpoints().front().note + "\u2014 office AAAAAAAA\n");
    EXPECT_EQ(checkpoints().back().note, state.checkpoint) << "the note is as the log signed it";
}

TEST_F(AnchorTest, TheJudgeSeesTheNoteAsItWasSigned) {
    writes_one();
    ASSERT_EQ(is_cosigned(1).result, Result::kept);
    std::string seen;
    const auto told = says(1, [&](std::string_view note) {
        seen = note;
        return std::string{"it does not hold"};
    });
    EXPECT_EQ(told.result, Result::refused);
    EXPECT_EQ(told.why, "it does not hold");
    EXPECT_EQ(seen, checkpoints().front().note);
    EXPECT_EQ(kinds().size(), 2U) << "nothing is recorded";
}

TEST_F(AnchorTest, OfAHeadThatWasNotSignedNothingIsKept) {
    write(3);  // one transaction: no head of size 2
    EXPECT_EQ(is_cosigned(2).result, Result::not_found);
    EXPECT_EQ(is_stamped(4).result, Result::not_found);
    EXPECT_EQ(kinds().size(), 3U);
}

TEST_F(AnchorTest, AWitnessCosignsAHeadOnceAndAuthoritiesStampItOnce) {
    writes_one();
    EXPECT_EQ(is_cosigned(1).result, Result::kept);
    EXPECT_EQ(is_cosigned(1).result, Result::refused);
    EXPECT_EQ(is_cosigned(1, "yard").result, Result::kept);
    EXPECT_EQ(is_stamped(1).result, Result::kept);
    EXPECT_EQ(is_stamped(1).result, Result::refused);
    EXPECT_EQ(kinds().size(), 4U);
    EXPECT_THAT(log->signing().cosigned, HasSubstr("office AAAAAAAA\n\u2014 yard AAAAAAAA\n"));
}

TEST_F(AnchorTest, WhatIsAnchoredIsNeverThinnedOut) {
    for (int i = 0; i < 4; ++i) writes_one();
    ASSERT_EQ(is_cosigned(2).result, Result::kept);
    ASSERT_EQ(is_stamped(3).result, Result::kept);
    for (int i = 0; i < 1100; ++i) writes_one();
    const auto sizes = kept_sizes();
    EXPECT_EQ(sizes.at(0), 2U);
    EXPECT_EQ(sizes.at(1), 3U);
    EXPECT_GT(sizes.at(2), 20U);
}

TEST_F(AnchorTest, TheNewestCosignedHeadIsKnownAfterARestart) {
    writes_one();
    writes_one();
    ASSERT_EQ(is_cosigned(2).result, Result::kept);
    ASSERT_EQ(is_cosigned(1, "yard").result, Result::kept);
    const auto before = log->signing().cosigned;
    EXPECT_THAT(before, HasSubstr("\n2\n"));
    start_signing();
    EXPECT_EQ(log->signing().cosigned, before);
}

TEST_F(AnchorTest, ALogOlderThanAnchorsGetsTheirTables) {
    writes_one();
    stop_signing();
    change_database("DROP TABLE cosignature");
    change_database("DROP TABLE stamp");
    start_signing();
    EXPECT_EQ(is_cosigned(1).result, Result::kept);
    EXPECT_EQ(is_stamped(1).result, Result::kept);
}

TEST_F(AnchorTest, AStampIsKeptWithItsCertificatesAlsoInALogOlderThanTheirColumn) {
    writes_one();
    writes_one();
    ASSERT_EQ(is_stamped(1).result, Result::kept);
    stop_signing();
    change_database("ALTER TABLE stamp DROP COLUMN certificates");
    EXPECT_EQ(certificates_of(1), "") << "read all the same";
    start_signing();
    ASSERT_EQ(is_stamped(2).result, Result::kept);
    EXPECT_EQ(certificates_of(1), "");
    EXPECT_EQ(certificates_of(2), root_pem);
}

TEST_F(AnchorTest, ALogThatIsHeldBackKeepsNone) {
    writes_one();
    auto outside = head_of_entries();
    outside.size = 9;
    std::promise<void> compared;
    log->compare(outside, "broker b", [&](const auto&) { compared.set_value(); });
    compared.get_future().wait();
    const auto told = is_cosigned(1);
    EXPECT_EQ(told.result, Result::refused);
    EXPECT_THAT(told.why, HasSubstr("broker b"));
}

TEST_F(AnchorTest, AnUncommissionedLogHasNoHeads) {
    TempDirectory other{std::filesystem::temp_directory_path()};
    stop_signing();
    options.directory = other.path();
    start();
    writes_one();
    EXPECT_EQ(is_cosigned(1).result, Result::not_found);
}

}  // namespace
}  // namespace sealwarden::eventlog
