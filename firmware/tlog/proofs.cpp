#include "firmware/tlog/proofs.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace sealwarden::tlog {
namespace {

// Of 2^level leaves beginning at `first`, a multiple of 2^level.
Hash full_subtree(const Hashes& hashes, std::uint64_t first, unsigned level) {
    unsigned base = 0;
    for (const auto kept : kept_levels) {
        if (kept <= level) base = kept;
    }
    std::vector<Hash> row(std::uint64_t{1} << (level - base));
    hashes.read(base, first >> base, row);
    return folded(std::move(row));
}

// Where RFC 6962 splits `count` leaves: the largest power of two below it.
std::uint64_t split(std::uint64_t count) {
    return std::bit_ceil(count) / 2;
}

// Of the leaves [from, to), a subtree of the recursion.
Hash subtree(const Hashes& hashes, std::uint64_t from, std::uint64_t to) {
    const auto count = to - from;
    if (count == 0) return sha256({});
    if (std::has_single_bit(count)) {
        return full_subtree(hashes, from, static_cast<unsigned>(std::countr_zero(count)));
    }
    const auto middle = from + split(count);
    return node_hash(subtree(hashes, from, middle), subtree(hashes, middle, to));
}

struct Leaves {
    std::uint64_t from, to;
};

void collect_outside(const Hashes& hashes, Leaves tree, Leaves wanted, Path& path) {
    if (tree.to <= wanted.from || wanted.to <= tree.from) {
        path.push_back(subtree(hashes, tree.from, tree.to));
        return;
    }
    if (wanted.from <= tree.from && tree.to <= wanted.to) return;
    const auto middle = tree.from + split(tree.to - tree.from);
    collect_outside(hashes, {tree.from, middle}, wanted, path);
    collect_outside(hashes, {middle, tree.to}, wanted, path);
}

// `whole`: the old tree is a subtree here, so its root is known to whoever checks.
void collect_consistency(const Hashes& hashes, Leaves tree, std::uint64_t old_size, bool whole,
                         Path& path) {
    if (old_size == tree.to) {
        if (!whole) path.push_back(subtree(hashes, tree.from, tree.to));
        return;
    }
    const auto middle = tree.from + split(tree.to - tree.from);
    if (old_size <= middle) {
        collect_consistency(hashes, {tree.from, middle}, old_size, whole, path);
        path.push_back(subtree(hashes, middle, tree.to));
    } else {
        collect_consistency(hashes, {middle, tree.to}, old_size, false, path);
        path.push_back(subtree(hashes, tree.from, middle));
    }
}

// Takes hashes one after the other and knows when there were too few.
class Taking {
  public:
    explicit Taking(const std::vector<Hash>& from) : from_{from} {}
    Hash next() {
        if (at_ == from_.size()) {
            short_ = true;
            return {};
        }
        return from_[at_++];
    }
    [[nodiscard]] bool exact() const { return !short_ && at_ == from_.size(); }

  private:
    const std::vector<Hash>& from_;
    std::size_t at_ = 0;
    bool short_ = false;
};

Hash rebuilt(Leaves tree, Leaves given, Taking& leaves, Taking& outside) {
    if (tree.to <= given.from || given.to <= tree.from) return outside.next();
    if (tree.to - tree.from == 1) return leaves.next();
    const auto middle = tree.from + split(tree.to - tree.from);
    const auto left = rebuilt({tree.from, middle}, given, leaves, outside);
    const auto right = rebuilt({middle, tree.to}, given, leaves, outside);
    return node_hash(left, right);
}

struct Roots {
    Hash old_root, root;
};

Roots grown(Leaves tree, std::uint64_t old_size, bool whole, const Hash& old_root, Taking& path) {
    if (old_size == tree.to) {
        const auto hash = whole ? old_root : path.next();
        return {hash, hash};
    }
    const auto middle = tree.from + split(tree.to - tree.from);
    if (old_size <= middle) {
        const auto left = grown({tree.from, middle}, old_size, whole, old_root, path);
        return {left.old_root, node_hash(left.root, path.next())};
    }
    const auto right = grown({middle, tree.to}, old_size, false, old_root, path);
    const auto left = path.next();
    return {node_hash(left, right.old_root), node_hash(left, right.root)};
}

}  // namespace

Hash folded(std::vector<Hash> hashes) {
    assert(std::has_single_bit(hashes.size()));
    for (auto count = hashes.size(); count > 1; count /= 2) {
        for (std::size_t i = 0; i < count / 2; ++i) {
            hashes[i] = node_hash(hashes[2 * i], hashes[2 * i + 1]);
        }
    }
    return hashes.front();
}

HashesInMemory::HashesInMemory(std::vector<Hash> leaves) {
    Frontier frontier;
    std::vector<Subtree> full;
    for (const auto& leaf : leaves) frontier.append(leaf, full);
    levels_[0] = std::move(leaves);
    for (std::size_t l = 0; l < kept_levels.size(); ++l) {
        for (const auto& kept : full) {
            if (kept.level == kept_levels[l]) levels_[l + 1].push_back(kept.hash);
        }
    }
}

void HashesInMemory::read(unsigned level, std::uint64_t first, std::span<Hash> into) const {
    const auto kept = std::ranges::find(kept_levels, level);
    const auto& row = level == 0
                          ? levels_[0]
                          : levels_.at(1 + static_cast<std::size_t>(kept - kept_levels.begin()));
    assert(first + into.size() <= row.size());
    std::copy_n(row.begin() + static_cast<std::ptrdiff_t>(first), into.size(), into.begin());
}

Hash root_of(const Hashes& hashes, std::uint64_t size) {
    return subtree(hashes, 0, size);
}

Frontier frontier_of(const Hashes& hashes, std::uint64_t size) {
    std::vector<Hash> subtrees;
    std::uint64_t first = 0;
    for (unsigned level = 64; level-- > 0;) {
        if ((size >> level & 1) == 0) continue;
        subtrees.push_back(full_subtree(hashes, first, level));
        first += std::uint64_t{1} << level;
    }
    return {size, subtrees};
}

Path inclusion_proof(const Hashes& hashes, std::uint64_t index, std::uint64_t size) {
    assert(index < size);
    Path path;  // from the root down
    for (Leaves tree{0, size}; tree.to - tree.from > 1;) {
        const auto middle = tree.from + split(tree.to - tree.from);
        if (index < middle) {
            path.push_back(subtree(hashes, middle, tree.to));
            tree.to = middle;
        } else {
            path.push_back(subtree(hashes, tree.from, middle));
            tree.from = middle;
        }
    }
    std::ranges::reverse(path);
    return path;
}

Path consistency_proof(const Hashes& hashes, std::uint64_t old_size, std::uint64_t size) {
    assert(0 < old_size && old_size <= size);
    Path path;
    collect_consistency(hashes, {0, size}, old_size, true, path);
    return path;
}

Path range_proof(const Hashes& hashes, std::uint64_t from, std::uint64_t to, std::uint64_t size) {
    assert(from < to && to <= size);
    Path path;
    collect_outside(hashes, {0, size}, {from, to}, path);
    return path;
}

std::optional<Hash> root_from_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                        const Path& path) {
    if (index >= size) return std::nullopt;
    // From the leaf up: at each level the subtree is a left child, a right child, or alone.
    Hash hash = leaf;
    auto last = size - 1;
    for (const auto& sibling : path) {
        if (last == 0) return std::nullopt;
        if ((index & 1) != 0 || index == last) {
            hash = node_hash(sibling, hash);
            while ((index & 1) == 0 && index != 0) index >>= 1, last >>= 1;
        } else {
            hash = node_hash(hash, sibling);
        }
        index >>= 1;
        last >>= 1;
    }
    return last == 0 ? std::optional{hash} : std::nullopt;
}

bool is_consistent(std::uint64_t old_size, const Hash& old_root, std::uint64_t size,
                   const Hash& root, const Path& path) {
    if (old_size == 0 || old_size > size) return false;
    Taking taking{path};
    const auto roots = grown({0, size}, old_size, true, old_root, taking);
    return taking.exact() && roots.old_root == old_root && roots.root == root;
}

std::optional<Hash> root_from_range(std::uint64_t from, std::uint64_t size,
                                    const std::vector<Hash>& leaves, const Path& outside) {
    if (leaves.empty() || from >= size || leaves.size() > size - from) return std::nullopt;
    Taking inside{leaves}, around{outside};
    const auto root = rebuilt({0, size}, {from, from + leaves.size()}, inside, around);
    return inside.exact() && around.exact() ? std::optional{root} : std::nullopt;
}

}  // namespace sealwarden::tlog
