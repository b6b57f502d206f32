// The eight leaves and their roots are the vectors that implementations of RFC 6962 share.
#include "firmware/verify/merkle.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace sealwarden::verify {
namespace {

const std::vector<std::string> leaves_hex{"",
                                          "00",
                                          "10",
                                          "2021",
                                          "3031",
                                          "40414243",
                                          "5051525354555657",
                                          "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> roots_hex{
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<Hash> numbered_leaves(std::size_t count) {
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(std::to_string(i)));
    return leaves;
}

// RFC 6962's definitions as they stand there: slow, and different from what is tested.
struct Definition {
    std::vector<Hash> leaves;

    static std::size_t half(std::size_t n) {
        std::size_t k = 1;
        while (k * 2 < n) k *= 2;
        return k;
    }
    Hash root(std::size_t begin, std::size_t end) const {
        if (begin == end) return tree_root({});
        if (end - begin == 1) return leaves[begin];
        const auto middle = begin + half(end - begin);
        return node_hash(root(begin, middle), root(middle, end));
    }
    std::vector<Hash> path(std::size_t m, std::size_t begin, std::size_t end) const {
        if (end - begin == 1) return {};
        const auto k = half(end - begin);
        auto hashes = m < k ? path(m, begin, begin + k) : path(m - k, begin + k, end);
        hashes.push_back(m < k ? root(begin + k, end) : root(begin, begin + k));
        return hashes;
    }
    std::vector<Hash> proof(std::size_t m, std::size_t begin, std::size_t end, bool whole) const {
        const auto n = end - begin;
        if (m == n) return whole ? std::vector<Hash>{} : std::vector<Hash>{root(begin, end)};
        const auto k = half(n);
        auto hashes =
            m <= k ? proof(m, begin, begin + k, whole) : proof(m - k, begin + k, end, false);
        hashes.push_back(m <= k ? root(begin + k, end) : root(begin, begin + k));
        return hashes;
    }
    void outside(std::size_t from, std::size_t to, std::size_t begin, std::size_t end,
                 std::vector<Hash>& out) const {
        if (end <= from || begin >= to) {
            out.push_back(root(begin, end));
        } else if (end - begin > 1) {
            const auto middle = begin + half(end - begin);
            outside(from, to, begin, middle, out);
            outside(from, to, middle, end, out);
        }
    }
};

TEST(Merkle, HasTheRootsOfTheSharedVectors) {
    std::vector<Hash> leaves;
    for (std::size_t size = 0; size < roots_hex.size(); ++size) {
        EXPECT_EQ(hex(tree_root(leaves)), roots_hex[size]);
        if (size < leaves_hex.size()) leaves.push_back(leaf_hash(*from_hex(leaves_hex[size])));
    }
}

TEST(Merkle, PathsLeadToTheRootAndOnlyTheRightOnes) {
    const Definition tree{numbered_leaves(70)};
    for (std::size_t size = 1; size <= 70; ++size) {
        const auto root = tree.root(0, size);
        for (std::size_t index = 0; index < size; ++index) {
            auto path = tree.path(index, 0, size);
            const auto& leaf = tree.leaves[index];
            ASSERT_EQ(root_of_path(index, size, leaf, path), root) << index << " of " << size;
            EXPECT_NE(root_of_path(index + 1, size, leaf, path), root);
            path.push_back(leaf);
            EXPECT_EQ(root_of_path(index, size, leaf, path), std::nullopt);
            path.pop_back();
            if (path.empty()) continue;
            path.pop_back();
            EXPECT_EQ(root_of_path(index, size, leaf, path), std::nullopt);
        }
    }
}

TEST(Merkle, ConsistencyHoldsBetweenAllSizesAndForNoOtherRoot) {
    const Definition tree{numbered_leaves(40)};
    for (std::size_t size = 1; size <= 40; ++size) {
        for (std::size_t old = 1; old <= size; ++old) {
            auto proof = tree.proof(old, 0, size, true);
            const auto old_root = tree.root(0, old);
            const auto root = tree.root(0, size);
            ASSERT_TRUE(is_consistent(old, old_root, size, root, proof)) << old << " " << size;
            EXPECT_FALSE(is_consistent(old, tree.leaves[1], size, root, proof));
            EXPECT_FALSE(is_consistent(old, old_root, size, tree.leaves[1], proof));
            proof.push_back(root);
            EXPECT_FALSE(is_consistent(old, old_root, size, root, proof));
        }
    }
}

TEST(Merkle, ARangeGivesTheRootOfEverySizeWithinIt) {
    constexpr std::size_t size = 37;
    const Definition tree{numbered_leaves(size)};
    for (std::size_t from = 0; from < size; ++from) {
        for (std::size_t to = from + 1; to <= size; ++to) {
            Range range{.from = from,
                        .to = to,
                        .size = size,
                        .leaves = {tree.leaves.begin() + static_cast<std::ptrdiff_t>(from),
                                   tree.leaves.begin() + static_cast<std::ptrdiff_t>(to)}};
            tree.outside(from, to, 0, size, range.outside);
            ASSERT_EQ(range.root(), tree.root(0, size)) << from << " " << to;
            std::set<std::uint64_t> sizes;
            for (auto at = from; at <= to; ++at) sizes.insert(at);
            for (const auto& [at, root] : range.roots_at(sizes)) {
                ASSERT_EQ(root, tree.root(0, at)) << from << " " << to << " " << at;
                sizes.erase(at);
            }
            EXPECT_TRUE(sizes.empty());
            std::swap(range.leaves.front(), range.leaves.back());
            if (to - from > 1) EXPECT_NE(range.root(), tree.root(0, size));
            range.outside.push_back(tree.leaves[0]);
            EXPECT_EQ(range.root(), std::nullopt);
        }
    }
}

TEST(Merkle, AFrontierTakesFullSubtrees) {
    const Definition tree{numbered_leaves(600)};
    Frontier frontier;
    frontier.add_subtree(tree.root(0, 256), 8);
    frontier.add_subtree(tree.root(256, 512), 8);
    for (std::size_t i = 512; i < 600; ++i) frontier.add(tree.leaves[i]);
    EXPECT_EQ(frontier.root(), tree.root(0, 600));
}

}  // namespace
}  // namespace sealwarden::verify
