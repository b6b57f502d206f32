#include "firmware/evidence/epoch_state.hpp"

#include <gmock/gmock.h>

#include "tests/evidence/keys_fixture.hpp"

namespace sealwarden::evidence {
namespace {

using testing::HasSubstr;

std::string text_of(std::span<const std::uint8_t> bytes) {
    return {bytes.begin(), bytes.end()};
}

class EpochState : public KeysTest {
  protected:
    EpochState() { EpochStateFile::create(file_, seed_, {.generation = 1, .size = 5, .root = {}}); }
    static tlog::Head head(std::uint64_t size) {
        return {.generation = 1, .size = size, .root = tlog::sha256(std::to_string(size))};
    }
    std::string bytes() const { return text_in(file_); }
    void write_bytes(const std::string& bytes) {
        std::ofstream{file_, std::ios::binary | std::ios::in} << bytes;
    }
    std::string seed_in(EpochStateFile file) {
        auto seed = file.take_seed();
        return text_of(seed.seed().bytes());
    }

    std::filesystem::path file_ = directory_.path() / "epoch.state";
    tlog::EpochSeed seed_ = tlog::EpochSeed::random();
};

TEST_F(EpochState, ComesBackAsItWasWritten) {
    EpochStateFile file{file_};
    EXPECT_EQ(file.head().size, 5u);
    EXPECT_TRUE(file.write(seed_, head(7)));
    EXPECT_TRUE(file.write(seed_, head(9)));
    EXPECT_EQ(EpochStateFile{file_}.head(), head(9));
    EXPECT_EQ(seed_in(EpochStateFile{file_}), text_of(seed_.seed().bytes()));
}

TEST_F(EpochState, AnOverwrittenSeedIsNowhereInTheFile) {
    const auto old = text_of(seed_.seed().bytes());
    ASSERT_NE(bytes().find(old), std::string::npos);
    EpochStateFile file{file_};
    seed_.advance_to(3);
    EXPECT_TRUE(file.overwrite(seed_, head(8)));
    EXPECT_EQ(bytes().find(old), std::string::npos);
    EXPECT_EQ(bytes().size(), 8192u) << "in place";
    EXPECT_EQ(EpochStateFile{file_}.take_seed().epoch(), 3u);
}

TEST_F(EpochState, ATornSlotLeavesTheOther) {
    {
        EpochStateFile file{file_};
        file.write(seed_, head(7));
        file.write(seed_, head(9));
    }
    const auto good = bytes();
    for (const std::size_t slot : {0u, 1u}) {
        for (const std::size_t at : {0u, 9u, 20u, 40u, 60u, 100u, 130u}) {
            auto torn = good;
            torn[slot * 4096 + at] ^= 1;
            write_bytes(torn);
            const auto size = EpochStateFile{file_}.head().size;
            EXPECT_TRUE(size == 7 || size == 9) << slot << ' ' << at;
            write_bytes(good);
        }
    }
    write_bytes(std::string(8192, 'x'));
    EXPECT_THAT(trouble([&] { EpochStateFile{file_}; }), HasSubstr("holds no epoch key"));
}

TEST_F(EpochState, APowerCutBetweenTheSlotsLeavesNoOldSeedAfterTheNextStart) {
    const auto old = text_of(seed_.seed().bytes());
    {
        EpochStateFile file{file_};
        seed_.advance_to(1);
        file.write(seed_, head(8));  // the first of the two, then the power goes
    }
    ASSERT_NE(bytes().find(old), std::string::npos);
    EpochStateFile file{file_};
    EXPECT_EQ(bytes().find(old), std::string::npos);
    EXPECT_EQ(file.take_seed().epoch(), 1u);
}

TEST_F(EpochState, AFileThatOthersCanReadIsNotUsed) {
    std::filesystem::permissions(file_, std::filesystem::perms::group_read,
                                 std::filesystem::perm_options::add);
    EXPECT_THAT(trouble([&] { EpochStateFile{file_}; }), HasSubstr("chmod 600"));
    std::filesystem::remove(file_);
    EXPECT_THAT(trouble([&] { EpochStateFile{file_}; }), HasSubstr("cannot be opened"));
    std::filesystem::create_symlink("elsewhere", file_);
    EXPECT_THAT(trouble([&] { EpochStateFile{file_}; }), HasSubstr("cannot be opened"));
}

}  // namespace
}  // namespace sealwarden::evidence
