#include "firmware/evidence/keys.hpp"

#include <gmock/gmock.h>

#include "firmware/tlog/checkpoint.hpp"
#include "tests/evidence/keys_fixture.hpp"

namespace sealwarden::evidence {
namespace {

using testing::HasSubstr;

class KeysFromFiles : public KeysTest {
  protected:
    KeysFromFiles() { commission(files(), wanted()); }
    tlog::Signed epoch_line(const std::string& note, std::uint64_t generation,
                            std::uint64_t epoch) {
        return is_signed(tlog::parse_note(note).value(),
                         {.name = tlog::epoch_name("sealwarden/dc7/gw1", generation, epoch),
                          .type = tlog::KeyType::ed25519,
                          .key = read_table(files())[epoch]});
    }
    tlog::Head head_{.generation = 2, .size = 42, .root = tlog::sha256("42")};
};

TEST_F(KeysFromFiles, SignACheckpointWithTheLogsKeyAndTheEpochs) {
    Keys keys{files(), log_key()};
    const auto bytes = keys.checkpoint(head_, 0);
    const auto note = tlog::parse_note(bytes).value();
    EXPECT_EQ(
        tlog::parse_checkpoint(note.text),
        (tlog::Checkpoint{.origin = "sealwarden/dc7/gw1/g2", .size = 42, .root = head_.root}));
    ASSERT_EQ(note.lines.size(), 2u);
    EXPECT_EQ(note.lines[0].name, "sealwarden/dc7/gw1/g2");
    EXPECT_EQ(is_signed(note, {.name = "sealwarden/dc7/gw1/g2",
                               .type = tlog::KeyType::ed25519,
                               .key = keys.sheet().log_key}),
              tlog::Signed::yes);
    EXPECT_EQ(epoch_line(bytes, 2, 0), tlog::Signed::yes);
}

TEST_F(KeysFromFiles, MakeLaterKeysForLateClosingsAndThenGoOn) {
    Keys keys{files(), log_key()};
    for (const std::uint64_t epoch : {0u, 1u, 5u, 2u}) {
        EXPECT_EQ(epoch_line(keys.checkpoint(head_, epoch), 2, epoch), tlog::Signed::yes) << epoch;
    }
    EXPECT_TRUE(keys.advance(3, head_));
    EXPECT_EQ(keys.epoch(), 3u);
    EXPECT_EQ(epoch_line(keys.checkpoint(head_, 3), 2, 3), tlog::Signed::yes);
    Keys again{files(), log_key()};
    EXPECT_EQ(again.epoch(), 3u);
    EXPECT_EQ(again.last(), head_);
    EXPECT_EQ(epoch_line(again.checkpoint(head_, 3), 2, 3), tlog::Signed::yes);
}

TEST_F(KeysFromFiles, RememberTheNewestHead) {
    Keys keys{files(), log_key()};
    EXPECT_EQ(keys.last().size, 0u);
    EXPECT_TRUE(keys.remember(head_));
    EXPECT_EQ(keys.last(), head_);
    EXPECT_EQ(Keys(files(), log_key()).last(), head_);
}

TEST_F(KeysFromFiles, OfAnotherGatewayAreRefused) {
    const KeyFiles other{directory_.path() / "other"};
    commission(other, wanted());
    EXPECT_THAT(trouble([&] { Keys{files(), text_in(other.log_key()).substr(0, 64)}; }),
                HasSubstr("not the one of the sheet"));
    std::filesystem::copy_file(other.state(), files().state(),
                               std::filesystem::copy_options::overwrite_existing);
    EXPECT_THAT(trouble([&] { Keys{files(), log_key()}; }),
                HasSubstr("does not belong to the sheet"));
    EXPECT_THAT(trouble([&] { Keys{files(), "00"}; }), HasSubstr("64 hex digits"));
}

}  // namespace
}  // namespace sealwarden::evidence
