// What is said about persons lies beside the record: the record holds a commitment, so that erasing
// payload and salt later changes no hash (FORMAT.md).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace sealwarden::eventlog {

using Salt = std::array<std::uint8_t, 32>;

struct Personal {
    Salt salt{};
    std::string payload;     // canonical JSON object of texts
    std::string commitment;  // hex of HMAC-SHA-256(salt, payload)
};

// With a fresh salt from the system. Each text is cut at 4096 bytes, on a character.
[[nodiscard]] Personal commit_to(const std::map<std::string, std::string>& personal);
// A payload's texts; what is no JSON object of texts has none.
[[nodiscard]] std::map<std::string, std::string> texts_of(std::span<const std::uint8_t> payload);
[[nodiscard]] std::string commitment(const Salt& salt, std::string_view payload);

}  // namespace sealwarden::eventlog
