// The rights a role can have, as words, and which of them an act takes. Pure.
#pragma once

#include <span>
#include <string_view>

namespace sealwarden::identity {

// "live", "respond", …: what each of them lets do is in IDENTITY.md.
[[nodiscard]] std::span<const std::string_view> all_rights();
[[nodiscard]] bool is_right(std::string_view word);

// Of `acknowledge` and every act of the core ("visit.arrive"); empty: nobody may say it here.
[[nodiscard]] std::string_view right_of_act(std::string_view act);

}  // namespace sealwarden::identity
