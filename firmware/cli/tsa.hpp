// The configured time-stamp authority, for whoever hands its stamps out.
#pragma once

#include <string>

#include "firmware/config/config.hpp"

namespace sealwarden::cli {

// Its certificates (PEM), which go with its stamps, and nothing else of their file; empty: none is
// configured. Throws Failure when none can be read: stamps without them prove nothing.
[[nodiscard]] std::string tsa_certificates(const config::Config& config);

}  // namespace sealwarden::cli
