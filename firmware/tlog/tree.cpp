#include "firmware/tlog/tree.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace sealwarden::tlog {

Frontier::Frontier(std::uint64_t size, const std::vector<Hash>& subtrees) : size_{size} {
    assert(subtrees.size() == static_cast<std::size_t>(std::popcount(size)));
    auto next = subtrees.begin();
    for (unsigned level = 64; level-- > 0;) {
        if ((size >> level & 1) != 0) at_[level] = *next++;
    }
}

void Frontier::append(const Hash& leaf, std::vector<Subtree>& full) {
    Hash hash = leaf;
    unsigned level = 0;
    for (; (size_ >> level & 1) != 0; ++level) {
        hash = node_hash(at_[level], hash);
        if (std::ranges::find(kept_levels, level + 1) != kept_levels.end()) {
            full.push_back({.level = level + 1, .index = size_ >> (level + 1), .hash = hash});
        }
    }
    at_[level] = hash;
    ++size_;
}

Hash Frontier::root() const {
    if (size_ == 0) return sha256({});
    auto level = static_cast<unsigned>(std::countr_zero(size_));
    Hash hash = at_[level];
    while (++level < 64) {
        if ((size_ >> level & 1) != 0) hash = node_hash(at_[level], hash);
    }
    return hash;
}

}  // namespace sealwarden::tlog
