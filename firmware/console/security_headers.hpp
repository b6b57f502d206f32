// What every answer tells browsers not to do.
#pragma once

#include <string_view>

#include "firmware/console/exchange.hpp"

namespace sealwarden::console {

// Adds what is not there yet. `secure`: over TLS, so browsers shall not come without it again.
void add_security_headers(Fields& headers, std::string_view path, bool secure);

}  // namespace sealwarden::console
