#include "firmware/identity/uses.hpp"

#include "firmware/identity/secrets.hpp"

namespace sealwarden::identity {
namespace {

constexpr std::int64_t a_moment_ms = 5'000;

}  // namespace

Use use_of(std::string_view what, std::string_view act, std::string_view user, const Doer& doer,
           std::int64_t now_ms) {
    Use use{{"what", what}, {"act", act}, {"at_ts", now_ms}, {"ref", base64url(random_bytes(9))}};
    const auto add = [&use](const char* name, std::string_view text) {
        if (!text.empty()) use[name] = text;
    };
    add("user", user);
    if (doer.by != user) add("by", doer.by);
    add("role", doer.role);
    add("way", doer.way);
    add("address", doer.address);
    return use;
}

Use told_at(Use use, std::int64_t now_ms) {
    const auto at = use.value("at_ts", now_ms);
    if (at > now_ms - a_moment_ms && at <= now_ms) use.erase("at_ts");
    return use;
}

}  // namespace sealwarden::identity
