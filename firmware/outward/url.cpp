#include "firmware/outward/url.hpp"

#include <algorithm>

namespace sealwarden::outward {
namespace {

bool is_port(std::string_view text) {
    std::size_t number = 0;
    for (const char digit : text) {
        if (digit < '0' || digit > '9') return false;
        number = number * 10 + static_cast<std::size_t>(digit - '0');
        if (number > 65535) return false;
    }
    return number > 0;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
    Url url;
    constexpr std::string_view plain = "http://", secure = "https://";
    url.secure = text.starts_with(secure);
    if (!url.secure && !text.starts_with(plain)) return std::nullopt;
    text.remove_prefix(url.secure ? secure.size() : plain.size());
    const auto slash = std::min(text.find('/'), text.size());
    url.path = slash == text.size() ? "/" : std::string{text.substr(slash)};
    auto authority = text.substr(0, slash);
    const auto bracket = authority.starts_with('[') ? authority.find(']') : 0;
    if (bracket == std::string_view::npos) return std::nullopt;
    const auto colon = authority.find(':', bracket);
    url.port = colon == std::string_view::npos ? (url.secure ? "443" : "80")
                                               : std::string{authority.substr(colon + 1)};
    authority = authority.substr(0, colon);
    if (bracket > 0) authority = authority.substr(1, bracket - 1);
    url.host = std::string{authority};
    if (url.host.empty() || !is_port(url.port)) return std::nullopt;
    return url;
}

}  // namespace sealwarden::outward
