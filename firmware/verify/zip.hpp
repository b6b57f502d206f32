// The one form of ZIP that a bundle has (firmware/evidence/FORMAT.md): stored members without a
// hole between them. With nothing compressed there is no bomb, and with nothing between the members
// no second reading.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sealwarden::verify {

struct ZipMember {
    std::string name;
    std::string_view bytes;  // in the ZIP
};

// Throws Malformed.
[[nodiscard]] std::vector<ZipMember> parse_zip(std::string_view zip);

}  // namespace sealwarden::verify
