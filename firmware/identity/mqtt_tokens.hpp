// Tokens that count in commands over MQTT, as the accounts' side publishes them for the MQTT front,
// which then needs nothing of the accounts themselves: `<log directory>/mqtt/tokens.json`, 0600.
// The file has hashes of random secrets and nothing that lets sign in. It is replaced as a whole at
// every change of an account or a token, so what was revoked is gone with the next command.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/identity/token.hpp"

namespace sealwarden::identity {

struct MqttToken {
    std::string id, user, name, person;  // person: the user's, or empty
    Rights rights;                       // of the token and of the user's role, both
    tlog::Hash secret{};
    std::int64_t expires_ms = 0;
    friend bool operator==(const MqttToken&, const MqttToken&) = default;
};

[[nodiscard]] std::filesystem::path mqtt_tokens_file(const std::filesystem::path& front_directory);
[[nodiscard]] std::string to_json(const std::vector<MqttToken>& tokens);
// Empty: it is not what to_json() writes.
[[nodiscard]] std::optional<std::vector<MqttToken>> mqtt_tokens_from(std::string_view json);
// Replaces the file, whole or not at all; makes its directory. Throws std::runtime_error.
void write_mqtt_tokens(const std::filesystem::path& file, const std::vector<MqttToken>& tokens);

// For whom a command speaks.
struct MqttCaller {
    std::string by;      // "ana/turnstile"
    std::string person;  // or empty
    friend bool operator==(const MqttCaller&, const MqttCaller&) = default;
};
enum class TokenFault { unknown, expired, no_right };
[[nodiscard]] std::string_view to_string(TokenFault fault);  // "unknown", "expired", "no_right"
struct TokenDenial {
    TokenFault fault = TokenFault::unknown;
    std::string user, name;  // where it is a token that there is
    friend bool operator==(const TokenDenial&, const TokenDenial&) = default;
};
using TokenVerdict = std::variant<MqttCaller, TokenDenial>;

// May whoever carries this token say this act (`acknowledge`, `visit.arrive`)? Pure.
[[nodiscard]] TokenVerdict judged(const std::vector<MqttToken>& tokens, std::string_view token,
                                  std::string_view act, std::int64_t now_ms);
// The same with the file as it is now; one that cannot be read has no tokens in it.
[[nodiscard]] TokenVerdict judged_by(const std::filesystem::path& file, std::string_view token,
                                     std::string_view act, std::int64_t now_ms);

}  // namespace sealwarden::identity
