#include "firmware/witness/key_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "firmware/evidence/private_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::witness {
namespace {

class WitnessKeyFile : public testing::Test {
  protected:
    [[nodiscard]] std::filesystem::path file() const { return directory_.path() / "key"; }
    [[nodiscard]] std::string text() const {
        std::ifstream in{file()};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    test::TemporaryDirectory directory_;
};

TEST_F(WitnessKeyFile, TheKeyReadIsTheOneMade) {
    const auto vkey = make_key(file(), "office");
    struct stat status{};
    ASSERT_EQ(::stat(file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    auto line = text();
    ASSERT_TRUE(line.ends_with('\n'));
    line.pop_back();
    const auto key = key_from(line).value();
    EXPECT_EQ(key.name, "office");
    const tlog::NoteKey made{
        .name = key.name, .type = tlog::KeyType::cosignature, .key = key.key.public_key()};
    EXPECT_EQ(made.vkey(), vkey);
}

// golang.org/x/mod's shape, with the type of cosignatures: 32 times 07 as the seed.
TEST_F(WitnessKeyFile, AKeyMadeElsewhereIsRead) {
    const auto key =
        key_from("PRIVATE+KEY+office+cdf93794+BAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH")
            .value();
    const tlog::NoteKey made{
        .name = key.name, .type = tlog::KeyType::cosignature, .key = key.key.public_key()};
    EXPECT_EQ(made.vkey(), "office+cdf93794+BOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs");
}

TEST_F(WitnessKeyFile, AKeyIsNeverOverwritten) {
    make_key(file(), "office");
    const auto before = text();
    EXPECT_THROW(make_key(file(), "office"), evidence::KeyTrouble);
    EXPECT_EQ(text(), before);
}

TEST_F(WitnessKeyFile, WhatIsNotExactlyAKeyIsRefused) {
    const std::string seed = "BAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
    ASSERT_TRUE(key_from("PRIVATE+KEY+office+cdf93794+" + seed));
    for (const auto& bad : std::vector<std::string>{
             "", "+", "PRIVATE+KEY+", "PRIVATE+KEY+office", "PRIVATE+KEY+office+",
             "PRIVATE+KEY+office+cdf93794+", "PRIVATE+KEY+office+cdf93794+" + seed + "\n",
             "PRIVATE+KEY+office+cdf93795+" + seed,  // another id
             "PRIVATE+KEY+dock+cdf93794+" + seed,    // another name
             "PRIVATE+KEY+office+cdf93794+A" + seed.substr(1),
             "PRIVATE+KEY+office+cdf93794+" + seed.substr(4),
             "office+cdf93794+BOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"}) {
        EXPECT_FALSE(key_from(bad)) << bad;
    }
}

// The signs between the words also occur in base64.
TEST_F(WitnessKeyFile, AnyKeyMadeIsRead) {
    for (int i = 0; i < 50; ++i) {
        std::filesystem::remove(file());
        make_key(file(), "office");
        auto line = text();
        line.pop_back();
        EXPECT_TRUE(key_from(line)) << line;
    }
}

}  // namespace
}  // namespace sealwarden::witness
