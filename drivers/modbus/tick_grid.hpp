// When polls of many endpoints leave together. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

#include "drivers/modbus/bus.hpp"

namespace sealwarden::modbus {

// The loop wakes only at multiples of this: a tenth of the shortest period, from 1 to 5 ms. Every
// period stays right on average, since a poll is late by at most one tick, and 500 endpoints leave
// in few wake-ups.
[[nodiscard]] inline std::chrono::milliseconds tick_grid(
    const std::vector<TcpBuses::Endpoint>& endpoints) {
    using std::chrono::milliseconds;
    milliseconds shortest{50};
    for (const auto& endpoint : endpoints) {
        for (const auto& device : endpoint.bus.devices) {
            shortest = std::min(shortest, device.period);
            if (!device.profile) continue;
            for (const auto& group : device.profile->groups)
                shortest = std::min(shortest, group.period.value_or(shortest));
        }
    }
    return std::clamp(shortest / 10, milliseconds{1}, milliseconds{5});
}

[[nodiscard]] inline Uptime ceil_to(std::chrono::milliseconds grid, Uptime time) {
    const auto step = std::chrono::duration_cast<Uptime::duration>(grid);
    return Uptime{(time.time_since_epoch() + step - Uptime::duration{1}) / step * step};
}

}  // namespace sealwarden::modbus
