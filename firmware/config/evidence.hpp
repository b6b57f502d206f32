// [evidence]: the signed log's name and where its keys lie.
#pragma once

#include "firmware/config/config.hpp"
#include "firmware/config/section.hpp"

namespace sealwarden::config {

[[nodiscard]] Evidence read_evidence(const Section& root, const Config& config, Findings& findings);

}  // namespace sealwarden::config
