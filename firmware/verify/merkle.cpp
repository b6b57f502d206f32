#include "firmware/verify/merkle.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

#include "firmware/verify/crypto.hpp"

namespace sealwarden::verify {
namespace {

constexpr std::string_view leaf_prefix{"\x00", 1};
constexpr char node_prefix = '\x01';

// RFC 6962's k: the largest power of two smaller than n, n > 1.
std::uint64_t left_part(std::uint64_t n) {
    return std::bit_floor(n - 1);
}

// Takes the hashes of a range proof one by one while walking the tree as RFC 6962 defines it.
class RangeWalk {
  public:
    explicit RangeWalk(const Range& range) : range_{range} {}

    // The root of the subtree over [begin, end).
    std::optional<Hash> walk(std::uint64_t begin, std::uint64_t end) {
        if (end <= range_.from || begin >= range_.to) {
            if (next_ >= range_.outside.size()) return std::nullopt;
            return range_.outside[next_++];
        }
        if (end - begin == 1) return range_.leaves[static_cast<std::size_t>(begin - range_.from)];
        const auto middle = begin + left_part(end - begin);
        const auto left = walk(begin, middle);
        const auto right = walk(middle, end);
        if (!left || !right) return std::nullopt;
        return node_hash(*left, *right);
    }

    [[nodiscard]] bool used_all() const { return next_ == range_.outside.size(); }

  private:
    const Range& range_;
    std::size_t next_ = 0;
};

// Which subtrees lie left of `from`: the binary digits of `from`, from the largest, as long as the
// recursion over `size` cuts there; both are the same cuts.
std::size_t left_subtrees(std::uint64_t from) {
    return static_cast<std::size_t>(std::popcount(from));
}

}  // namespace

Hash leaf_hash(std::string_view leaf) {
    return sha256({leaf_prefix, leaf});
}

Hash node_hash(const Hash& left, const Hash& right) {
    // In one piece: handing over three takes longer than putting them together.
    std::array<char, 65> node;
    node[0] = node_prefix;
    std::ranges::copy(view(left), node.begin() + 1);
    std::ranges::copy(view(right), node.begin() + 33);
    return sha256(std::string_view{node.data(), node.size()});
}

Hash tree_root(std::span<const Hash> leaves) {
    Frontier tree;
    for (const auto& leaf : leaves) tree.add(leaf);
    return tree.root();
}

std::optional<Hash> root_of_path(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                                 std::span<const Hash> path) {
    if (index >= size) return std::nullopt;
    auto hash = leaf;
    auto at = index;
    auto last = size - 1;
    for (const auto& sibling : path) {
        if (last == 0) return std::nullopt;
        if ((at & 1) != 0 || at == last) {
            hash = node_hash(sibling, hash);
            while ((at & 1) == 0 && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(hash, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    if (last != 0) return std::nullopt;
    return hash;
}

bool is_consistent(std::uint64_t old_size, const Hash& old_root, std::uint64_t size,
                   const Hash& root, std::span<const Hash> proof) {
    if (old_size > size) return false;
    if (old_size == size) return proof.empty() && old_root == root;
    if (old_size == 0) return proof.empty() && old_root == tree_root({});
    std::vector<Hash> hashes{proof.begin(), proof.end()};
    if (std::has_single_bit(old_size)) hashes.insert(hashes.begin(), old_root);
    if (hashes.empty()) return false;
    auto at = old_size - 1;
    auto last = size - 1;
    while ((at & 1) != 0) {
        at >>= 1;
        last >>= 1;
    }
    auto old_hash = hashes.front();
    auto hash = hashes.front();
    for (std::size_t i = 1; i < hashes.size(); ++i) {
        if (last == 0) return false;
        if ((at & 1) != 0 || at == last) {
            old_hash = node_hash(hashes[i], old_hash);
            hash = node_hash(hashes[i], hash);
            while ((at & 1) == 0 && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(hash, hashes[i]);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && old_hash == old_root && hash == root;
}

void Frontier::add(const Hash& leaf) {
    add_subtree(leaf, 0);
}

void Frontier::add_subtree(const Hash& root, int level) {
    const auto count = std::uint64_t{1} << level;
    assert(size_ % count == 0);
    auto hash = root;
    for (auto full = size_ >> level; (full & 1) != 0; full >>= 1) {
        hash = node_hash(peaks_.back(), hash);
        peaks_.pop_back();
    }
    peaks_.push_back(hash);
    size_ += count;
}

Hash Frontier::root() const {
    if (peaks_.empty()) return sha256(std::string_view{});
    auto hash = peaks_.back();
    for (auto peak = std::next(peaks_.rbegin()); peak != peaks_.rend(); ++peak) {
        hash = node_hash(*peak, hash);
    }
    return hash;
}

std::optional<Hash> Range::root() const {
    if (from > to || to > size || leaves.size() != to - from) return std::nullopt;
    if (size == 0) return outside.empty() ? std::optional{tree_root({})} : std::nullopt;
    // Without leaves there is nothing to stand between the two sides.
    if (from == to) return std::nullopt;
    RangeWalk walk{*this};
    const auto root = walk.walk(0, size);
    return walk.used_all() ? root : std::nullopt;
}

std::map<std::uint64_t, Hash> Range::roots_at(const std::set<std::uint64_t>& sizes) const {
    std::map<std::uint64_t, Hash> roots;
    if (left_subtrees(from) > outside.size()) return roots;
    Frontier tree;
    std::size_t next = 0;
    for (int level = 63; level >= 0; --level) {
        if ((from >> level & 1) != 0) tree.add_subtree(outside[next++], level);
    }
    for (const auto wanted : sizes) {
        if (wanted < from || wanted > to) continue;
        while (tree.size() < wanted) tree.add(leaves[static_cast<std::size_t>(tree.size() - from)]);
        roots.emplace(wanted, tree.root());
    }
    return roots;
}

}  // namespace sealwarden::verify
