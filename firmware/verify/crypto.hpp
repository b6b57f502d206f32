// The cryptography a verifier needs, from OpenSSL.
#pragma once

#include <initializer_list>
#include <string_view>

#include "firmware/verify/bytes.hpp"

namespace sealwarden::verify {

// SHA-256 of the parts, one behind the other. Any thread.
[[nodiscard]] Hash sha256(std::initializer_list<std::string_view> parts);
[[nodiscard]] Hash sha256(std::string_view bytes);
[[nodiscard]] Hash hmac_sha256(std::string_view key, std::string_view bytes);

// RFC 8032 Ed25519; `signature` of another length than 64 bytes is a wrong one.
[[nodiscard]] bool ed25519_holds(const PublicKey& key, std::string_view message,
                                 std::string_view signature);

}  // namespace sealwarden::verify
