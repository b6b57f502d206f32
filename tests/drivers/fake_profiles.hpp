// Device profiles and buses the tests of the poller speak of.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "drivers/profile.hpp"
#include "tests/drivers/fake_line.hpp"

namespace sealwarden::modbus {

using What = std::variant<Value, Fault>;

[[nodiscard]] inline PointProfile input_bit(std::uint16_t address) {
    return {
        .name = "di" + std::to_string(address), .table = Table::discrete_input, .address = address};
}

[[nodiscard]] inline PointProfile word(std::string name, Table table, std::uint16_t address,
                                       std::string group = "fast") {
    return {.name = std::move(name),
            .table = table,
            .address = address,
            .encoding = Encoding::unsigned_integer,
            .group = std::move(group)};
}

// Sixteen inputs and nothing else.
[[nodiscard]] inline Profile door_profile() {
    Profile profile{.id = "door"};
    for (std::uint16_t i = 0; i < 16; ++i) profile.points.push_back(input_bit(i));
    return profile;
}

[[nodiscard]] inline FakeDevice door_device() {
    FakeDevice device;
    for (std::uint16_t i = 0; i < 16; ++i) device.discrete[i] = false;
    return device;
}

[[nodiscard]] inline DeviceOptions device_of(std::string id, std::uint8_t unit, Profile profile,
                                             std::chrono::milliseconds period) {
    return {.id = std::move(id),
            .unit = unit,
            .profile = std::make_shared<const Profile>(std::move(profile)),
            .period = period};
}

[[nodiscard]] inline BusOptions one_device(Profile profile, std::chrono::milliseconds period) {
    return {.id = "bus", .devices = {device_of("io", 1, std::move(profile), period)}};
}

}  // namespace sealwarden::modbus
