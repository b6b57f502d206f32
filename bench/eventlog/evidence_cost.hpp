// What being tamper-evident costs an entry: against an insert of the same rows without leaf hash,
// tree and signatures, in the same run.
#pragma once

#include <cstdint>
#include <filesystem>

namespace sealwarden::bench {

// Processor time is of the thread alone, system calls included, and without fsync: what that takes
// varies more than what is measured, and is the same for all.
struct EvidenceCost {
    double insert_us = 0;     // processor, an entry in a transaction of many
    double hash_us = 0;       // leaf hash and tree, above that
    double commit_us = 0;     // processor, an entry in a transaction of its own
    double signature_us = 0;  // hashes and a head signed with two keys, above that
    double bytes = 0;         // of the database an entry: leaf hashes, subtrees, signed heads
};

// Over `entries` entries; an hour, and with it an epoch, has 208 (35,000 a week).
[[nodiscard]] EvidenceCost measure_evidence_cost(const std::filesystem::path& directory,
                                                 std::uint64_t entries);

}  // namespace sealwarden::bench
