#include "firmware/config/pictures.hpp"

#include <string_view>

#include "firmware/outward/url.hpp"

namespace sealwarden::config {
namespace {

constexpr std::string_view moments[] = {"{unix}", "{rfc3339}"};

bool names_a_moment(const std::string& url) {
    for (const auto moment : moments)
        if (url.find(moment) != url.npos) return true;
    return false;
}

bool is_this_machine(const std::string& host) {
    return host == "localhost" || host.starts_with("127.") || host == "::1";
}

std::optional<std::string> url_of(const Section& camera, std::string_view key, bool past,
                                  Findings& findings) {
    auto text = camera.maybe_text(key);
    if (!text) return {};
    const auto url = outward::parse_url(*text);
    if (!url) {
        findings.error(camera.at(key), "has a port that is none; write 1 to 65535");
    } else if (!url->secure && !is_this_machine(url->host)) {
        findings.warning(camera.at(key),
                         "can be seen and exchanged on the network; use https:// where the camera "
                         "can, or a network of its own");
    }
    auto without = *text;
    for (const auto moment : moments)
        if (const auto at = without.find(moment); at != without.npos)
            without.erase(at, moment.size());
    if (without.find_first_of("{}") != without.npos)
        findings.error(camera.at(key), "has braces that mean nothing; {unix} and {rfc3339} do");
    if (past != names_a_moment(*text))
        findings.error(camera.at(key), past
                                           ? "names no moment; write {unix} or {rfc3339} where the "
                                             "recorder wants it"
                                           : "names a moment; that is for `stored_url`");
    return text;
}

PictureSource source_of(const Section& camera, Findings& findings) {
    PictureSource source{.camera = camera.text("id"),
                         .live = url_of(camera, "picture_url", false, findings),
                         .stored = url_of(camera, "stored_url", true, findings),
                         .stored_ago = std::chrono::minutes{camera.number("stored_ago_min")},
                         .user = camera.maybe_text("user"),
                         .password = {},
                         .ca = {}};
    if (const auto secret = camera.section("password")) {
        const auto name = secret->maybe_text("credential");
        source.password =
            name ? SecretRef{.kind = SecretRef::Kind::credential, .name = *name}
                 : SecretRef{.kind = SecretRef::Kind::file, .name = secret->text("file")};
    }
    if (const auto ca = camera.maybe_text("ca")) source.ca = *ca;
    if (source.user.has_value() != source.password.has_value())
        findings.error(camera.at(source.user ? "user" : "password"),
                       source.user ? "needs its `password`" : "needs its `user`");
    return source;
}

}  // namespace

Pictures read_pictures(const Section& root, Findings& findings) {
    Pictures out;
    for (const auto& camera : root.sections("camera")) {
        auto source = source_of(camera, findings);
        if (source.live || source.stored) out.sources.push_back(std::move(source));
    }
    if (const auto section = root.section("pictures")) {
        out.keep = std::chrono::days{section->number("keep_days")};
        out.quota_bytes = section->number("quota_mb") << 20;
    }
    return out;
}

}  // namespace sealwarden::config
