// Inspections before loading (CTPAT 5.3, 5.5): the lists of points, as data with a version, and
// what an inspection by one of them found.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/core/options.hpp"

namespace sealwarden {

struct InspectionPoint {
    std::string_view en, es;
};

// Points are counted from 1. A list is never changed: another wording is another version.
struct InspectionList {
    std::string_view id;
    std::string_view version;
    std::string_view source;
    std::span<const InspectionPoint> points;
};
[[nodiscard]] std::span<const InspectionList> inspection_lists();
[[nodiscard]] const InspectionList* inspection_list(std::string_view id);

// Of the five fields of CTPAT 5.5 the unit's number stands in the visit, date and time are the
// entry's; these are the areas inspected, and a visit adds the inspector and who signs for him.
struct Inspection {
    std::string list, version;
    std::vector<std::string> areas;  // points that were looked at, the failed ones too
    std::vector<std::string> failed;
    std::vector<std::string> skipped;
    [[nodiscard]] bool complete() const { return !list.empty() && skipped.empty(); }
    [[nodiscard]] bool passed() const { return complete() && failed.empty(); }
    friend bool operator==(const Inspection&, const Inspection&) = default;
};

// By the numbers of the points; or one sentence about what is wrong with them.
[[nodiscard]] std::variant<Inspection, std::string> inspection_of(
    std::string_view list, const std::vector<std::string>& failed,
    const std::vector<std::string>& skipped);

}  // namespace sealwarden
