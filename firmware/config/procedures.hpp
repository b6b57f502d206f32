// [[zone]], [[light]], [dock], [access], [alarm], [test]: how the site's procedures go.
#pragma once

#include "firmware/config/points.hpp"
#include "firmware/config/section.hpp"
#include "firmware/core/options.hpp"

namespace sealwarden::config {

// Fills in what is not read yet; `site` has its doors and readers.
void read_procedures(const Section& root, Points& points, Findings& findings, SiteOptions& site);

}  // namespace sealwarden::config
