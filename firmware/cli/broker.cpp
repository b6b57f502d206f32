#include "firmware/cli/broker.hpp"

#include <signal.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>

namespace sealwarden::cli {

std::optional<BrokerReport> broker_report(const config::Config& config) {
    if (!config.mqtt) return std::nullopt;
    const auto path = config.log_directory / "mqtt" / "broker";
    std::ifstream file{path};
    if (!file) return BrokerReport{.text = "not known: cannot read " + path.string()};
    auto json = nlohmann::json::parse(file, nullptr, false);
    if (!json.is_object()) return BrokerReport{.text = "not known: damaged " + path.string()};
    const auto pid = json.value("pid", 0);
    const bool runs = pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM);
    if (!runs) return BrokerReport{.text = "the MQTT front does not run"};
    const bool connected = json.value("connected", false);
    const auto url = json.value("url", "");
    const auto why = json.value("why", "");
    auto text = connected     ? "connected to " + url + " with MQTT " + json.value("version", "")
                : why.empty() ? "connecting to " + url
                              : "not connected to " + url + ": " + why;
    return BrokerReport{.good = connected, .text = std::move(text)};
}

}  // namespace sealwarden::cli
