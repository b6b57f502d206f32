// The log with keys: heads signed with the entries, epochs that end, and what happens when the log
// is not what was signed of it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <future>
#include <nlohmann/json.hpp>

#include "firmware/eventlog/check.hpp"
#include "firmware/eventlog/day_index.hpp"
#include "firmware/eventlog/directory.hpp"
#include "firmware/eventlog/heads.hpp"
#include "firmware/eventlog/stopped_log.hpp"
#include "firmware/eventlog/store.hpp"
#include "firmware/evidence/commission.hpp"
#include "firmware/tlog/checkpoint.hpp"
#include "firmware/tlog/proofs.hpp"
#include "tests/eventlog/signing_fixture.hpp"

namespace sealwarden::eventlog {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using State = SigningState::State;

TEST_F(SigningTest, AnUncommissionedLogIsNotSigned) {
    start();
    writes_one();
    EXPECT_EQ(log->signing().state, State::not_commissioned);
    EXPECT_EQ(log->signing().checkpoint, "");
    EXPECT_TRUE(checkpoints().empty());
}

TEST_F(SigningTest, EveryCommitHasItsSignedHeadInTheSameTransaction) {
    start_signing();
    for (int i = 0; i < 3; ++i) {
        writes_one();
        const auto head = head_of_entries();
        EXPECT_EQ(head_in(log->signing().checkpoint, 1, 0), head);
        EXPECT_EQ(head_in(checkpoints().back().note, 1, 0), head);
    }
    EXPECT_EQ(checkpoints().size(), 3u);
    EXPECT_EQ(log->signing().state, State::signing);
}

TEST_F(SigningTest, AnEpochEndsWithItsClosingAsLastLeafAndItsKeyIsGone) {
    start_signing();
    writes_one();
    const auto state_before = text_in(files_.state());
    passes(1h);
    writes_one();
    EXPECT_THAT(kinds(), ElementsAre("door.opened", "epoch.close", "door.opened"));
    const auto rows = checkpoints();
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[1].size, 2u);
    EXPECT_EQ(rows[1].closes, 0);
    head_in(rows[1].note, 1, 0);
    head_in(rows[2].note, 1, 1);
    EXPECT_EQ(text(ask({}).entries[1], "/data"), R"({"epoch":0,"late":false})");
    EXPECT_EQ(log->signing().epoch, 1u);
    // The seed stands behind magic, sequence and epoch; it is in neither slot.
    const auto old_seed = state_before.substr(24, 32);
    EXPECT_EQ(text_in(files_.state()).find(old_seed), std::string::npos);
}

TEST_F(SigningTest, AfterAPowerCutTheMissedEpochsAreClosedLateBeforeAnythingElse) {
    start_signing();
    writes_one();
    stop_signing();
    passes(20h + 1min);  // from 08:00 to 04:01 of the next day
    start_signing();
    writes_one();
    const auto entries = ask({}).entries;
    ASSERT_EQ(entries.size(), 1u + 20 + 1 + 1);
    const auto rows = checkpoints();
    std::int64_t epoch = 0;
    for (const auto& row : rows) {
        if (row.closes < 0) continue;
        EXPECT_EQ(row.closes, epoch);
        const auto& last = entries.at(row.size - 1);
        EXPECT_EQ(last.kind, "epoch.close");
        EXPECT_EQ(json::parse(last.bytes)["data"], (json{{"epoch", epoch}, {"late", true}}));
        head_in(row.note, 1, static_cast<std::uint64_t>(epoch));
        ++epoch;
    }
    EXPECT_EQ(epoch, 20);
    EXPECT_EQ(entries.back().kind, "door.opened");
    // The sixteenth ends at midnight: the day's index stands before its closing.
    EXPECT_EQ(entries[1 + 15].kind, "day.index");
    EXPECT_EQ(json::parse(entries[1 + 15].bytes)["data"]["day"], "2027-01-15");
}

TEST_F(SigningTest, APowerCutBetweenTheClosingAndTheEndOfItsKeyClosesNothingTwice) {
    start_signing();
    writes_one();
    const auto state = text_in(files_.state());
    passes(1h);
    writes_one();
    stop_signing();
    {  // as if the power had gone before the state was overwritten
        std::ofstream out{files_.state(), std::ios::binary | std::ios::in};
        out << state;
    }
    start_signing();
    EXPECT_EQ(log->signing().state, State::signing);
    EXPECT_EQ(log->signing().epoch, 1u);
    writes_one();
    EXPECT_THAT(kinds(), ElementsAre("door.opened", "epoch.close", "door.opened", "door.opened"));
    EXPECT_EQ(text_in(files_.state()).find(state.substr(24, 32)), std::string::npos);
}

TEST_F(SigningTest, Attack23AClockSetToTheNextDecadeBurnsNoKey) {
    start_signing();
    writes_one();
    auto now = clock.sample();
    const auto right = now;
    now.wall += std::chrono::days{3650};
    clock.set(now);
    writes_one();
    EXPECT_EQ(log->signing().epoch, 0u);
    EXPECT_TRUE(log->signing().clock_held_back);
    clock.set(right);
    writes_one();
    EXPECT_FALSE(log->signing().clock_held_back);
    EXPECT_THAT(kinds(), ElementsAre("door.opened", "door.opened", "door.opened"));
}

TEST_F(SigningTest, TheDayIndexCountsEachSubjectSinceTheOneBefore) {
    start_signing();
    write(6);  // d07 at 0 and 3, d08 at 1, 2, 4, 5
    Event exported;
    exported.kind = EventKind::export_made;
    exported.at = clock.uptime();
    append_and_wait({exported});
    write(2);
    append_and_wait({exported});
    const auto entries = ask({}).entries;
    ASSERT_EQ(entries.size(), 12u);
    const auto first = json::parse(entries[6].bytes)["data"],
               second = json::parse(entries[10].bytes)["data"];
    EXPECT_EQ(entries[6].kind, "day.index");
    EXPECT_EQ(first["from"], 0);
    EXPECT_EQ(first["to"], 6);
    EXPECT_EQ(first["count"], 2);
    EXPECT_EQ(second["from"], 7);
    EXPECT_EQ(second["to"], 10);
    EXPECT_EQ(second["count"], 2) << "an index counts not itself";
    tlog::DaySalt salt{};
    std::ranges::copy(tlog::from_hex(first["salt"].get<std::string>()).value(), salt.begin());
    const tlog::DayIndex expected{
        salt,
        {{.kind = "door", .id = "d07", .count = 2, .first = 0, .last = 3},
         {.kind = "door", .id = "d08", .count = 4, .first = 1, .last = 5}}};
    EXPECT_EQ(first["root"], tlog::hex(tlog::bytes_of(expected.root())));
}

// Whoever checks its bundle sees nothing of what others wrote meanwhile, and the day index counts
// all of it.
TEST_F(SigningTest, AnExportIsAloneInItsTransactionBehindItsDayIndex) {
    start_signing();
    const auto opened = [this] {
        return door_event(EventKind::door_opened, "d07", clock.uptime());
    };
    Event exported;
    exported.kind = EventKind::export_made;
    exported.at = clock.uptime();
    std::uint64_t last = 0;
    {
        const auto held = heard->hold();
        append({opened()});
        for (const auto& event : {opened(), exported, opened(), opened()}) last = append({event});
    }
    ASSERT_TRUE(heard->wait_for_ticket(last));
    const auto transactions = heard->transactions();
    EXPECT_EQ(*(transactions.end() - 2), 2u) << "day.index and export.made";
    EXPECT_EQ(transactions.back(), 2u);
    EXPECT_THAT(kinds(), ElementsAre("door.opened", "door.opened", "day.index", "export.made",
                                     "door.opened", "door.opened"));
}

class ForeignEyes : public SigningTest {
  protected:
    ForeignEyes() {
        start_signing();
        write(700);
        passes(30h);
        write(3);
        stop_signing();
    }
    int verifier_says() {
        return std::system(
            fmt::format("/usr/bin/python3 {}/tests/eventlog/verify_log.py {} >/dev/null",
                        SEALWARDEN_SOURCE_DIR, directory.path().string())
                .c_str());
    }
};

TEST_F(ForeignEyes, FindTheSameRootsAndClosings) {
    EXPECT_EQ(verifier_says(), 0);
}

TEST_F(ForeignEyes, SeeAChangedRoot) {
    change_database("UPDATE checkpoint SET root = zeroblob(32) WHERE closes = 3");
    EXPECT_NE(verifier_says(), 0);
}

TEST_F(ForeignEyes, SeeAChangedSubtree) {
    change_database("UPDATE subtree SET hash = zeroblob(32) WHERE i = 1");
    EXPECT_NE(verifier_says(), 0);
}

// --- not what was signed ---

class RolledBackTest : public SigningTest {
  protected:
    void is_held_back(const std::string& why) {
        start_signing();
        EXPECT_EQ(log->signing().state, State::held_back);
        EXPECT_THAT(log->signing().why, HasSubstr(why));
        const auto signed_before = checkpoints().size();
        writes_one();
        EXPECT_EQ(checkpoints().size(), signed_before) << "entries are taken, nothing is signed";
        passes(2h);
        writes_one();
        EXPECT_EQ(keys_->epoch(), 0u) << "no key is used up either";
    }
    // While the log runs, what a power cut would leave: the database and its write-ahead log.
    std::filesystem::path files_as_they_are() {
        const auto copy = directory.path() / "copy";
        std::filesystem::create_directory(copy);
        for (const auto* name : {"log.db", "log.db-wal"}) {
            std::filesystem::copy_file(directory.path() / name, copy / name);
        }
        return copy;
    }
    void head_is_remembered() {
        passes(11s);
        writes_one();  // and housekeeping after it
        passes(3s);
        writes_one();
        ASSERT_GT(keys_->last().size, 0u);
    }
};

TEST_F(RolledBackTest, Attack13AnOlderBackupIsNotSignedOn) {
    start_signing();
    write(5);
    stop_signing();
    std::filesystem::copy_file(directory.path() / "log.db", directory.path() / "backup");
    start_signing();
    write(5);
    const auto head = head_of_entries();
    stop_signing();
    std::filesystem::copy_file(directory.path() / "backup", directory.path() / "log.db",
                               std::filesystem::copy_options::overwrite_existing);
    for (const auto* name : {"log.db-wal", "log.db-shm"}) {
        std::filesystem::remove(directory.path() / name);
    }
    is_held_back("10 entries are known of this log, and it has 5");

    // An operator decides.
    stop_signing();
    StoppedLog{directory.path()}.begin_anew("uid:1000(ana)", "restored by mistake", 1);
    start_signing();
    EXPECT_EQ(log->signing().state, State::signing);
    writes_one();
    const auto entries = ask({}).entries;
    ASSERT_GE(entries.size(), 2u);
    const auto told = json::parse(entries[0].bytes)["data"];
    EXPECT_EQ(entries[0].kind, "log.recovered");
    EXPECT_EQ(told["by"], "uid:1000(ana)");
    EXPECT_EQ(told["reason"], "restored by mistake");
    EXPECT_EQ(told["generation"], 2);
    EXPECT_EQ(told["known_size"], 10);
    EXPECT_EQ(told["known_root"], tlog::hex(tlog::bytes_of(head.root)));
    EXPECT_EQ(head_in(log->signing().checkpoint, 2, keys_->epoch()), head_of_entries(2));
}

TEST_F(RolledBackTest, Attack14AWriteAheadLogCutShortIsNoticed) {
    start_signing();
    write(3);
    head_is_remembered();
    const auto copy = files_as_they_are();
    stop_signing();
    const auto wal = copy / "log.db-wal";
    std::filesystem::resize_file(wal, std::filesystem::file_size(wal) / 2);
    options.directory = copy;
    is_held_back("entries are known of this log");
}

TEST_F(RolledBackTest, Attack14OneBitFlippedInTheWriteAheadLogIsNoticed) {
    start_signing();
    write(3);
    head_is_remembered();
    const auto copy = files_as_they_are();
    stop_signing();
    const auto wal = copy / "log.db-wal";
    auto bytes = text_in(wal);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    std::ofstream{wal, std::ios::binary} << bytes;
    options.directory = copy;
    is_held_back("entries are known of this log");
}

TEST_F(RolledBackTest, ARewrittenRecordWithAllItsHashesIsNoticed) {
    start_signing();
    write(1200);
    stop_signing();
    // Before the tail that each start checks; leaf and counters agree.
    sqlite::Connection connection{database_file(directory.path()), sqlite::Access::write};
    auto select = connection.prepare("SELECT bytes FROM entry WHERE i = 100");
    ASSERT_TRUE(select.step());
    const auto blob = select.blob(0);
    std::string bytes{blob.begin(), blob.end()};
    bytes.replace(bytes.find("opened"), 6, "forced");
    select.reset();
    auto update = connection.prepare("UPDATE entry SET bytes = ?, leaf = ? WHERE i = 100");
    const auto leaf = leaf_hash(bytes);
    update
        .bind_blob(1, std::span{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})
        .bind_blob(2, leaf)
        .run();
    connection.run("DELETE FROM subtree");
    connection.checkpoint(true);
    is_held_back("not those that are known");
}

TEST_F(RolledBackTest, Attack44TwoGatewaysCannotSignOneLog) {
    start_signing();
    Heard other;
    EXPECT_THROW((void)open_log(options, clock, other), AlreadyRunning);
}

// --- heads seen outside ---

class SeenOutsideTest : public RolledBackTest {
  protected:
    LogThread::Comparison compares(std::optional<tlog::Head> outside) {
        std::promise<LogThread::Comparison> answered;
        log->compare(outside, "broker", [&](const auto& answer) { answered.set_value(answer); });
        return answered.get_future().get();
    }
    void a_restart_finds_the_same(const std::string& why) {
        stop_signing();
        is_held_back(why);
    }
};

TEST_F(SeenOutsideTest, AHeadThatTheLogGoesOnFromChangesNothing) {
    start_signing();
    writes_one();
    const auto before = head_of_entries();
    writes_one();
    for (const auto& outside : {before, head_of_entries()}) {
        const auto answer = compares(outside);
        EXPECT_TRUE(answer.compared);
        EXPECT_EQ(answer.why, "");
    }
    EXPECT_EQ(log->signing().state, State::signing);
}

TEST_F(SeenOutsideTest, ALargerOneEndsTheSigningAndARestartFindsTheSame) {
    start_signing();
    writes_one();
    const auto answer = compares(tlog::Head{.size = 10, .root = tlog::sha256("ten")});
    EXPECT_EQ(answer.why, "10 entries are known of this log, and it has 1");
    EXPECT_EQ(log->signing().state, State::held_back);
    EXPECT_EQ(log->signing().why, "broker: " + answer.why);
    writes_one();
    EXPECT_EQ(ask({}).entries.size(), 2u) << "entries are taken all the same";
    EXPECT_EQ(checkpoints().size(), 1u);
    a_restart_finds_the_same("10 entries are known");
}

TEST_F(SeenOutsideTest, OneOfTheSameSizeWithAnotherRootEndsTheSigning) {
    start_signing();
    writes_one();
    EXPECT_NE(compares(tlog::Head{.size = 1, .root = tlog::sha256("another")}).why, "");
    a_restart_finds_the_same("its first 1 entries are not those that are known");
}

TEST_F(SeenOutsideTest, ASmallerOneWithAnotherRootEndsTheSigning) {
    start_signing();
    write(5);
    EXPECT_NE(compares(tlog::Head{.size = 3, .root = tlog::sha256("another")}).why, "");
    a_restart_finds_the_same("its first 3 entries are not those that are known");
}

TEST_F(SeenOutsideTest, OneOfALaterGenerationEndsTheSigningAndOfAnEarlierOneSaysNothing) {
    start_signing();
    writes_one();
    EXPECT_EQ(compares(tlog::Head{.generation = 0, .size = 99, .root = {}}).why, "");
    EXPECT_NE(compares(tlog::Head{.generation = 3, .size = 1, .root = {}}).why, "");
    a_restart_finds_the_same("generation 3");
    stop_signing();
    const auto known = evidence::EpochStateFile{files_.state()}.head().generation;
    StoppedLog{directory.path()}.begin_anew("uid:0", "two disks were exchanged", known);
    start_signing();
    writes_one();
    EXPECT_EQ(json::parse(ask({}).entries.at(0).bytes)["data"]["known_generation"], 3);
    EXPECT_EQ(head_in(log->signing().checkpoint, 4, keys_->epoch()), head_of_entries(4));
}

class WaitingTest : public SeenOutsideTest {
  protected:
    WaitingTest() {
        options.look_outside_for = 20s;
        start_signing();
    }
};

TEST_F(WaitingTest, NothingIsSignedBeforeSomebodySaysWhatIsKnownOutside) {
    writes_one();
    EXPECT_EQ(log->signing().state, State::waiting);
    EXPECT_TRUE(checkpoints().empty());
    EXPECT_TRUE(compares(std::nullopt).compared);
    EXPECT_EQ(log->signing().state, State::signing);
    EXPECT_EQ(head_in(log->signing().checkpoint, 1, 0), head_of_entries())
        << "what came meanwhile is signed at once";
}

TEST_F(WaitingTest, ALogThatWasRolledBackHasSignedNothing) {
    writes_one();
    compares(tlog::Head{.size = 10, .root = tlog::sha256("ten")});
    EXPECT_EQ(log->signing().state, State::held_back);
    EXPECT_TRUE(checkpoints().empty());
}

TEST_F(WaitingTest, WithoutAWordItIsSignedOnAfterItsTime) {
    writes_one();
    passes(20s);
    writes_one();
    writes_one();  // the turn before it ended the waiting
    EXPECT_EQ(log->signing().state, State::signing);
    EXPECT_EQ(head_in(log->signing().checkpoint, 1, 0), head_of_entries());
}

TEST_F(SigningTest, ASignedLogWhoseKeysAreGoneSaysSo) {
    start_signing();
    writes_one();
    stop_signing();
    start();
    EXPECT_EQ(log->signing().state, State::held_back);
    EXPECT_THAT(log->signing().why, HasSubstr("keys are gone"));
}

TEST_F(SigningTest, AClockThatAnOperatorVouchesForIsFollowed) {
    start_signing();
    writes_one();
    auto now = clock.sample();
    now.sync = "none";
    now.wall += 50h;
    clock.set(now);
    writes_one();
    ASSERT_TRUE(log->signing().clock_held_back);
    EXPECT_EQ(log->signing().epoch, 0u);
    log->trust_clock();
    writes_one();
    writes_one();
    EXPECT_FALSE(log->signing().clock_held_back);
    EXPECT_EQ(log->signing().epoch, 50u);
}

// --- rows of the tree ---

TEST_F(SigningTest, ALogWithoutSubtreesIsCompletedWhenItIsOpened) {
    start_signing();
    write(600);
    stop_signing();
    change_database("DELETE FROM subtree");
    start_signing();
    write(200);
    EXPECT_EQ(head_in(log->signing().checkpoint, 1, 0), head_of_entries());
    sqlite::Connection connection{database_file(directory.path()), sqlite::Access::read};
    EXPECT_EQ(connection.number("SELECT count(*) FROM subtree WHERE level = 8"), 3);
}

// A gateway that signs fast may thin out the head a check began with before the check is there.
TEST_F(SigningTest, ACheckReachesTheHeadItBeganWith) {
    start_signing();
    write(4200);  // more than a check reads at once
    for (int i = 0; i < 2; ++i) writes_one();
    stop();
    CheckWanted wanted;
    wanted.progress = [this](std::uint64_t done, std::uint64_t) {
        if (done < 4202) change_database("DELETE FROM checkpoint WHERE size > 4200");
    };
    const auto checked = check_log(database_file(options.directory), wanted);
    EXPECT_EQ(checked.fault, "");
    EXPECT_EQ(checked.size, 4202U);
    EXPECT_EQ(checked.signed_size, 4202U);
    EXPECT_EQ(checked.checkpoints, 2U) << "the one between was gone";
}

TEST_F(SigningTest, OldCheckpointsAreThinnedOutButNotClosings) {
    start_signing();
    stop();
    {
        Store store{directory.path(), {}};
        auto& heads = store.heads();
        sqlite::Transaction transaction{store.connection(), sqlite::Access::write};
        for (int i = 0; i < 2000; ++i) {
            heads.add(leaf_hash(std::to_string(i)));
            heads.sign({.signer = *keys_, .epoch = 0}, 1, i % 100 == 0);
        }
        transaction.commit();
        heads.kept();
    }
    const auto rows = checkpoints();
    EXPECT_GE(rows.size(), 1000u);
    EXPECT_LE(rows.size(), 1000u + 256 + 20);
    EXPECT_EQ(std::ranges::count(rows, 0, &Row::closes), 20);
    EXPECT_EQ(rows.back().size, 2000u);
}

TEST_F(SigningTest, NeverASmallerSizeAndNeverAnotherRootForASize) {
    start_signing();
    writes_one();
    stop();
    keys_->remember({.generation = 1, .size = 1, .root = tlog::sha256("another")});
    Store store{directory.path(), {}};
    EXPECT_THROW(store.heads().sign({.signer = *keys_, .epoch = 0}, 1, false), std::logic_error);
    keys_->remember({.generation = 1, .size = 2, .root = tlog::sha256("later")});
    EXPECT_THROW(store.heads().sign({.signer = *keys_, .epoch = 0}, 1, false), std::logic_error);
}

}  // namespace
}  // namespace sealwarden::eventlog
