// When a Modbus TCP connection that broke is made anew.
#pragma once

#include <chrono>

namespace sealwarden::modbus {

// Doubled after each failure up to `reconnect_most`, and jittered: a link that was well before is
// tried again within the first.
inline constexpr std::chrono::milliseconds reconnect_first{100};
inline constexpr std::chrono::milliseconds reconnect_most{10'000};

}  // namespace sealwarden::modbus
