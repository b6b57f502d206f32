// What belongs to a zone.
#pragma once

#include <set>

#include "firmware/core/event.hpp"
#include "firmware/core/options.hpp"

namespace sealwarden {

// What the configuration lists for it; the seal and badge readers of its doors; the cameras that
// look at nothing but its doors.
[[nodiscard]] std::set<Subject> things_in(const ZoneOptions& zone, const SiteOptions& site);

}  // namespace sealwarden
