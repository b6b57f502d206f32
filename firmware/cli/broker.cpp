#include "firmware/cli/broker.hpp"

#include "firmware/inquiry/broker.hpp"

namespace sealwarden::cli {

std::optional<BrokerReport> broker_report(const config::Config& config) {
    if (!config.mqtt) return std::nullopt;
    const auto told = inquiry::broker(config.log_directory);
    if (!told.unknown.empty()) return BrokerReport{.text = told.unknown};
    auto text = told.connected     ? "connected to " + told.url + " with MQTT " + told.version
                : told.why.empty() ? "connecting to " + told.url
                                   : "not connected to " + told.url + ": " + told.why;
    return BrokerReport{.good = told.connected, .text = std::move(text)};
}

}  // namespace sealwarden::cli
