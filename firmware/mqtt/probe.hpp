// Why a broker did not take us, asked by a connection of our own. Paho tells of a failed connection
// little more than that it failed; an installer needs the reason, and the choice of the version
// needs to tell a broker that hangs up at CONNECT from a network that breaks. OpenSSL is included
// in probe.cpp and nowhere else here.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "firmware/mqtt/reconnect.hpp"

namespace sealwarden::mqtt_front {

struct ProbeOptions {
    std::string url;  // mqtt://host:port, mqtts://host:port
    std::string client_id;
    Version version = Version::v5;
    std::optional<std::filesystem::path> ca, certificate, key;
    std::chrono::milliseconds patience{5000};  // for all of it but the name's lookup
};

struct Finding {
    Refusal why{};
    std::string text;  // for a person: what is wrong and, where a setting mends it, which
};

// Connects, does the TLS handshake as strictly as Paho is told to, says CONNECT without user and
// password, and leaves. Empty: the broker answered with anything but a refusal of the version.
// Blocks up to `patience` and the resolver's own time-out; ends early when `stop` becomes readable.
[[nodiscard]] std::optional<Finding> probe(const ProbeOptions& options, int stop);

}  // namespace sealwarden::mqtt_front
