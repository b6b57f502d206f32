// Texts of bytes and numbers, read strictly: one text for one value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/tlog/hash.hpp"

namespace sealwarden::tlog {

[[nodiscard]] std::string base64(std::string_view bytes);  // RFC 4648 section 4, padded
[[nodiscard]] std::string base64(const Hash& hash);
// Empty when it is not what base64() would write.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);
[[nodiscard]] std::optional<Hash> hash_from_base64(std::string_view text);

[[nodiscard]] std::string hex(std::string_view bytes);  // lower case
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

// Decimal without sign and leading zeros, at most 2^63 - 1.
[[nodiscard]] std::optional<std::uint64_t> number_from(std::string_view text);

[[nodiscard]] std::string big_endian(std::uint64_t number, std::size_t bytes);

[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace sealwarden::tlog
