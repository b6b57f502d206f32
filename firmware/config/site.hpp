// [site], [[door]], [[seal]], [[reader]], [[camera]], [[power]], [[cabinet]], [alarm.priority].
#pragma once

#include "firmware/config/points.hpp"
#include "firmware/config/section.hpp"
#include "firmware/core/options.hpp"

namespace sealwarden::config {

// All but SiteOptions::devices. Notes in `points` what is used.
[[nodiscard]] SiteOptions read_site(const Section& root, Points& points, Findings& findings);

// The zone exists on this machine, as far as this machine knows zones.
void check_time_zone(const Section& site, Findings& findings);

}  // namespace sealwarden::config
