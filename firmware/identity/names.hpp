// What may be the id of a user, and what people may write about one. Pure.
#pragma once

#include <string_view>

namespace sealwarden::identity {

[[nodiscard]] bool is_name(std::string_view id);  // 1 to 40 of a-z, 0-9 and -
// For people: UTF-8, 1 to 80 characters, none that steers a terminal, turns the direction of
// writing or is not seen.
[[nodiscard]] bool is_sentence(std::string_view text);
[[nodiscard]] bool is_date(std::string_view text);  // "2027-06-30"

// Characters (code points) of a UTF-8 text; 0 when it is none.
[[nodiscard]] std::size_t characters(std::string_view text);

}  // namespace sealwarden::identity
