// Numbers of seals, containers and trailers as they are compared.
#pragma once

#include <string>
#include <string_view>

namespace sealwarden {

// Upper case, without blanks and hyphens: "hl 123-456" becomes HL123456. Nothing is repaired.
[[nodiscard]] std::string plain_number(std::string_view as_read);

}  // namespace sealwarden
