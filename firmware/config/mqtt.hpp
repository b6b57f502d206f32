// [mqtt]: where the broker is and how it knows us.
#pragma once

#include "firmware/config/config.hpp"
#include "firmware/config/section.hpp"

namespace sealwarden::config {

[[nodiscard]] Mqtt read_mqtt(const Section& mqtt, const SiteOptions& site, Findings& findings);

}  // namespace sealwarden::config
