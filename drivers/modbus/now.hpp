// The clock of the transports' threads. Nothing deeper in this folder reads one.
#pragma once

#include <chrono>

#include "drivers/reading.hpp"

namespace sealwarden::modbus {

// steady_clock is CLOCK_MONOTONIC with libstdc++, as UptimeClock is.
[[nodiscard]] inline Uptime now() {
    return Uptime{std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now().time_since_epoch())};
}

}  // namespace sealwarden::modbus
