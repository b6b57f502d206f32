#include "firmware/console/security_headers.hpp"

#include <array>

namespace sealwarden::console {
namespace {

struct Header {
    const char* name;
    const char* value;
};

constexpr std::array headers{
    Header{"cross-origin-opener-policy", "same-origin"},
    Header{"cross-origin-resource-policy", "same-origin"},
    Header{"permissions-policy",
           "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), "
           "display-capture=(), browsing-topics=()"},
    Header{"referrer-policy", "no-referrer"},
    Header{"x-content-type-options", "nosniff"},
    Header{"x-frame-options", "DENY"},
};

}  // namespace

// Scripts and styles from here only, never inline but the styles named; no markup from text
// (Trusted Types); in nobody's frame.
std::string security_policy(const std::vector<std::string>& styles) {
    std::string own;
    for (const auto& hash : styles) own += ' ' + hash;
    return "default-src 'none'; script-src 'self'; style-src 'self'" + own +
           "; img-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
           "media-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
           "require-trusted-types-for 'script'; trusted-types 'none'";
}

void add_security_headers(Fields& fields, std::string_view path, bool secure) {
    static const auto policy = security_policy({});
    fields.emplace("content-security-policy", policy);
    for (const auto& [name, value] : headers) fields.emplace(name, value);
    if (secure) fields.emplace("strict-transport-security", "max-age=31536000");
    // What is answered to one person is nobody else's, and the live state is no page of yesterday.
    if (path.starts_with("/api/")) fields.emplace("cache-control", "no-store");
}

}  // namespace sealwarden::console
