// Numbers of containers (ISO 6346) and plates of trailers, as people type them. Nothing is
// repaired: a letter O where a 0 should be is a complaint, not a 0.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/dock/visit_acts.hpp"

namespace sealwarden {

struct UnitNumber {
    // As plain_number() writes it ("mscu 663987-0" is MSCU6639870): the subject `container`.
    std::string id;
    // One sentence each about the length, the owner code, the category letter, the serial and the
    // check digit, which are checked apart: the check digit alone misses one wrong owner letter in
    // twelve. Empty: the number is right.
    std::vector<std::string> complaints;
    // The sum leaves 10 and the check digit is therefore 0, like that of a sum that leaves 0.
    // Owners are advised to avoid such numbers and do not always.
    bool remainder_10 = false;
    [[nodiscard]] bool good() const { return complaints.empty(); }
    [[nodiscard]] std::string complaint() const;  // all of them, in one line
};

// A container's number by ISO 6346; of a trailer only that it can be a plate or fleet number
// ([A-Z0-9]{2,15} when normalised): many have no other.
[[nodiscard]] UnitNumber unit_number(UnitKind kind, std::string_view typed);

// What the check digit is computed from: the remainder (0 to 10) of the first ten characters, which
// must be [A-Z0-9].
[[nodiscard]] int check_remainder(std::string_view first_ten);

}  // namespace sealwarden
