// The first words at the local door.
#pragma once

#include <nlohmann/json.hpp>

#include "firmware/core/options.hpp"
#include "firmware/local/client.hpp"

namespace sealwarden::local {

// The door's hello (PROTOCOL.md). Throws std::runtime_error when it is another gateway's than the
// site's: what one gateway recorded must not stand under another's name. Else as Client::call().
nlohmann::json greet(Client& door, const SiteOptions& site);

}  // namespace sealwarden::local
