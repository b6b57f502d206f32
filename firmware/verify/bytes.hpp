// Bytes, and the texts that stand for them. Everything here is strict: a text that has a second
// form of the same bytes is refused in all forms but one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealwarden::verify {

using Hash = std::array<unsigned char, 32>;       // SHA-256
using PublicKey = std::array<unsigned char, 32>;  // Ed25519

// Lower case only, two digits a byte.
[[nodiscard]] std::string hex(std::string_view bytes);
[[nodiscard]] std::string hex(const Hash& hash);
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

// RFC 4648 section 4: standard alphabet, padded, spare bits zero, nothing else in between.
[[nodiscard]] std::string base64(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

[[nodiscard]] std::optional<Hash> hash_of_base64(std::string_view text);
[[nodiscard]] std::optional<Hash> hash_of_hex(std::string_view text);

// Digits without a leading zero or sign, at most 2^53-1.
inline constexpr std::uint64_t largest_number = (1ull << 53) - 1;
[[nodiscard]] std::optional<std::uint64_t> number(std::string_view digits);

// `size` bytes, most significant first; `bytes` has them.
[[nodiscard]] std::uint64_t big_endian(std::string_view bytes);

[[nodiscard]] std::string_view view(const Hash& hash);

// Valid UTF-8 by Unicode's table 3-7: shortest forms, no surrogates.
[[nodiscard]] bool is_utf8(std::string_view bytes);

// The text up to the next LF, which is taken off `rest` with its LF. Empty: no LF left.
[[nodiscard]] std::optional<std::string_view> take_line(std::string_view& rest);

}  // namespace sealwarden::verify
