// [pictures], and where each [[camera]]'s stills are had.
#pragma once

#include "firmware/config/config.hpp"
#include "firmware/config/section.hpp"

namespace sealwarden::config {

[[nodiscard]] Pictures read_pictures(const Section& root, Findings& findings);

}  // namespace sealwarden::config
