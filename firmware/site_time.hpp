// The site's zone and what the wall clock says, for the rules that stand on days and shifts.
#pragma once

#include <string>

#include "firmware/clock.hpp"
#include "firmware/core/now.hpp"

namespace sealwarden {

// Sets TZ for the whole process (libstdc++ 12 has no zones of its own): before there are threads.
void use_site_zone(const std::string& zone);

[[nodiscard]] WallOffset wall_offset(const ClockSample& sample);

}  // namespace sealwarden
