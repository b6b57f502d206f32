// The console's front: a process of its own between the local door and browsers.
#pragma once

#include <filesystem>

#include "firmware/config/config.hpp"

namespace sealwarden {

// `sealwarden console run`: serves until SIGTERM or SIGINT, or until the gateway has taken another
// configuration. Returns an exit code: 0; 78 when the certificate or a secret cannot be used.
// Blocks; the configuration has [console]. `sources` is where it was read from.
int run_console_front(const config::Config& config, const config::Sources& sources,
                      const std::filesystem::path& socket);

}  // namespace sealwarden
