// The file that holds the seed of the running epoch, and the newest head known to be durable.
//
// Two slots of 4096 bytes, overwritten in place so that no old block with an old seed is left to a
// file system that writes elsewhere; a torn slot leaves the other. A slot is: "SWEPOCH1"; sequence,
// epoch (8 bytes each, big endian); seed (32); generation, size (8 each); root (32); SHA-256 of all
// before it (32); zeros. The valid slot with the larger sequence counts.
#pragma once

#include <filesystem>

#include "firmware/evidence/private_file.hpp"
#include "firmware/tlog/epochs.hpp"
#include "firmware/tlog/signer.hpp"

namespace sealwarden::evidence {

class EpochStateFile {
  public:
    static void create(const std::filesystem::path& file, const tlog::EpochSeed& seed,
                       const tlog::Head& head);
    // The head alone, without touching the file; for whoever may read it. Throws KeyTrouble.
    [[nodiscard]] static tlog::Head read_head(const std::filesystem::path& file);
    // Throws KeyTrouble when it is not there, not private, or has no valid slot. A slot that holds
    // an older seed than the other is overwritten at once.
    explicit EpochStateFile(const std::filesystem::path& file);

    [[nodiscard]] const tlog::Head& head() const { return head_; }
    // s(e) as read; once.
    [[nodiscard]] tlog::EpochSeed take_seed() { return std::move(seed_); }

    // One slot, durable. False: it could not be written.
    bool write(const tlog::EpochSeed& seed, const tlog::Head& head);
    // Both slots: nothing older is left.
    bool overwrite(const tlog::EpochSeed& seed, const tlog::Head& head);

  private:
    Descriptor file_;
    std::uint64_t sequence_ = 0;
    tlog::EpochSeed seed_;
    tlog::Head head_;
};

}  // namespace sealwarden::evidence
