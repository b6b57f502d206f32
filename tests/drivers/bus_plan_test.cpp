// The plan that is checked is the plan that runs.
#include "drivers/modbus/bus_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "drivers/modbus/serial_timing.hpp"
#include "tests/drivers/fake_line.hpp"
#include "tests/drivers/fake_profiles.hpp"

namespace sealwarden::modbus {
namespace {

// Everything that shapes a plan: groups, gaps, a device's limit, an identity, a handshake.
Profile module() {
    auto profile = door_profile();
    profile.timing.max_registers = 4;
    profile.groups = {{.name = "fast", .priority = 0},
                      {.name = "health", .period = 700ms, .priority = 2}};
    for (std::uint16_t at = 0; at < 10; ++at)
        profile.points.push_back(
            word("w" + std::to_string(at), Table::input_register, at, "health"));
    profile.points.push_back(word("model", Table::holding_register, 210, "identity"));
    profile.points.push_back(word("tag", Table::holding_register, 1));
    profile.points.push_back({.name = "new", .table = Table::coil, .address = 4});
    profile.identity = {"model"};
    profile.read_device_identification = true;
    profile.writes = {{.name = "clear", .table = Table::coil, .address = 4, .reason = "taken"}};
    profile.handshakes = {{.when = "new", .read = {"tag"}, .write = "clear", .value = 0}};
    return profile;
}

FakeDevice module_device() {
    auto device = door_device();
    for (std::uint16_t at = 0; at < 10; ++at) device.input[at] = at;
    device.holding = {{1, 7}, {210, 4150}};
    device.coils[4] = false;
    device.objects = {{0, "Acme"}};
    return device;
}

using Key = std::tuple<Function, std::uint16_t, std::uint16_t>;
Key key(const Request& request) {
    return {request.function, request.address, request.count};
}

TEST(BusPlanTest, HoldsExactlyTheRequestsThatAreMade) {
    const auto bus = one_device(module(), 100ms);
    FakeLine line{bus};
    line.devices[1] = module_device();
    line.passes(3s);
    line.devices[1].coils[4] = true;  // for the handshake's part
    line.passes(1s);
    std::set<Key> asked, planned;
    for (const auto& request : line.devices[1].asked)
        if (!request.writes()) asked.insert(key(request));
    const BusPlan plan{bus};
    for (const auto& read : plan.reads()) planned.insert(key(read.request));
    EXPECT_EQ(planned, asked);
}

// On a line in virtual time that spends what the plan says a line spends.
TEST(BusPlanTest, TheLoadIsTheTimeThatThePollsTake) {
    const SerialOptions serial{.path = "/dev/none", .baud = 19'200};
    BusOptions bus{.id = "line", .character_time = wire_time(1, serial.baud)};
    for (std::uint8_t unit = 1; unit <= 2; ++unit)
        bus.devices.push_back(device_of("io" + std::to_string(unit), unit, module(), unit * 200ms));
    FakeLine line{bus, {.gap = frame_silence(serial.baud), .character = wire_time(1, serial.baud)}};
    for (std::uint8_t unit = 1; unit <= 2; ++unit) {
        line.devices[unit] = module_device();
        line.devices[unit].latency = frame_silence(serial.baud) + 1ms;
    }
    line.passes(5s);  // the start apart
    line.busy.clear();
    const auto start = line.now;
    line.passes(1000s);
    std::chrono::duration<double> busy{0};
    for (const auto& [unit, time] : line.busy) busy += time;
    const double measured = busy / (line.now - start);
    const double load = BusPlan{bus, serial}.load();
    EXPECT_GT(load, 0.3) << "something to compare";
    // The plan has the longest identification, twice a minute; this device's is short.
    EXPECT_NEAR(measured, load, 0.01);
}

}  // namespace
}  // namespace sealwarden::modbus
