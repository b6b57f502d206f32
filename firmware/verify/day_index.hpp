// Day indexes (firmware/evidence/FORMAT.md): how often each subject occurs among some of the log's
// entries.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "firmware/verify/merkle.hpp"
#include "firmware/verify/record.hpp"

namespace sealwarden::verify {

// What a `day.index` record says. It counts the entries [from, to).
struct DayIndex {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    std::uint64_t count = 0;  // of subjects
    Hash root{};
    std::string salt;  // 16 bytes
};
// Throws Malformed.
[[nodiscard]] DayIndex parse_day_index(const Record& record);

struct DayLeaf {
    Hash key{};
    std::uint64_t count = 0;
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    [[nodiscard]] std::string bytes() const;  // 52 of them
};
[[nodiscard]] std::optional<DayLeaf> parse_day_leaf(std::string_view bytes);
[[nodiscard]] Hash day_key(std::string_view salt, std::string_view kind, std::string_view id);

// The proof of one subject in a days/INDEX.json: of presence (the leaf), or of absence (nothing).
// Throws Malformed when it proves neither.
struct DayProof {
    SubjectName subject;
    std::optional<DayLeaf> present;
};
[[nodiscard]] std::vector<DayProof> parse_day_proofs(std::string_view bytes, std::uint64_t index,
                                                     const DayIndex& day);

}  // namespace sealwarden::verify
