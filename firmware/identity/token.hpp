// Tokens for programs: made for a user, with fewer rights than he has, until a day.
//
// A token is `sw1_ID_SECRET`: the id finds it and may be shown, the secret is kept as a hash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/identity/roles.hpp"
#include "firmware/tlog/hash.hpp"

namespace sealwarden::identity {

struct TokenText {
    std::string id;      // 12 of a-z and 2-7
    std::string secret;  // secrets.hpp
};
[[nodiscard]] std::string text_of(const TokenText& token);
[[nodiscard]] std::optional<TokenText> token_from(std::string_view text);
[[nodiscard]] TokenText new_token();

// Where it counts. What travels through a broker is read by whoever may read the topic: such a one
// opens nothing over HTTP.
enum class TokenUse { http, mqtt };

struct Token {
    std::string id, user;
    std::string name;  // for people: "turnstile"; of is_name()
    Rights rights;     // at most; those the user has at the time it is used
    TokenUse use = TokenUse::http;
    tlog::Hash secret{};
    std::int64_t made_ms = 0, expires_ms = 0, used_ms = 0;  // 0: never used
};

// Those of the token that the user's role still has.
[[nodiscard]] Rights rights_of(const Token& token, const Role& role);

inline constexpr std::size_t most_tokens = 64;  // of one user
inline constexpr int longest_token_days = 366, usual_token_days = 90;

}  // namespace sealwarden::identity
