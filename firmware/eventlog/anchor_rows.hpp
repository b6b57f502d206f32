// The tables `cosignature` and `stamp`, beside `checkpoint` (FORMAT.md). Throw sqlite::Failure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "firmware/eventlog/anchor.hpp"
#include "firmware/sqlite/sqlite.hpp"
#include "firmware/tlog/certificates.hpp"

namespace sealwarden::eventlog {

// In a transaction: makes the tables and columns where a log is older than they are.
void add_anchor_tables(sqlite::Connection& connection);
// A log that no newer program has opened yet may lack them, and be read all the same.
[[nodiscard]] bool has_anchor_tables(sqlite::Connection& connection);

// Of this head, one by this witness, or a stamp.
[[nodiscard]] bool is_anchored(sqlite::Connection& connection, const Anchor& anchor);
void insert_anchor(sqlite::Connection& connection, const Anchor& anchor);

// The note of that size as the log signed it; empty: not kept.
[[nodiscard]] std::optional<std::string> note_of(sqlite::Connection& connection,
                                                 std::uint64_t size);
// The same with the lines of its witnesses, by their names.
[[nodiscard]] std::optional<std::string> cosigned_note_of(sqlite::Connection& connection,
                                                          std::uint64_t size);
struct KeptStamp {
    std::uint64_t size = 0;                       // of the head under it
    std::string reply;                            // RFC 3161
    std::vector<tlog::Certificate> certificates;  // it was checked with; of an older log: none
};
// The one over the smallest head of this size or larger; empty: there is none.
[[nodiscard]] std::optional<KeptStamp> stamp_from(sqlite::Connection& connection,
                                                  std::uint64_t size);
// The largest head that a witness cosigned, with their lines; empty: there is none.
[[nodiscard]] std::string newest_cosigned_note(sqlite::Connection& connection);

}  // namespace sealwarden::eventlog
