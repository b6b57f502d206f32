// Figure 5: how near a serial line comes to what its baud rate allows, with dead units on it.
#pragma once

#include <chrono>

#include "bench/modbus/child.hpp"

namespace sealwarden::bench {

[[nodiscard]] Figure serial_cycle(std::chrono::seconds duration);

}  // namespace sealwarden::bench
