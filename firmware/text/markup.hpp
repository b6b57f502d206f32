// Text inside of markup.
#pragma once

#include <string>
#include <string_view>

namespace sealwarden {

// `text` as content or as an attribute in double quotes of HTML and XML (HTML, 13.1.2; XML 1.0,
// 2.4): control characters, which XML does not have, become spaces.
[[nodiscard]] std::string in_markup(std::string_view text);

}  // namespace sealwarden
