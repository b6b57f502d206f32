// What an act takes, as JSON Schema: for whoever sends the door's call `command`, over MQTT too.
#pragma once

#include <nlohmann/json.hpp>

#include "firmware/core/acts.hpp"

namespace sealwarden::local {

// {"command", "description", "arguments": a schema of draft 7}
[[nodiscard]] nlohmann::json schema_of(const ActDescription& act);

}  // namespace sealwarden::local
