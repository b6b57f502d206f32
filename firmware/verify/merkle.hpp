// RFC 6962 section 2.1: the tree, inclusion and consistency; and our range, which is a tree with
// only some leaves known.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "firmware/verify/bytes.hpp"

namespace sealwarden::verify {

[[nodiscard]] Hash leaf_hash(std::string_view leaf);
[[nodiscard]] Hash node_hash(const Hash& left, const Hash& right);
[[nodiscard]] Hash tree_root(std::span<const Hash> leaves);  // empty: SHA-256 of nothing

// The root that a path from leaf `index` leads to in a tree of `size`; nothing when the path has
// another length than it must have.
[[nodiscard]] std::optional<Hash> root_of_path(std::uint64_t index, std::uint64_t size,
                                               const Hash& leaf, std::span<const Hash> path);

// True when the tree of `old_size` with `old_root` is the beginning of the tree of `size` with
// `root`.
[[nodiscard]] bool is_consistent(std::uint64_t old_size, const Hash& old_root, std::uint64_t size,
                                 const Hash& root, std::span<const Hash> proof);

// A tree that grows at its right end; knows its root, keeps at most 64 hashes.
class Frontier {
  public:
    void add(const Hash& leaf);
    // Adds a full subtree of 2^level leaves; the size must be a multiple of that.
    void add_subtree(const Hash& root, int level);
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] Hash root() const;

  private:
    std::uint64_t size_ = 0;
    std::vector<Hash> peaks_;  // from the largest to the smallest
};

// The leaves [from, to) of a tree of `size`, and the roots of the maximal subtrees outside, in the
// order of RFC 6962's recursion, left before right.
struct Range {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    std::uint64_t size = 0;
    std::vector<Hash> outside;
    std::vector<Hash> leaves;

    [[nodiscard]] std::optional<Hash> root() const;  // nothing: too many or too few outside
    // The roots the tree had at those of `sizes` that lie within from..to: they follow from the
    // siblings on the left and the leaves. Only for a range whose root was found right.
    [[nodiscard]] std::map<std::uint64_t, Hash> roots_at(
        const std::set<std::uint64_t>& sizes) const;
};

}  // namespace sealwarden::verify
