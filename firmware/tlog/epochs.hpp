// Keys that end with their epoch: a chain of seeds that only goes forward, and the table of all
// public keys, made once (firmware/evidence/FORMAT.md, "Epochs").
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/tlog/note.hpp"
#include "firmware/tlog/proofs.hpp"

namespace sealwarden::tlog {

// s(e). Whoever has it can make every later one and none before.
class EpochSeed {
  public:
    EpochSeed(std::uint64_t epoch, Seed seed) : epoch_{epoch}, seed_{std::move(seed)} {}
    [[nodiscard]] static EpochSeed random();  // s(0)
    [[nodiscard]] EpochSeed copy() const;

    [[nodiscard]] std::uint64_t epoch() const { return epoch_; }
    [[nodiscard]] const Seed& seed() const { return seed_; }
    [[nodiscard]] SigningKey key() const;
    // Overwrites s(e) by s(to); to >= e.
    void advance_to(std::uint64_t to);

  private:
    std::uint64_t epoch_;
    Seed seed_;
};

// The public keys of epochs first.epoch() and on; 30 us each on the machine of the first figures.
[[nodiscard]] std::vector<PublicKey> public_keys(const EpochSeed& first, std::uint64_t count);

[[nodiscard]] std::string epoch_leaf(std::uint64_t epoch, const PublicKey& key);  // leaf data
[[nodiscard]] HashesInMemory epoch_tree(const std::vector<PublicKey>& keys);

}  // namespace sealwarden::tlog
