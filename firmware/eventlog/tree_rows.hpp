// The log's Merkle tree as it lies in the database: leaf hashes with the entries, full subtrees of
// 256 and 65,536 leaves in rows of their own.
#pragma once

#include "firmware/sqlite/sqlite.hpp"
#include "firmware/tlog/proofs.hpp"

namespace sealwarden::eventlog {

// Reads on the connection given, which outlives it. Throws sqlite::Failure; damaged when a row is
// not there.
class TreeRows final : public tlog::Hashes {
  public:
    explicit TreeRows(sqlite::Connection& connection);
    void read(unsigned level, std::uint64_t first, std::span<tlog::Hash> into) const override;

  private:
    mutable sqlite::Statement leaves_, subtrees_;
};

// A log of before, or one that a program without subtrees wrote on: makes the rows that are
// missing. Reads every leaf behind the last row there is.
void complete_subtrees(sqlite::Connection& connection);

}  // namespace sealwarden::eventlog
