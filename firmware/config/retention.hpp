// [retention] and its [[retention.hold]].
#pragma once

#include "firmware/config/config.hpp"
#include "firmware/config/section.hpp"

namespace sealwarden::config {

[[nodiscard]] Retention read_retention(const Section& root, Findings& findings);

}  // namespace sealwarden::config
