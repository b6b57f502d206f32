// From the accounts to what the MQTT front may know of them.
#pragma once

#include <filesystem>

#include "firmware/identity/accounts.hpp"
#include "firmware/identity/roles.hpp"

namespace sealwarden::identity {

// The tokens for MQTT of users that are enabled, with the rights they have now. Behind every
// change. Throws std::runtime_error, sqlite::Failure.
void publish_mqtt_tokens(Accounts& accounts, const Roles& roles, const std::filesystem::path& file);

}  // namespace sealwarden::identity
