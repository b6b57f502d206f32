// How it stands between the MQTT front and its broker, from the file the front keeps (TOPICS.md).
#pragma once

#include <filesystem>
#include <string>

namespace sealwarden::inquiry {

struct Broker {
    std::string unknown;  // why nothing is known of it; empty: the front runs and said what follows
    bool connected = false;
    std::string url;      // of the broker that is connected or was tried last
    std::string version;  // "5" or "3.1.1" while connected
    std::string why;      // it is not connected; empty: it is being tried
};

[[nodiscard]] Broker broker(const std::filesystem::path& log_directory);

}  // namespace sealwarden::inquiry
