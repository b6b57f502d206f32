// The number of a seal, as somebody read it and as it is compared. There is no worldwide layout
// (domain.md 2.1): it is an opaque string, and nothing in it is ever repaired.
#pragma once

#include <string>
#include <string_view>

#include "firmware/core/dock/plain_number.hpp"

namespace sealwarden {

struct SealNumber {
    explicit SealNumber(std::string_view text) : as_read{text}, id{plain_number(text)} {}
    std::string as_read;
    std::string id;  // the subject `seal_number`

    // Why this cannot be a seal's number ([A-Z0-9]{2,24} when normalised); empty: it can.
    [[nodiscard]] std::string complaint() const;
    // For people: both forms, where they differ.
    [[nodiscard]] std::string shown() const;
};

// Two numbers differ, and by nothing but 0/O, 1/I, 8/B. That is told, so that a person reads them
// again; it never makes them equal.
[[nodiscard]] bool look_alike(std::string_view a, std::string_view b);
// The digit that a letter looks like, or the character itself.
[[nodiscard]] char digit_like(char c);

}  // namespace sealwarden
