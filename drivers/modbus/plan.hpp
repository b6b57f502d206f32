// From the points in use to as few requests as the device allows. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "drivers/modbus/pdu.hpp"
#include "drivers/profile.hpp"

namespace sealwarden::modbus {

[[nodiscard]] Function read_function(Table table);
[[nodiscard]] Function write_function(Table table);  // asserts a table that can be written

// One request of the plan: points of one table and one group.
struct PlannedRead {
    Table table = Table::discrete_input;
    std::uint16_t address = 0;
    std::uint16_t count = 0;          // bits or registers
    std::vector<std::size_t> points;  // indices into Profile::points, by address
    std::string group;
    friend bool operator==(const PlannedRead&, const PlannedRead&) = default;
};

// Merges neighbours of one table and group while the gap between them is at most timing.max_gap
// (0 where block_reads_lie) and the whole at most max_registers or max_bits. A level and its
// counter that share a table and a group so come from one request, and cannot disagree.
[[nodiscard]] std::vector<PlannedRead> plan_reads(const Profile& profile,
                                                  std::vector<std::size_t> points);

// The read in two halves, for a device that refuses the whole ("illegal data address"): cut between
// two points near the middle, each half no longer than its points. Empty: it cannot be cut.
[[nodiscard]] std::optional<std::pair<PlannedRead, PlannedRead>> bisect(const Profile& profile,
                                                                        const PlannedRead& read);

}  // namespace sealwarden::modbus
