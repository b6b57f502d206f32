// Holds what the gateway made of a week at the docks against what truly happened. Reads events
// only, as an auditor would.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/sim/dock_world.hpp"

namespace sealwarden::sim {

struct DockVerdict {
    std::vector<std::string> missed;        // planted, and not found
    std::vector<std::string> false_alarms;  // about nothing that is planted
    std::size_t found = 0;                  // signs of what is planted
    std::size_t alarms = 0;                 // raised in all, also those of devices
};
[[nodiscard]] DockVerdict judge(const DockWorld& world);

}  // namespace sealwarden::sim
