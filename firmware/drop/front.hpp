// The drop folders' front: a process of its own that brings files of others to the local door.
#pragma once

#include <filesystem>

#include "firmware/config/config.hpp"

namespace sealwarden {

// `sealwarden drop run`: watches the configured folders until SIGTERM or SIGINT, or until the
// gateway has taken another configuration. Returns an exit code. Blocks.
int run_drop_front(const config::Config& config, const std::filesystem::path& socket);

}  // namespace sealwarden
