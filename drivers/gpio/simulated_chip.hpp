// A chip that a simulator serves on a unix socket, for demonstrations and tests on machines without
// GPIO. Chip name "sim:PATH". Each line of text is "OFFSET LEVEL UPTIME_US": first the levels at
// the connection, then every edge. A closed socket is an unplugged chip. An
// output is switched by a line "OFFSET LEVEL" in the other direction, and told as the others.
#pragma once

#include "drivers/gpio/line.hpp"

namespace sealwarden::gpio {

std::unique_ptr<Chip> open_simulated_chip(const ChipOptions& options, OpenError& error);

}  // namespace sealwarden::gpio
