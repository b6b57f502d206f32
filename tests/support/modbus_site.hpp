// What the tests and benchmarks of drivers/modbus poll: devices of bits or registers in a row.
#pragma once

#include <memory>
#include <string>

#include "drivers/modbus/poller.hpp"

namespace sealwarden::test {

// Points "p0", "p1" …, at addresses from `first` on, all in the group "fast".
inline std::shared_ptr<const Profile> row_profile(
    Table table, unsigned points, std::uint16_t first = 0,
    std::chrono::milliseconds timeout = std::chrono::milliseconds{500}) {
    auto profile = std::make_shared<Profile>();
    profile->id = "row";
    const bool bits = table == Table::coil || table == Table::discrete_input;
    for (unsigned i = 0; i < points; ++i)
        profile->points.push_back({.name = "p" + std::to_string(i),
                                   .table = table,
                                   .address = static_cast<std::uint16_t>(first + i),
                                   .encoding = bits ? Encoding::bit : Encoding::unsigned_integer,
                                   .semantic = bits ? "door.contact" : "counter.edges"});
    profile->groups.push_back({.name = "fast", .period = {}, .priority = 0});
    profile->timing.timeout = timeout;
    return profile;
}

inline modbus::DeviceOptions device(std::string id, std::uint8_t unit,
                                    std::shared_ptr<const Profile> profile,
                                    std::chrono::milliseconds period) {
    return {.id = std::move(id),
            .unit = unit,
            .profile = std::move(profile),
            .period = period,
            .points = {}};
}

inline modbus::BusOptions bus(std::string id, std::vector<modbus::DeviceOptions> devices) {
    modbus::BusOptions options;
    options.id = std::move(id);
    options.devices = std::move(devices);
    return options;
}

}  // namespace sealwarden::test
