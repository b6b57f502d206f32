// [console]: where browsers and the command line find it, and how it knows itself to them.
#pragma once

#include "firmware/config/config.hpp"
#include "firmware/config/section.hpp"

namespace sealwarden::config {

// After `log_directory` and `socket` are known.
[[nodiscard]] Console read_console(const Section& console, const Config& config,
                                   Findings& findings);

}  // namespace sealwarden::config
