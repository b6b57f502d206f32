#include "firmware/tlog/own_head.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/tlog/checkpoint.hpp"

namespace sealwarden::tlog {
namespace {

SigningKey key_of(std::uint8_t number) {
    Seed seed;
    std::ranges::fill(seed.bytes(), number);
    return SigningKey{seed.bytes()};
}

class OwnHeadTest : public testing::Test {
  protected:
    static std::string note(const std::string& origin, const std::string& signer,
                            const SigningKey& key) {
        const auto text = Checkpoint{.origin = origin, .size = 12, .root = sha256("root")}.text();
        return text + '\n' + signature_line(signer, key, text);
    }
    [[nodiscard]] std::optional<Head> read(const std::string& bytes) const {
        return own_head(bytes, "sealwarden/dc7/gw1", ours.public_key());
    }
    SigningKey ours = key_of(1), other = key_of(2);
};

TEST_F(OwnHeadTest, OneThatOurKeySignedHasItsGenerationSizeAndRoot) {
    EXPECT_EQ(read(note("sealwarden/dc7/gw1/g3", "sealwarden/dc7/gw1/g3", ours)),
              (Head{.generation = 3, .size = 12, .root = sha256("root")}));
}

TEST_F(OwnHeadTest, AnythingElseIsNoHeadOfOurs) {
    const std::string g1 = "sealwarden/dc7/gw1/g1";
    EXPECT_FALSE(read(note(g1, g1, other))) << "another key under our name";
    EXPECT_FALSE(read(note(g1, "sealwarden/dc7/gw1/g2", ours))) << "another generation's name";
    const std::string foreign = "sealwarden/dc8/gw1/g1";
    EXPECT_FALSE(read(note(foreign, foreign, ours)));
    for (const std::string name : {"sealwarden/dc7/gw1", "sealwarden/dc7/gw1/epochs",
                                   "sealwarden/dc7/gw1/g01", "sealwarden/dc7/gw1/g"}) {
        EXPECT_FALSE(read(note(name, name, ours))) << name;
    }
    auto changed = note(g1, g1, ours);
    changed.replace(changed.find("12"), 2, "13");
    EXPECT_FALSE(read(changed));
    EXPECT_FALSE(read(""));
    EXPECT_FALSE(read("nothing"));
}

}  // namespace
}  // namespace sealwarden::tlog
