// The configured time-stamp authority, for whoever hands its stamps out.
#pragma once

#include <string>

#include "firmware/config/config.hpp"

namespace sealwarden::cli {

// Its certificates (PEM), which go with its stamps; empty: none is configured. Throws Failure when
// the file cannot be read: stamps without it prove nothing.
[[nodiscard]] std::string tsa_certificates(const config::Config& config);

}  // namespace sealwarden::cli
