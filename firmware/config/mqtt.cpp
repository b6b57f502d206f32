#include "firmware/config/mqtt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "firmware/config/references.hpp"
#include "firmware/core/acts.hpp"
#include "firmware/core/channel_commands.hpp"

namespace sealwarden::config {

namespace {

constexpr std::string_view plain = "mqtt://", encrypted = "mqtts://";

bool is_plain(std::string_view url) {
    return url.starts_with(plain);
}

bool is_this_machine(std::string_view url) {
    const auto host = url.substr(std::min(url.find("://") + 3, url.size()));
    return host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]");
}

bool port_is_possible(std::string_view url) {
    const auto colon = url.rfind(':');
    if (colon <= url.find("://") || url.ends_with(']')) return true;
    unsigned port = 0;
    std::from_chars(url.data() + colon + 1, url.data() + url.size(), port);
    return port >= 1 && port <= 65535;
}

std::optional<SecretRef> secret(const Section& mqtt, std::string_view key) {
    const auto section = mqtt.section(key);
    if (!section) return std::nullopt;
    if (const auto name = section->maybe_text("credential"))
        return SecretRef{.kind = SecretRef::Kind::credential, .name = *name};
    return SecretRef{.kind = SecretRef::Kind::file, .name = section->text("file")};
}

std::optional<std::filesystem::path> path(const Section& mqtt, std::string_view key) {
    const auto text = mqtt.maybe_text(key);
    return text ? std::optional<std::filesystem::path>(*text) : std::nullopt;
}

void check_url(const std::string& url, const Pointer& at, const Section& mqtt, Findings& findings) {
    if (!port_is_possible(url)) findings.error(at, "has a port that is none; write 1 to 65535");
    if (!is_plain(url) || is_this_machine(url)) return;
    if (mqtt.flag("commands") || !mqtt.texts("commands").empty())
        findings.warning(at, "takes commands that anybody on the network can forge; use mqtts://");
    else
        findings.warning(at, mqtt.has("password")
                                 ? "sends the password readable over the network; use mqtts://"
                                 : "can be read and forged on the network; use mqtts://");
}

// Trusting the public authorities is usual and right for a broker with a public name; only where
// there are none can nobody vouch for it.
void check_authorities(const Pointer& at, const std::filesystem::path& authorities,
                       Findings& findings) {
    std::error_code error;
    if (std::filesystem::is_regular_file(authorities, error))
        findings.info(at, fmt::format("without `ca` any public authority of {} may vouch for this "
                                      "broker; name its own authority to narrow that",
                                      authorities.string()));
    else
        findings.warning(at, fmt::format("no certificate can be checked: there is neither a `ca` "
                                         "nor {}; name the authority that signs the broker's "
                                         "certificate, or install ca-certificates",
                                         authorities.string()));
}

std::vector<std::string> urls(const Section& mqtt, Findings& findings) {
    if (mqtt.has("url") == mqtt.has("urls")) {
        findings.error(mqtt.at(), mqtt.has("url") ? "has both `url` and `urls`; keep one of them"
                                                  : "`url` is missing: where the broker is");
        return {};
    }
    if (const auto one = mqtt.maybe_text("url")) {
        check_url(*one, mqtt.at("url"), mqtt, findings);
        return {*one};
    }
    const auto list = mqtt.texts("urls");
    for (std::size_t i = 0; i < list.size(); ++i)
        check_url(list[i], mqtt.at("urls") / i, mqtt, findings);
    return list;
}

std::vector<std::string> commands(const Section& mqtt, Findings& findings) {
    if (mqtt.flag("commands")) return usual_channel_commands();
    auto list = mqtt.texts("commands");
    std::vector<std::string> known{"acknowledge"};
    for (const auto& act : act_descriptions()) known.emplace_back(act.name);
    for (std::size_t i = 0; i < list.size(); ++i) {
        check_known(mqtt.at("commands") / i, "command", list[i], known, findings);
        if (moves_rights(list[i]))
            findings.info(
                mqtt.at("commands") / i,
                fmt::format("`{}` is taken with a token only: it gives or takes rights", list[i]));
    }
    return list;
}

}  // namespace

Mqtt read_mqtt(const Section& mqtt, const SiteOptions& site,
               const std::filesystem::path& authorities, Findings& findings) {
    Mqtt out{.urls = urls(mqtt, findings),
             .client_id = mqtt.maybe_text("client_id")
                              .value_or(fmt::format("sealwarden-{}-{}", site.site, site.gateway)),
             .base = fmt::format("sealwarden/v1/{}/{}", site.site, site.gateway),
             .user = mqtt.maybe_text("user"),
             .password = secret(mqtt, "password"),
             .ca = path(mqtt, "ca"),
             .certificate = path(mqtt, "certificate"),
             .key = secret(mqtt, "key"),
             .full_detail = mqtt.text("detail") == "full",
             .commands = commands(mqtt, findings),
             .keep_alive = std::chrono::seconds{mqtt.number("keep_alive_s")},
             .heartbeat = std::chrono::seconds{mqtt.number("heartbeat_s")}};
    if (mqtt.text("protocol") == "5") out.protocol = MqttProtocol::v5;
    if (mqtt.text("protocol") == "3.1.1") out.protocol = MqttProtocol::v3_1_1;
    const auto is_encrypted = [](const std::string& url) { return url.starts_with(encrypted); };
    if (!out.ca && std::ranges::any_of(out.urls, is_encrypted))
        check_authorities(mqtt.has("url") ? mqtt.at("url") : mqtt.at("urls"), authorities,
                          findings);
    if (!out.ca) out.ca = authorities;
    // MQTT 3.1.1 (3.1.2.9) knows no password without a user.
    if (out.password && !out.user) out.user = out.client_id;
    if (mqtt.has("certificate") != mqtt.has("key"))
        findings.error(mqtt.has("key") ? mqtt.at("key") : mqtt.at("certificate"),
                       mqtt.has("key") ? "needs its `certificate`" : "needs its private `key`");
    return out;
}

}  // namespace sealwarden::config
