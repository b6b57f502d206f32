// The log's own heads and proofs, read beside the gateway that writes on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "firmware/tlog/checkpoint.hpp"

namespace sealwarden::anchor {

// Each call opens the database, reads in one short transaction and closes it: the writer cannot
// empty its write-ahead log meanwhile. Throws sqlite::Failure.
class LogTree {
  public:
    explicit LogTree(std::filesystem::path log_directory) : directory_{std::move(log_directory)} {}
    // Proof that this head goes on from the first `old_size` entries; none from nothing. Throws
    // std::runtime_error when the tree has another root at the head's size.
    [[nodiscard]] tlog::Path growth(std::uint64_t old_size, const tlog::Checkpoint& head) const;
    // The note of the head of that size, as the log signed it. Throws std::runtime_error when none
    // is kept.
    [[nodiscard]] std::string note(std::uint64_t size) const;

  private:
    std::filesystem::path directory_;
};

}  // namespace sealwarden::anchor
