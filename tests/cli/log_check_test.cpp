#include <gmock/gmock.h>

#include "tests/cli/signed_log.hpp"

namespace sealwarden::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

class LogCheckTest : public SignedLog {
  protected:
    LogCheckTest() {
        is_commissioned();
        writes(300);
        early_ = newest_note();
        passes(3h);
        writes(300);
    }
    void answers(int exit, const std::string& why, const std::string& options = "") {
        const auto said = says("sealwarden log check" + options);
        EXPECT_EQ(said.exit, exit) << said.out << said.err;
        EXPECT_THAT(said.out + said.err, HasSubstr(why));
    }
    std::string early_;  // a checkpoint of before
};

TEST_F(LogCheckTest, AWholeLogIsVerifiedWithItsHeadsAndItsStateFile) {
    const auto said = json_of("sealwarden log check --json");
    EXPECT_EQ(said.at("verdict"), "Verified");
    EXPECT_EQ(said.at("size"), 603) << "three epochs ended";
    EXPECT_EQ(said.at("signed_size"), 603);
    EXPECT_EQ(said.at("subtrees"), 2);
    EXPECT_EQ(said.at("closings"), 3);
    EXPECT_EQ(said.at("held").size(), 1U);
    answers(0, "Verified\n");
}

TEST_F(LogCheckTest, ACheckpointKeptElsewhereIsPartOfIt) {
    answers(0, "Verified\n", " --against " + keeps("kept.txt", early_));
}

TEST_F(LogCheckTest, ACheckpointOfNobodyIsNotCompared) {
    auto changed = early_;
    changed.replace(changed.find("300"), 3, "301");
    answers(5, "no checkpoint that this log's key signed",
            " --against " + keeps("kept.txt", changed));
    answers(8, "cannot be read", " --against /nowhere/kept.txt");
}

TEST_F(LogCheckTest, AnotherLogUnderTheSameKeysIsChangedAgainstAKeptCheckpoint) {
    const auto kept = keeps("kept.txt", newest_note());
    for (const auto* name : {"log.db", "log.db-wal", "log.db-shm"}) {
        std::filesystem::remove(directory_.path() / name);
    }
    writes(10, false);
    answers(3, "knows 603 entries, and the log has 10", " --against " + kept);
}

TEST_F(LogCheckTest, AChangedRecordIsNamed) {
    change_database(
        "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'd08', 'd09') AS BLOB) WHERE i "
        "= 17");
    answers(3, "entry 17 is not the one that was hashed");
}

TEST_F(LogCheckTest, ARecordChangedWithItsHashIsSeenByTheTree) {
    change_database(
        "UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE i = 16), "
        "bytes = (SELECT bytes FROM entry WHERE i = 16) WHERE i = 17");
    answers(3, "the hash over the entries 0 to 255 is not that of the entries");
}

TEST_F(LogCheckTest, AMissingRecordAMissingHashAndACutTailAreSeen) {
    change_database("DELETE FROM subtree WHERE i = 1");
    answers(3, "the hash over the entries 256 to 511 is missing");
    change_database("DELETE FROM entry WHERE i = 602");
    answers(3, "a head of 603 entries was signed, and the log has 602");
    change_database("DELETE FROM checkpoint WHERE size > 500");
    change_database("DELETE FROM entry WHERE i = 200");
    answers(3, "entry 200 is missing");
}

TEST_F(LogCheckTest, AHeadThatAnotherKeySignedIsSeen) {
    change_database(
        "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 300) "
        "WHERE size = 603");
    answers(3, "the head of size 603 has a note that says something else");
    change_database(
        "UPDATE checkpoint SET note = CAST(replace(CAST(note AS TEXT), 'epoch/3', "
        "'epoch/2') AS BLOB)");
    answers(3, "the head of size 603");
}

TEST_F(LogCheckTest, WithTheTailCutAndItsHeadsTooTheStateFileKnowsMore) {
    change_database("DELETE FROM checkpoint WHERE size > 500");
    change_database("DELETE FROM entry WHERE i > 500");
    answers(3, "epoch.state knows 603 entries, and the log has 501");
}

TEST_F(LogCheckTest, WhatCannotBeComparedIsAGap) {
    std::filesystem::remove(files_.state());
    answers(4, "Verified, with gaps: ");
    answers(4, "epoch.state cannot be read");
}

TEST_F(LogCheckTest, EntriesUnderNoSignedHeadAreAGap) {
    writes(5, false);
    answers(4, "the last 5 entries are under no signed head");
}

TEST_F(LogCheckTest, AnotherTableOfKeysIsSeen) {
    auto table = text_in(files_.table());
    table[70] = static_cast<char>(table[70] ^ 1);
    std::ofstream{files_.table(), std::ios::binary} << table;
    answers(3, "is not the table of the sheet");
}

class PlainLog : public SignedLog {};

TEST_F(PlainLog, ALogThatNobodySignedIsNotProvable) {
    EXPECT_EQ(says("sealwarden log check").exit, 8) << "there is none";
    writes(10, false);
    const auto said = says("sealwarden log check");
    EXPECT_EQ(said.exit, 5) << said.out;
    EXPECT_THAT(said.out, HasSubstr("nothing of it is signed"));
}

}  // namespace
}  // namespace sealwarden::test
