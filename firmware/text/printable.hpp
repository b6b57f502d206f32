// Text from outside as a terminal may have it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sealwarden {

// `text` with everything replaced that would move a cursor, colour a line, turn the direction of
// writing or be there without being seen: control characters (C0, DEL, C1), line separators, bidi
// and invisible format characters become \n, \t or \u001b; bytes that are no UTF-8 become \xff.
// Everything else stays as it is, also a backslash: this is for reading, not for parsing back.
[[nodiscard]] std::string printable(std::string_view text);

// The first line, counted from 1, with a byte that is no UTF-8; empty: there is none.
[[nodiscard]] std::optional<std::size_t> line_without_utf8(std::string_view text);

}  // namespace sealwarden
