// Standard Webhooks (standardwebhooks.com, specification 1.0): who gets a message can tell that it
// is ours, whole and new. Any library of that convention verifies it, and so does
// `openssl dgst -sha256 -mac HMAC`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sealwarden::notify {

// The key's bytes from "whsec_BASE64" or BASE64; empty: it is neither, or has not 24 to 64 bytes.
[[nodiscard]] std::optional<std::string> key_from(std::string_view secret);

[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view text);

// The header webhook-signature: "v1," and the base64 of the HMAC over "id.timestamp.body".
[[nodiscard]] std::string signature(std::string_view key, std::string_view id,
                                    std::int64_t timestamp, std::string_view body);

}  // namespace sealwarden::notify
