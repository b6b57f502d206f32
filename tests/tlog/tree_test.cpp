// The tree against RFC 6962's own words, written down here once more as recursion over leaves.
#include "firmware/tlog/tree.hpp"

#include <gtest/gtest.h>

#include "firmware/tlog/encoding.hpp"
#include "firmware/tlog/proofs.hpp"

namespace sealwarden::tlog {
namespace {

using Leaves = std::span<const Hash>;

std::vector<Hash> some_leaves(std::size_t count) {
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(std::to_string(i)));
    return leaves;
}

std::size_t largest_power_below(std::size_t n) {
    std::size_t k = 1;
    while (2 * k < n) k *= 2;
    return k;
}

// 2.1: MTH
Hash mth(Leaves d) {
    if (d.empty()) return sha256({});
    if (d.size() == 1) return d[0];
    const auto k = largest_power_below(d.size());
    return node_hash(mth(d.first(k)), mth(d.subspan(k)));
}

// 2.1.1: PATH
Path path(std::size_t m, Leaves d) {
    if (d.size() == 1) return {};
    const auto k = largest_power_below(d.size());
    auto result = m < k ? path(m, d.first(k)) : path(m - k, d.subspan(k));
    result.push_back(m < k ? mth(d.subspan(k)) : mth(d.first(k)));
    return result;
}

// 2.1.2: SUBPROOF
Path subproof(std::size_t m, Leaves d, bool b) {
    if (m == d.size()) return b ? Path{} : Path{mth(d)};
    const auto k = largest_power_below(d.size());
    auto result = m <= k ? subproof(m, d.first(k), b) : subproof(m - k, d.subspan(k), false);
    result.push_back(m <= k ? mth(d.subspan(k)) : mth(d.first(k)));
    return result;
}

Path outside(std::size_t at, std::size_t from, std::size_t to, Leaves d) {
    if (at + d.size() <= from || to <= at) return {mth(d)};
    if (d.size() == 1) return {};
    const auto k = largest_power_below(d.size());
    auto left = outside(at, from, to, d.first(k));
    for (const auto& hash : outside(at + k, from, to, d.subspan(k))) left.push_back(hash);
    return left;
}

Frontier frontier_over(Leaves leaves) {
    Frontier frontier;
    std::vector<Subtree> full;
    for (const auto& leaf : leaves) frontier.append(leaf, full);
    return frontier;
}

constexpr std::size_t all_small = 40;

// The trees of the certificate-transparency project's reference implementations.
TEST(Tree, HasTheRootsThatAreKnownFromElsewhere) {
    const std::vector<std::string> inputs{"",
                                          "00",
                                          "10",
                                          "2021",
                                          "3031",
                                          "40414243",
                                          "5051525354555657",
                                          "606162636465666768696a6b6c6d6e6f"};
    const std::vector<std::string> roots{
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    Frontier frontier;
    std::vector<Subtree> full;
    for (std::size_t size = 0; size < roots.size(); ++size) {
        EXPECT_EQ(hex(bytes_of(frontier.root())), roots[size]) << size;
        if (size < inputs.size()) frontier.append(leaf_hash(from_hex(inputs[size]).value()), full);
    }
    EXPECT_TRUE(full.empty());
}

TEST(Tree, EveryRootAndProofOfSmallTreesIsTheDefinitions) {
    const auto leaves = some_leaves(all_small);
    const HashesInMemory hashes{leaves};
    for (std::size_t size = 0; size <= all_small; ++size) {
        const auto d = Leaves{leaves}.first(size);
        const auto root = mth(d);
        EXPECT_EQ(frontier_over(d).root(), root);
        EXPECT_EQ(root_of(hashes, size), root);
        EXPECT_EQ(frontier_of(hashes, size).root(), root);
        for (std::size_t m = 0; m < size; ++m) {
            const auto proof = inclusion_proof(hashes, m, size);
            EXPECT_EQ(proof, path(m, d)) << m << " in " << size;
            EXPECT_EQ(root_from_inclusion(m, size, leaves[m], proof), root) << m << " in " << size;
        }
        for (std::size_t m = 1; m <= size; ++m) {
            const auto proof = consistency_proof(hashes, m, size);
            EXPECT_EQ(proof, subproof(m, d, true)) << m << " to " << size;
            EXPECT_TRUE(is_consistent(m, mth(d.first(m)), size, root, proof))
                << m << " to " << size;
        }
        for (std::size_t from = 0; from < size; ++from) {
            for (std::size_t to = from + 1; to <= size; ++to) {
                const auto proof = range_proof(hashes, from, to, size);
                ASSERT_EQ(proof, outside(0, from, to, d)) << from << '-' << to << " of " << size;
                const std::vector<Hash> inside(d.begin() + static_cast<std::ptrdiff_t>(from),
                                               d.begin() + static_cast<std::ptrdiff_t>(to));
                ASSERT_EQ(root_from_range(from, size, inside, proof), root);
            }
        }
    }
}

// Around the levels that are kept, where the fast way and the definition could part.
TEST(Tree, ProofsAroundTheKeptLevelsAreTheDefinitions) {
    const auto leaves = some_leaves(65537 + 300);
    const HashesInMemory hashes{leaves};
    for (const std::size_t size : {255u, 256u, 257u, 511u, 512u, 513u, 65535u, 65537u, 65792u}) {
        const auto d = Leaves{leaves}.first(size);
        const auto root = mth(d);
        EXPECT_EQ(root_of(hashes, size), root) << size;
        EXPECT_EQ(frontier_of(hashes, size).root(), root) << size;
        EXPECT_EQ(frontier_over(d).root(), root) << size;
        for (const std::size_t m : {std::size_t{0}, size / 2, size - 1}) {
            EXPECT_EQ(inclusion_proof(hashes, m, size), path(m, d)) << m << " in " << size;
        }
        for (const std::size_t m : {std::size_t{1}, size / 2, size - 1, std::size_t{256}}) {
            if (m > size) continue;
            EXPECT_EQ(consistency_proof(hashes, m, size), subproof(m, d, true))
                << m << " to " << size;
        }
        EXPECT_EQ(range_proof(hashes, size / 3, size / 2, size), outside(0, size / 3, size / 2, d));
    }
}

TEST(Tree, TellsOfEachFullSubtreeOfAKeptLevelOnceWhenItIsFull) {
    const auto leaves = some_leaves(65536 + 256);
    Frontier frontier;
    std::vector<Subtree> full;
    for (const auto& leaf : leaves) {
        const auto before = full.size();
        frontier.append(leaf, full);
        const auto size = frontier.size();
        const std::size_t completed = (size % 256 == 0 ? 1u : 0u) + (size % 65536 == 0 ? 1u : 0u);
        ASSERT_EQ(full.size() - before, completed) << size;
    }
    ASSERT_EQ(full.size(), 258u);
    EXPECT_EQ(full[3],
              (Subtree{.level = 8, .index = 3, .hash = mth(Leaves{leaves}.subspan(768, 256))}));
    EXPECT_EQ(full[256],
              (Subtree{.level = 16, .index = 0, .hash = mth(Leaves{leaves}.first(65536))}));
    EXPECT_EQ(full[257].index, 256u);
}

TEST(Tree, ProofsThatAreTooLongTooShortOrChangedLeadNowhere) {
    const auto leaves = some_leaves(11);
    const HashesInMemory hashes{leaves};
    const auto root = mth(leaves);
    for (std::size_t m = 0; m < leaves.size(); ++m) {
        const auto proof = inclusion_proof(hashes, m, 11);
        auto longer = proof, shorter = proof, changed = proof;
        longer.push_back(root);
        shorter.pop_back();
        changed[0][31] ^= 1;
        EXPECT_EQ(root_from_inclusion(m, 11, leaves[m], longer), std::nullopt);
        EXPECT_EQ(root_from_inclusion(m, 11, leaves[m], shorter), std::nullopt);
        EXPECT_NE(root_from_inclusion(m, 11, leaves[m], changed), root);
        EXPECT_NE(root_from_inclusion((m + 1) % 11, 11, leaves[m], proof), root);
    }
    EXPECT_EQ(root_from_inclusion(11, 11, leaves[0], {}), std::nullopt);
    for (std::size_t m = 1; m < leaves.size(); ++m) {
        const auto old_root = mth(Leaves{leaves}.first(m));
        const auto proof = consistency_proof(hashes, m, 11);
        auto longer = proof, shorter = proof, changed = proof;
        longer.push_back(root);
        shorter.pop_back();
        changed.back()[0] ^= 1;
        EXPECT_FALSE(is_consistent(m, old_root, 11, root, longer));
        EXPECT_FALSE(is_consistent(m, old_root, 11, root, shorter));
        EXPECT_FALSE(is_consistent(m, old_root, 11, root, changed));
        EXPECT_FALSE(is_consistent(m, root, 11, root, proof));
    }
    EXPECT_FALSE(is_consistent(12, root, 11, root, {}));
    EXPECT_FALSE(is_consistent(0, sha256({}), 11, root, {}));
    const auto around = range_proof(hashes, 3, 6, 11);
    EXPECT_EQ(root_from_range(3, 11, {leaves[3], leaves[4], leaves[5]}, around), root);
    EXPECT_NE(root_from_range(3, 11, {leaves[3], leaves[5], leaves[4]}, around), root);
    EXPECT_EQ(root_from_range(3, 11, {leaves[3], leaves[4]}, around), std::nullopt);
    EXPECT_EQ(root_from_range(10, 11, {leaves[3], leaves[4]}, around), std::nullopt);
}

}  // namespace
}  // namespace sealwarden::tlog
