// What was counted of a line since its chip was configured.
#pragma once

#include <cstdint>

#include "drivers/durations.hpp"
#include "drivers/reading.hpp"

namespace sealwarden::gpio {

struct Edges {
    PointId line;
    Durations latency;             // of each: from the kernel's stamp to when we had it
    std::uint64_t times_lost = 0;  // the kernel does not say how many it dropped
};

}  // namespace sealwarden::gpio
