#include "firmware/inquiry/broker.hpp"

#include <signal.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>

namespace sealwarden::inquiry {

Broker broker(const std::filesystem::path& log_directory) {
    const auto path = log_directory / "mqtt" / "broker";
    std::ifstream file{path};
    if (!file) return {.unknown = "not known: cannot read " + path.string()};
    const auto json = nlohmann::json::parse(file, nullptr, false);
    if (!json.is_object()) return {.unknown = "not known: damaged " + path.string()};
    const auto pid = json.value("pid", 0);
    const bool runs = pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM);
    if (!runs) return {.unknown = "the MQTT front does not run"};
    return {.unknown = {},
            .connected = json.value("connected", false),
            .url = json.value("url", ""),
            .version = json.value("version", ""),
            .why = json.value("why", "")};
}

}  // namespace sealwarden::inquiry
