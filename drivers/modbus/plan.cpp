#include "drivers/modbus/plan.hpp"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace sealwarden::modbus {
namespace {

bool is_bits(Table table) {
    return table == Table::coil || table == Table::discrete_input;
}

// One behind the point's last register or bit; 65,536 for the highest.
std::uint32_t end_of(const PointProfile& point) {
    return std::uint32_t{point.address} + std::max<std::uint16_t>(point.registers, 1);
}

// The read that covers `points` (by address, of one table and group) and no more.
PlannedRead cover(const Profile& profile, std::vector<std::size_t> points) {
    const auto& first = profile.points[points.front()];
    std::uint32_t end = 0;
    for (const auto index : points) end = std::max(end, end_of(profile.points[index]));
    return {.table = first.table,
            .address = first.address,
            .count = static_cast<std::uint16_t>(end - first.address),
            .points = std::move(points),
            .group = first.group};
}

}  // namespace

Function read_function(Table table) {
    switch (table) {
        case Table::coil: return Function::read_coils;
        case Table::discrete_input: return Function::read_discrete_inputs;
        case Table::input_register: return Function::read_input_registers;
        case Table::holding_register: return Function::read_holding_registers;
    }
    assert(!"every table can be read");
    return Function::read_coils;
}

Function write_function(Table table) {
    switch (table) {
        case Table::coil: return Function::write_single_coil;
        case Table::holding_register: return Function::write_single_register;
        case Table::discrete_input:
        case Table::input_register: break;
    }
    assert(!"inputs cannot be written");
    return Function::write_single_coil;
}

std::vector<PlannedRead> plan_reads(const Profile& profile, std::vector<std::size_t> points) {
    const auto place = [&](std::size_t index) {
        const auto& point = profile.points[index];
        return std::tie(point.group, point.table, point.address, point.registers);
    };
    std::sort(points.begin(), points.end(), [&](auto a, auto b) { return place(a) < place(b); });

    const auto& timing = profile.timing;
    const std::uint32_t gap = timing.block_reads_lie ? 0 : timing.max_gap;
    std::vector<PlannedRead> reads;
    for (const auto index : points) {
        const auto& point = profile.points[index];
        if (!reads.empty() && reads.back().table == point.table &&
            reads.back().group == point.group) {
            auto& last = reads.back();
            const auto last_end = std::uint32_t{last.address} + last.count;
            const auto end = std::max(last_end, end_of(point));
            const auto limit = is_bits(point.table)
                                   ? std::min<std::uint16_t>(timing.max_bits, 2000)
                                   : std::min<std::uint16_t>(timing.max_registers, 125);
            if (point.address <= last_end + gap && end - last.address <= limit) {
                last.points.push_back(index);
                last.count = static_cast<std::uint16_t>(end - last.address);
                continue;
            }
        }
        reads.push_back(cover(profile, {index}));
    }
    return reads;
}

std::optional<std::pair<PlannedRead, PlannedRead>> bisect(const Profile& profile,
                                                          const PlannedRead& read) {
    // Points that overlap (bits of one register) stay together.
    std::optional<std::size_t> cut;
    std::uint32_t end = 0;
    const auto off_middle = [&](std::size_t at) {
        const auto doubled = 2 * at, size = read.points.size();
        return doubled > size ? doubled - size : size - doubled;
    };
    for (std::size_t at = 0; at < read.points.size(); ++at) {
        const auto& point = profile.points[read.points[at]];
        if (at > 0 && point.address >= end && (!cut || off_middle(at) < off_middle(*cut))) cut = at;
        end = std::max(end, end_of(point));
    }
    if (!cut) return std::nullopt;
    const auto middle = read.points.begin() + static_cast<std::ptrdiff_t>(*cut);
    return std::pair{cover(profile, {read.points.begin(), middle}),
                     cover(profile, {middle, read.points.end()})};
}

}  // namespace sealwarden::modbus
