// Every subject of a log, while its entries pass by: the counters in the records, and the day
// indexes, follow from it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "firmware/verify/day_index.hpp"
#include "firmware/verify/record.hpp"

namespace sealwarden::verify {

class SubjectTable {
  public:
    // The next entry. Throws Broken when a counter does not follow.
    void add(const Record& record);
    // A `day.index` entry: compares it with what passed by since the one before, and begins anew.
    // Throws Broken.
    void close_day(const Record& record);

  private:
    struct Head {
        std::uint64_t count = 0;
        std::int64_t last = -1;
        std::uint64_t day = 0;  // the day the next three are of
        DayLeaf leaf;           // its key is not set
    };
    struct NameHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const {
            return std::hash<std::string_view>{}(name);
        }
    };
    using Heads = std::unordered_map<std::string, Head, NameHash, std::equal_to<>>;

    Heads heads_;  // by kind, NUL, id as records write them
    std::vector<Heads::value_type*>
        day_;  // those of this day; unordered_map keeps its elements in place
    std::uint64_t day_number_ = 1;
    std::uint64_t day_from_ = 0;
    std::string name_;  // reused
};

}  // namespace sealwarden::verify
