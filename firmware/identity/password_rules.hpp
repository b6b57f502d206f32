// Which passwords are taken (NIST SP 800-63B-3, 5.1.1.2): long enough, not among the common ones,
// not made of the names around it. No rule about kinds of characters, and no age. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sealwarden::identity {

inline constexpr std::size_t shortest_password = 12;  // characters
inline constexpr std::size_t longest_password =
    256;  // bytes of UTF-8; as typed, nothing is cut off

enum class PasswordFault {
    none,
    not_utf8,
    too_short,
    too_long,
    common,      // on the list, or one short piece over and over, or a row of keys or digits
    like_names,  // little more than the user's, the site's or the product's name
};
// Its word for problems and texts: "too_short"; empty for none.
[[nodiscard]] std::string_view to_string(PasswordFault fault);
// One sentence for whoever chose it.
[[nodiscard]] std::string sentence_of(PasswordFault fault);

// `names`: the user's id and name, the site's, the gateway's.
[[nodiscard]] PasswordFault fault_of(std::string_view password,
                                     const std::vector<std::string>& names);

}  // namespace sealwarden::identity
