// Where a witness or an authority is asked, taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sealwarden::outward {

struct Url {
    bool secure = false;  // https
    std::string host;     // a name or an address, without brackets
    std::string port;
    std::string path;  // and query; at least "/"
    friend bool operator==(const Url&, const Url&) = default;
};
// http://host:port/path or https://…; the configuration's schema has checked its characters. Empty:
// another scheme, no host, a port that is none.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

}  // namespace sealwarden::outward
