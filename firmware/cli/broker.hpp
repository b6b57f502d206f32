// How it stands between the MQTT front and its broker, in a sentence.
#pragma once

#include <optional>
#include <string>

#include "firmware/config/config.hpp"

namespace sealwarden::cli {

struct BrokerReport {
    bool good = false;
    std::string text;  // "connected to mqtt://… with MQTT 5", or why not
};

// Empty: the configuration names no broker.
[[nodiscard]] std::optional<BrokerReport> broker_report(const config::Config& config);

}  // namespace sealwarden::cli
