#include "firmware/tlog/epochs.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sealwarden::tlog {
namespace {

std::string text_of(std::span<const std::uint8_t> bytes) {
    return {bytes.begin(), bytes.end()};
}

EpochSeed first_seed() {
    Seed seed;
    std::ranges::fill(seed.bytes(), std::uint8_t{7});
    return {0, std::move(seed)};
}

// By FORMAT.md, with nothing of the code but SHA-256.
TEST(Epochs, SeedsAndKeysAreDerivedAsTheFormatSays) {
    auto chain = first_seed();
    auto s = std::string(32, '\7');
    for (std::uint64_t e = 0; e < 3; ++e) {
        EXPECT_EQ(text_of(chain.seed().bytes()), s);
        const auto seed = sha256("key" + s);
        EXPECT_EQ(chain.key().public_key(), SigningKey{std::span{seed}}.public_key());
        chain.advance_to(e + 1);
        s = std::string{bytes_of(sha256("next" + s))};
    }
    EXPECT_EQ(chain.epoch(), 3u);
}

TEST(Epochs, AnAdvanceLeavesNothingOfTheSeedBefore) {
    auto chain = first_seed();
    const auto* at = chain.seed().bytes().data();
    const auto before = text_of(chain.seed().bytes());
    chain.advance_to(1);
    EXPECT_EQ(chain.seed().bytes().data(), at) << "overwritten where it was";
    EXPECT_NE(text_of(chain.seed().bytes()), before);
}

TEST(Epochs, SeedsAreDrawnAndNotRepeated) {
    EXPECT_NE(text_of(EpochSeed::random().seed().bytes()),
              text_of(EpochSeed::random().seed().bytes()));
}

TEST(Epochs, TheTableHasEveryKeyAndItsRootProvesThem) {
    const auto keys = public_keys(first_seed(), 5);
    ASSERT_EQ(keys.size(), 5u);
    auto chain = first_seed();
    chain.advance_to(4);
    EXPECT_EQ(keys[4], chain.key().public_key());
    const auto tree = epoch_tree(keys);
    EXPECT_EQ(epoch_leaf(4, keys[4]), "4\n" + text_of(keys[4]));
    EXPECT_EQ(
        root_from_inclusion(4, 5, leaf_hash(epoch_leaf(4, keys[4])), inclusion_proof(tree, 4, 5)),
        root_of(tree, 5));
    EXPECT_NE(
        root_from_inclusion(3, 5, leaf_hash(epoch_leaf(3, keys[4])), inclusion_proof(tree, 3, 5)),
        root_of(tree, 5));
}

}  // namespace
}  // namespace sealwarden::tlog
