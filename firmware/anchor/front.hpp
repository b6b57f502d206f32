// The anchors' front: a process of its own between the local door and those outside who vouch for
// the log: witnesses (C2SP tlog-witness) and a time-stamp authority (RFC 3161).
#pragma once

#include <filesystem>

#include "firmware/config/config.hpp"

namespace sealwarden {

// `sealwarden anchor run`: asks them until SIGTERM or SIGINT, or until the gateway has taken
// another configuration. Returns an exit code. Blocks; the configuration names a witness or an
// authority.
int run_anchor_front(const config::Config& config, const std::filesystem::path& socket);

}  // namespace sealwarden
