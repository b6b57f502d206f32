// Holds what the gateway said against what truly happened. Reads events only, as an auditor would.
#pragma once

#include <string>
#include <vector>

#include "tests/sim/world.hpp"

namespace sealwarden::sim {

// One sentence a finding; empty: the record is true.
//   every opening while watched is told, by level or by counter, and none is invented
//   forced openings are those without a badge
//   every stretch that was not watched is a gap of the record, and what was watched is in none
//   each alarm moves as ISA-18.2 says, and what the events tell of alarms is what the site has
[[nodiscard]] std::vector<std::string> judge(const World& world);

}  // namespace sealwarden::sim
