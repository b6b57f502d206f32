#include "firmware/identity/publish.hpp"

#include "firmware/identity/mqtt_tokens.hpp"

namespace sealwarden::identity {

void publish_mqtt_tokens(Accounts& accounts, const Roles& roles,
                         const std::filesystem::path& file) {
    std::vector<MqttToken> tokens;
    for (const auto& token : accounts.tokens()) {
        if (token.use != TokenUse::mqtt) continue;
        const auto user = accounts.user(token.user);
        const auto* role = user ? roles.find(user->role) : nullptr;
        if (role == nullptr || !user->enabled) continue;
        tokens.push_back({.id = token.id,
                          .user = token.user,
                          .name = token.name,
                          .person = user->person,
                          .rights = rights_of(token, *role),
                          .secret = token.secret,
                          .expires_ms = token.expires_ms});
    }
    write_mqtt_tokens(file, tokens);
}

}  // namespace sealwarden::identity
