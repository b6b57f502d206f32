// The judgement of a request's header section before anything parses it: what two readers could
// understand in two ways is refused, not guessed (request smuggling). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sealwarden::console {

struct HeadFault {
    unsigned status = 400;  // 400, 414, 417, 431, 501, 505
    std::string_view why;
};

inline constexpr std::size_t longest_target = 4096, most_fields = 64;

// `head` ends with the empty line. Empty result: it is one request line, HTTP/1.1 or 1.0, fields of
// visible ASCII without folding, one Host (1.1), and at most one way to know the body's length.
[[nodiscard]] std::optional<HeadFault> fault_of_head(std::string_view head);

}  // namespace sealwarden::console
