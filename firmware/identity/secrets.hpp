// What is random and what is only kept as a hash: session ids, tokens, the set-up code.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "firmware/tlog/hash.hpp"

namespace sealwarden::identity {

[[nodiscard]] std::string random_bytes(std::size_t count);
[[nodiscard]] std::string base64url(std::string_view bytes);  // RFC 4648 section 5, not padded

// 256 random bits as text: a session's id, the secret of a token.
[[nodiscard]] std::string new_secret();
inline constexpr std::size_t secret_length = 43;
[[nodiscard]] bool looks_like_secret(std::string_view text);  // what new_secret() could be

// Under which a secret is kept. It has 256 bits: nobody finds it by trying, so one SHA-256 will do.
[[nodiscard]] tlog::Hash kept(std::string_view secret);

// A second secret that follows from the first and does not tell it: the CSRF token of a session.
[[nodiscard]] std::string derived(std::string_view secret, std::string_view purpose);

// In a time that does not depend on where they differ.
[[nodiscard]] bool same(std::string_view one, std::string_view other);

// A code that people read from one screen and type into another: 20 of 32 characters (100 bits) in
// groups of five, without I, L, O and U.
[[nodiscard]] std::string new_code();
// As it is kept: capitals, no hyphens or spaces; empty when it cannot be one.
[[nodiscard]] std::optional<std::string> code_from(std::string_view typed);

}  // namespace sealwarden::identity
