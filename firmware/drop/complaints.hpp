// The core complains in English; who put the file there may read Spanish. Its sentences stand in
// the catalog with their places open ("complaint."), and are found again by that.
#pragma once

#include <string>
#include <string_view>

#include "firmware/text/text.hpp"

namespace sealwarden::drop {

// "line 3: `container`: …; line 7: …" as a complaint a line. What the catalog does not know stays
// as it is.
[[nodiscard]] std::string complaints_in(Language language, std::string_view message);

}  // namespace sealwarden::drop
