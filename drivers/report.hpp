// Floor 0: what a bus says of its devices, beside the readings.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "drivers/reading.hpp"

namespace sealwarden {

// How one device on a bus fares. Counts are since the bus was opened.
struct DeviceReport {
    // Upper bounds of the round-trip classes; the last class is everything above.
    static constexpr std::array<std::chrono::microseconds, 11> round_trip_bounds{
        std::chrono::microseconds{500},      std::chrono::microseconds{1'000},
        std::chrono::microseconds{2'000},    std::chrono::microseconds{5'000},
        std::chrono::microseconds{10'000},   std::chrono::microseconds{20'000},
        std::chrono::microseconds{50'000},   std::chrono::microseconds{100'000},
        std::chrono::microseconds{200'000},  std::chrono::microseconds{500'000},
        std::chrono::microseconds{1'000'000}};

    std::string device;
    std::string bus;
    std::uint8_t unit = 0;
    bool online = false;
    std::optional<Uptime> last_good;
    std::uint64_t exchanges = 0;  // answered well
    std::uint64_t timeouts = 0;
    std::uint64_t bad_answers = 0;  // CRC, length, unit, function, echo
    std::uint64_t exceptions = 0;
    std::uint64_t late_polls = 0;  // sent more than half a period late
    std::array<std::uint64_t, round_trip_bounds.size() + 1> round_trips{};
    std::chrono::microseconds timeout{};  // as learnt
    std::string identity;                 // as the point `<device>.identity`; empty: not read yet
    std::string last_error;  // one sentence for the installer; empty: none since it answered

    friend bool operator==(const DeviceReport&, const DeviceReport&) = default;
};

// What a driver hands over, from its own thread: the receiver posts and returns.
struct BusReport {
    std::string bus;
    std::vector<Reading> readings;
    std::vector<DeviceReport> devices;  // once a second and when one goes on or off line
};
using ReportSink = std::function<void(BusReport)>;

}  // namespace sealwarden
