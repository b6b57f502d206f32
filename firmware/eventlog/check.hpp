// The whole log computed again from its records, and held against everything that is kept of it.
// Only reads, page by page, so that a running gateway is not held up.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "firmware/tlog/hash.hpp"

namespace sealwarden::eventlog {

struct StoredCheckpoint {
    std::uint64_t size = 0;
    tlog::Hash root{};
    std::string note;
    std::int64_t closes = -1;  // epoch; -1: none
};

struct CheckWanted {
    std::set<std::uint64_t> sizes;  // whose roots are wanted
    // Called with each stored head whose root is that of the records, and the log's generation;
    // returns what is wrong with its note, or nothing.
    std::function<std::string(const StoredCheckpoint&, std::uint64_t generation)> note;
    std::function<void(std::uint64_t done, std::uint64_t size)> progress;  // every 4096 entries
};

struct Checked {
    std::string fault;  // the first contradiction, one sentence; empty: everything agrees
    std::uint64_t generation = 1;
    std::uint64_t size = 0;  // as it was when the check began
    tlog::Hash root{};
    std::uint64_t subtrees = 0;                   // rows that agree
    std::uint64_t checkpoints = 0, closings = 0;  // rows that agree
    std::uint64_t signed_size = 0;                // of the newest head; 0: nothing is signed
    std::map<std::uint64_t, tlog::Hash> roots;    // of the sizes wanted that the log has
};

// The log itself (database_file()), or one that was set aside. Throws sqlite::Failure when the file
// cannot be read; one that SQLite calls damaged is a fault.
[[nodiscard]] Checked check_log(const std::filesystem::path& database, const CheckWanted& wanted);

}  // namespace sealwarden::eventlog
