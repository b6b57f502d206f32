// What a request carries to say who asks: the session's cookie, or a bearer token. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "firmware/identity/token.hpp"

namespace sealwarden::identity {

// `Cookie: a=b; __Host-session=…`: what it has of that name; empty: nothing that could be one.
[[nodiscard]] std::string session_in(std::string_view cookie_header);
// The header Set-Cookie that gives the browser its id, or with an empty one takes it away.
// __Host-: only over TLS, only of this host, for all of its paths (RFC 6265bis, 4.1.3.2).
[[nodiscard]] std::string set_cookie(std::string_view id);

// `Authorization: Bearer …` (RFC 6750, 2.1).
[[nodiscard]] std::optional<TokenText> token_in(std::string_view authorization_header);

}  // namespace sealwarden::identity
