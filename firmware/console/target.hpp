// What a request names, decoded: path, query, cookies. Pure; any bytes may come.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "firmware/console/exchange.hpp"

namespace sealwarden::console {

struct Target {
    std::string path;  // begins with '/'; UTF-8 without control characters; no empty, "." or ".."
                       // segment, except that a '/' may end it
    Fields query;
};

// Of a request line's origin-form (RFC 9112, 3.2.1), with its percent-encoding taken off once.
// Empty: it is none, or one of the parts is not what Target promises.
[[nodiscard]] std::optional<Target> parse_target(std::string_view target);

// Of a Cookie field (RFC 6265, 4.2.1); of a name given twice the first, as servers have it.
// What is no pair is left out.
[[nodiscard]] Fields parse_cookies(std::string_view field);

}  // namespace sealwarden::console
