// What every answer tells browsers not to do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "firmware/console/exchange.hpp"

namespace sealwarden::console {

// The content security policy; `styles`: the hashes ('sha256-…') of inline styles that a page has.
[[nodiscard]] std::string security_policy(const std::vector<std::string>& styles);
// Adds what is not there yet. `secure`: over TLS, so browsers shall not come without it again.
void add_security_headers(Fields& headers, std::string_view path, bool secure);

}  // namespace sealwarden::console
