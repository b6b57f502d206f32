// Proofs over a tree whose leaf hashes lie elsewhere.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "firmware/tlog/tree.hpp"

namespace sealwarden::tlog {

// Where the hashes lie: the log's database, or a vector.
class Hashes {
  public:
    virtual ~Hashes() = default;
    // Fills `into` with the hashes of consecutive full subtrees of `level` (0, the leaves, or a
    // kept level), beginning with number `first`. Throws what the store throws when they are not
    // there.
    virtual void read(unsigned level, std::uint64_t first, std::span<Hash> into) const = 0;
};

// Leaves in memory, and the kept levels above them.
class HashesInMemory : public Hashes {
  public:
    explicit HashesInMemory(std::vector<Hash> leaves);
    void read(unsigned level, std::uint64_t first, std::span<Hash> into) const override;
    [[nodiscard]] std::uint64_t size() const { return levels_[0].size(); }

  private:
    std::array<std::vector<Hash>, 1 + kept_levels.size()> levels_;
};

using Path = std::vector<Hash>;

// The node above 2^k hashes of one level, side by side.
[[nodiscard]] Hash folded(std::vector<Hash> hashes);

// Root of the first `size` leaves.
[[nodiscard]] Hash root_of(const Hashes& hashes, std::uint64_t size);
[[nodiscard]] Frontier frontier_of(const Hashes& hashes, std::uint64_t size);

// RFC 6962 2.1.1, from the leaf's sibling up. Needs index < size.
[[nodiscard]] Path inclusion_proof(const Hashes& hashes, std::uint64_t index, std::uint64_t size);
// RFC 6962 2.1.2. Needs 0 < old_size <= size; empty when they are equal.
[[nodiscard]] Path consistency_proof(const Hashes& hashes, std::uint64_t old_size,
                                     std::uint64_t size);
// One hash for each maximal subtree of the recursion that lies outside the leaves [from, to), left
// before right. Needs from < to <= size.
[[nodiscard]] Path range_proof(const Hashes& hashes, std::uint64_t from, std::uint64_t to,
                               std::uint64_t size);

// The roots that a proof leads to; empty when it has another number of hashes than it must have.
[[nodiscard]] std::optional<Hash> root_from_inclusion(std::uint64_t index, std::uint64_t size,
                                                      const Hash& leaf, const Path& path);
[[nodiscard]] bool is_consistent(std::uint64_t old_size, const Hash& old_root, std::uint64_t size,
                                 const Hash& root, const Path& path);
[[nodiscard]] std::optional<Hash> root_from_range(std::uint64_t from, std::uint64_t size,
                                                  const std::vector<Hash>& leaves,
                                                  const Path& outside);

}  // namespace sealwarden::tlog
