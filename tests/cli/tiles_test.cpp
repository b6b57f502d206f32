// `log export --tiles`, read by golang.org/x/mod/sumdb/tlog and by our verifier.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>

#include "firmware/anchor/time_stamp.hpp"
#include "firmware/eventlog/anchor_rows.hpp"
#include "firmware/tlog/cosignature.hpp"
#include "firmware/tlog/encoding.hpp"
#include "tests/cli/signed_log.hpp"
#include "tests/support/time_stamp_authority.hpp"

namespace sealwarden::test {
namespace {

using namespace std::chrono_literals;

class TilesTest : public SignedLog {
  protected:
    TilesTest() { is_commissioned(); }
    void is_exported() {
        const auto said = says("sealwarden log export --tiles " + tiles_.string());
        ASSERT_EQ(said.exit, 0) << said.err;
    }
    // 0: it accepts.
    [[nodiscard]] int go_says() const {
        return std::system(
            fmt::format(
                "GO111MODULE=off CGO_ENABLED=0 GOPATH=/usr/share/gocode GOCACHE={0}/go-cache "
                "go run {1}/tests/cli/foreign/tiles.go {2} {2}/sheet.txt >/dev/null 2>&1",
                directory_.path().string(), SEALWARDEN_SOURCE_DIR, tiles_.string())
                .c_str());
    }
    // The exit code of sealwarden-verify.
    [[nodiscard]] int our_verifier_says() const {
        const auto status =
            std::system(fmt::format("{} {} --sheet {} >/dev/null 2>&1", SEALWARDEN_VERIFY,
                                    tiles_.string(), files_.sheet().string())
                            .c_str());
        return WEXITSTATUS(status);
    }
    [[nodiscard]] std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& file : std::filesystem::recursive_directory_iterator{tiles_}) {
            if (file.is_regular_file()) {
                names.push_back(std::filesystem::relative(file.path(), tiles_).string());
            }
        }
        std::ranges::sort(names);
        return names;
    }
    std::filesystem::path tiles_ = directory_.path() / "tiles";
};

constexpr int verified_with_gaps = 4;  // the running epoch is not closed
constexpr int not_provable = 5;

TEST_F(TilesTest, ForeignCodeAndOurVerifierReadTheSameLogAndItsContinuation) {
    writes(65'536 + 700);  // a third level, and partial tiles on each
    is_exported();
    EXPECT_EQ(go_says(), 0);
    EXPECT_EQ(our_verifier_says(), verified_with_gaps);
    const auto written = std::filesystem::last_write_time(tiles_ / "tile/0/000");

    passes(2h);
    writes(300);
    is_exported();
    EXPECT_EQ(go_says(), 0);
    EXPECT_EQ(our_verifier_says(), verified_with_gaps);
    EXPECT_EQ(std::filesystem::last_write_time(tiles_ / "tile/0/000"), written)
        << "what is full is not written again";
    EXPECT_TRUE(std::filesystem::exists(tiles_ / "checkpoints/66237.txt")) << "the first closing";

    auto tile = text_in(tiles_ / "tile/entries/001");
    tile[40] = static_cast<char>(tile[40] ^ 1);
    std::ofstream{tiles_ / "tile/entries/001", std::ios::binary} << tile;
    EXPECT_NE(go_says(), 0);
    EXPECT_EQ(our_verifier_says(), 3);
}

TEST_F(TilesTest, TheEdgeOfBeforeIsGoneAndOnlyNamesOfTheFormatAreThere) {
    writes(300);
    is_exported();
    EXPECT_THAT(files(), testing::IsSupersetOf({"checkpoint", "epochs/keys.bin", "sheet.txt",
                                                "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1",
                                                "tile/entries/000", "tile/entries/001.p/44"}));
    writes(300);
    is_exported();
    EXPECT_THAT(files(), testing::ElementsAre("checkpoint", "epochs/keys.bin", "sheet.txt",
                                              "tile/0/000", "tile/0/001", "tile/0/002.p/88",
                                              "tile/1/000.p/2", "tile/entries/000",
                                              "tile/entries/001", "tile/entries/002.p/88"));
}

TEST_F(TilesTest, ALogThatIsNotTheOneExportedBeforeIsRefused) {
    writes(20);
    std::filesystem::copy_file(directory_.path() / "log.db", directory_.path() / "backup");
    const auto state = text_in(files_.state());
    writes(10);
    is_exported();
    const auto before = files();
    std::filesystem::rename(directory_.path() / "backup", directory_.path() / "log.db");
    std::ofstream{files_.state(), std::ios::binary} << state;
    for (const auto* name : {"log.db-wal", "log.db-shm"}) {
        std::filesystem::remove(directory_.path() / name);
    }
    EXPECT_EQ(says("sealwarden log export --tiles " + tiles_.string()).exit, 3) << "rolled back";
    passes(1min);
    writes(15);
    EXPECT_EQ(says("sealwarden log export --tiles " + tiles_.string()).exit, 3) << "forked";
    EXPECT_EQ(files(), before);
}

TEST_F(TilesTest, ADirectoryWithSomethingElseIsLeftAlone) {
    writes(3);
    EXPECT_EQ(says("sealwarden log export --tiles " + directory_.path().string()).exit, 2);
}

// What witnesses and a foreign authority say of the log goes with its copy.
class VouchedTiles : public TilesTest {
  protected:
    VouchedTiles() {
        std::filesystem::remove_all(directory_.path() / "keys");
        is_commissioned(
            {{.name = "office", .type = tlog::KeyType::cosignature, .key = office_.public_key()}},
            {tlog::hex(tlog::bytes_of(tlog::sha256(authority_.root_der())))});
        writes(5);
    }
    void is_anchored() {
        sqlite::Connection connection{eventlog::database_file(directory_.path()),
                                      sqlite::Access::write};
        const auto note = eventlog::note_of(connection, 5).value();
        const auto text = tlog::parse_note(note)->text;
        eventlog::insert_anchor(connection, {.size = 5,
                                             .witness = "office",
                                             .signature = tlog::cosignature_line(
                                                 "office", office_, 1'795'500'060, text)});
        insert_stamp(connection, 5, authority_);
        connection.checkpoint(true);
    }
    static void insert_stamp(sqlite::Connection& connection, std::uint64_t size,
                             TimeStampAuthority& by) {
        const auto note = eventlog::note_of(connection, size).value();
        eventlog::insert_anchor(connection, {.size = size,
                                             .stamp = by.reply(anchor::stamp_request(note, 1)),
                                             .certificates = by.root_pem()});
    }

    const tlog::SigningKey office_{tlog::sha256("office")};
    TimeStampAuthority authority_;
};

TEST_F(VouchedTiles, WhatOthersVouchForGoesWithTheCopy) {
    is_exported();
    EXPECT_EQ(our_verifier_says(), not_provable) << "the sheet names a witness";
    is_anchored();
    is_exported();
    EXPECT_THAT(files(),
                testing::IsSupersetOf({"anchors/5.tsr", "anchors/tsa.pem", "checkpoints/5.txt"}));
    EXPECT_EQ(our_verifier_says(), verified_with_gaps);
}

TEST_F(VouchedTiles, StampsOfAnAuthorityThatTheSheetDoesNotNameAreLeftOut) {
    is_anchored();
    passes(1min);
    writes(3);
    TimeStampAuthority stranger;
    {
        sqlite::Connection connection{eventlog::database_file(directory_.path()),
                                      sqlite::Access::write};
        const auto newest = connection.number("SELECT max(size) FROM checkpoint");
        insert_stamp(connection, static_cast<std::uint64_t>(newest), stranger);
        connection.checkpoint(true);
    }
    is_exported();
    const auto stamps = [](const std::string& name) { return name.ends_with(".tsr"); };
    EXPECT_EQ(std::ranges::count_if(files(), stamps), 1);
    EXPECT_EQ(text_in(tiles_ / "anchors/tsa.pem"), authority_.root_pem());
    EXPECT_NE(our_verifier_says(), not_provable);
}

TEST_F(VouchedTiles, ALogThatNoNewerProgramHasOpenedIsExportedAllTheSame) {
    change_database("DROP TABLE cosignature");
    change_database("DROP TABLE stamp");
    is_exported();
    EXPECT_EQ(our_verifier_says(), not_provable);
}

}  // namespace
}  // namespace sealwarden::test
