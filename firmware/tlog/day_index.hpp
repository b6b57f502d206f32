// How often each subject occurs in a stretch of the log, so that presence and absence can be
// proven.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/tlog/proofs.hpp"

namespace sealwarden::tlog {

using DaySalt = std::array<std::uint8_t, 16>;

struct SubjectCount {
    std::string kind, id;
    std::uint32_t count = 0;            // entries of the stretch
    std::uint64_t first = 0, last = 0;  // their indexes
};

class DayIndex {
  public:
    DayIndex(const DaySalt& salt, const std::vector<SubjectCount>& subjects);

    [[nodiscard]] std::uint64_t size() const { return leaves_.size(); }
    [[nodiscard]] Hash root() const { return root_of(tree_, size()); }

    struct Leaf {
        std::uint64_t position = 0;
        std::string bytes;  // 52
        Path path;
    };
    // One leaf with the subject's key; or what shows that there is none: the two neighbours, or the
    // first or the last leaf alone, or nothing when there are no leaves.
    [[nodiscard]] std::vector<Leaf> proof(std::string_view kind, std::string_view id) const;

  private:
    [[nodiscard]] Leaf leaf(std::uint64_t position) const;

    DaySalt salt_;
    std::vector<std::string> leaves_;  // rising
    HashesInMemory tree_;
};

}  // namespace sealwarden::tlog
