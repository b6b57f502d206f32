#include "firmware/config/console.hpp"

#include <arpa/inet.h>

#include <array>
#include <charconv>

namespace sealwarden::config {
namespace {

bool is_address(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

// "127.0.0.1:8443", "[::]:443"
Console::Address address(const std::string& text, const Pointer& at, Findings& findings) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return {};
    Console::Address out{.host = text.substr(0, colon)};
    if (out.host.starts_with('[') && out.host.ends_with(']')) {
        out.host = out.host.substr(1, out.host.size() - 2);
    }
    unsigned port = 0;
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    if (port < 1 || port > 65535) {
        findings.error(at, "has a port that is none; write 1 to 65535");
    } else if (!is_address(out.host)) {
        findings.error(at,
                       "is no address; write \"192.0.2.7:8443\", \"[::]:8443\" or "
                       "\"0.0.0.0:8443\" for all of this machine");
    }
    out.port = static_cast<std::uint16_t>(port);
    return out;
}

std::optional<std::filesystem::path> path(const Section& console, std::string_view key) {
    const auto text = console.maybe_text(key);
    return text ? std::optional<std::filesystem::path>(*text) : std::nullopt;
}

std::optional<SecretRef> key(const Section& console) {
    const auto section = console.section("key");
    if (!section) return std::nullopt;
    if (const auto name = section->maybe_text("credential"))
        return SecretRef{.kind = SecretRef::Kind::credential, .name = *name};
    return SecretRef{.kind = SecretRef::Kind::file, .name = section->text("file")};
}

}  // namespace

Console read_console(const Section& console, const Config& config, Findings& findings) {
    Console out{
        .names = console.texts("names"),
        .certificate = path(console, "certificate"),
        .key = key(console),
        .socket = path(console, "socket").value_or(config.socket.parent_path() / "console.sock"),
        .directory = path(console, "directory").value_or(config.log_directory / "console"),
        .files = console.text("files"),
        .roles = path(console, "roles"),
        .connections = static_cast<std::size_t>(console.number("connections")),
        .connections_per_address =
            static_cast<std::size_t>(console.number("connections_per_address"))};
    const auto listen = console.texts("listen");
    for (std::size_t i = 0; i < listen.size(); ++i)
        out.listen.push_back(address(listen[i], console.at("listen") / i, findings));
    if (console.has("certificate") != console.has("key"))
        findings.error(console.has("key") ? console.at("key") : console.at("certificate"),
                       console.has("key") ? "needs its `certificate`" : "needs its private `key`");
    if (out.socket == config.socket)
        findings.error(console.at("socket"), "is the local door's own socket; choose another one");
    return out;
}

}  // namespace sealwarden::config
