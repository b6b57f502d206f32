// How often silent devices are asked again. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "drivers/modbus/poller.hpp"

namespace sealwarden::modbus {

inline constexpr std::chrono::milliseconds probe_no_sooner{500};

// All silent devices together get `dead_share` of the line's time, so each is asked once in the sum
// of what they cost over that share. But each is asked within `probe_at_least`, whatever the share
// then comes to: a device that is back is found within 10 s, and with very many dead ones it is the
// share that yields.
[[nodiscard]] inline std::chrono::microseconds probe_interval(std::chrono::microseconds cost_of_all,
                                                              const BusOptions& options) {
    using std::chrono::microseconds;
    const auto fair = static_cast<std::int64_t>(static_cast<double>(cost_of_all.count()) /
                                                std::max(options.dead_share, 0.001));
    return std::clamp<microseconds>(microseconds{fair}, probe_no_sooner, options.probe_at_least);
}

}  // namespace sealwarden::modbus
