// The growing end of an RFC 6962 tree.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "firmware/tlog/hash.hpp"

namespace sealwarden::tlog {

// The levels whose full subtrees are kept beside the leaves: 256 and 65,536 leaves. Anything else
// is computed from them in at most 256 steps a level.
inline constexpr std::array<unsigned, 2> kept_levels{8, 16};

// The full subtree over the leaves [index * 2^level, (index + 1) * 2^level).
struct Subtree {
    unsigned level = 0;
    std::uint64_t index = 0;
    Hash hash{};
    friend bool operator==(const Subtree&, const Subtree&) = default;
};

// One hash for each bit of the size that is set: enough to go on, at most 64 hashes. A value: to
// try a transaction, copy it, append, and keep the copy when the commit succeeded.
class Frontier {
  public:
    Frontier() = default;
    // A tree of `size` leaves, from its full subtrees, largest first: one for each bit of the size.
    Frontier(std::uint64_t size, const std::vector<Hash>& subtrees);

    // `full` gets the subtrees of kept levels that this leaf completes.
    void append(const Hash& leaf, std::vector<Subtree>& full);
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] Hash root() const;  // of no leaves: SHA-256 of nothing

  private:
    std::uint64_t size_ = 0;
    std::array<Hash, 64> at_{};  // by level; meaningful where the size has the bit
};

}  // namespace sealwarden::tlog
