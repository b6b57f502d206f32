// The files that carry hashes: C2SP tlog-proof, the body of a C2SP tlog-witness request, and our
// range.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "firmware/verify/merkle.hpp"
#include "firmware/verify/note.hpp"

namespace sealwarden::verify {

struct InclusionProof {
    std::uint64_t index = 0;
    std::vector<Hash> path;
    std::string_view checkpoint;  // as it stands in the file, which must live
};

struct ConsistencyProof {
    std::uint64_t old_size = 0;
    std::vector<Hash> hashes;
    std::string_view checkpoint;
};

struct RangeFile {
    Range range;  // `size` is the checkpoint's: not set here
    std::string_view checkpoint;
};

// All throw Malformed.
[[nodiscard]] InclusionProof parse_inclusion(std::string_view bytes);
[[nodiscard]] ConsistencyProof parse_consistency(std::string_view bytes);
[[nodiscard]] RangeFile parse_range(std::string_view bytes);

}  // namespace sealwarden::verify
