// `sealwarden camera run`: the process between the local door and the cameras.
#pragma once

#include <filesystem>

#include "firmware/config/config.hpp"

namespace sealwarden {

// Takes and keeps pictures until SIGTERM or SIGINT, or until the gateway has another configuration;
// returns the exit code.
int run_camera_front(const config::Config& config, const std::filesystem::path& socket);

}  // namespace sealwarden
