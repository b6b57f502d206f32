// [mqtt]: where the broker is and how it knows us.
#pragma once

#include "firmware/config/config.hpp"
#include "firmware/config/section.hpp"

namespace sealwarden::config {

// `authorities` (PEM) are trusted where no `ca` is named.
[[nodiscard]] Mqtt read_mqtt(const Section& mqtt, const SiteOptions& site,
                             const std::filesystem::path& authorities, Findings& findings);

}  // namespace sealwarden::config
