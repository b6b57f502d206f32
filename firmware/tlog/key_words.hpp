// A hash that people can read aloud.
#pragma once

#include <string>
#include <string_view>

namespace sealwarden::tlog {

// The first 96 bits of SHA-256 over the text, as six proquints joined by '-'.
[[nodiscard]] std::string key_words(std::string_view text);
// Each two bytes as one word of five letters; their number is even.
[[nodiscard]] std::string proquints(std::string_view bytes);

}  // namespace sealwarden::tlog
