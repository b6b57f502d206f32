// The webhooks' front: a process of its own that reads the log through the local door and tells
// those outside who are configured, each from a cursor of his own.
#pragma once

#include <filesystem>

#include "firmware/config/config.hpp"

namespace sealwarden {

// `sealwarden notify run`: tells them until SIGTERM or SIGINT, or until the gateway has taken
// another configuration. Returns an exit code. Blocks; the configuration names a webhook.
int run_notify_front(const config::Config& config, const std::filesystem::path& socket);

}  // namespace sealwarden
