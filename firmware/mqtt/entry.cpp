// From the configuration to the front's options.
#include <cstdio>
#include <stdexcept>

#include "firmware/diag.hpp"
#include "firmware/mqtt/front.hpp"

namespace sealwarden {
namespace {

constexpr int exit_failed = 1, exit_configuration = 78;

struct ConfigurationError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

std::string secret(const config::SecretRef& reference) {
    auto read = config::read_secret(reference);
    if (const auto* error = std::get_if<config::SecretError>(&read)) {
        throw ConfigurationError{error->message};
    }
    return std::get<std::string>(std::move(read));
}

// Paho opens the key itself: where it lies is all we tell.
std::filesystem::path secret_path(const config::SecretRef& reference) {
    if (reference.kind == config::SecretRef::Kind::file) return reference.name;
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    if (directory == nullptr) {
        throw ConfigurationError{"credential " + reference.name +
                                 ": CREDENTIALS_DIRECTORY is not set, systemd sets it"};
    }
    return std::filesystem::path{directory} / reference.name;
}

mqtt_front::FrontOptions options_from(const config::Config& config,
                                      const std::filesystem::path& socket) {
    if (!config.mqtt || config.mqtt->urls.empty()) {
        throw ConfigurationError{"the configuration names no broker: [mqtt] url is missing"};
    }
    const auto& mqtt = *config.mqtt;
    mqtt_front::FrontOptions options;
    options.protocol = mqtt.protocol;
    options.socket = socket;
    options.directory = config.log_directory / "mqtt";
    options.topics = {.base = mqtt.base, .full_detail = mqtt.full_detail, .site = config.site};
    options.publisher.heartbeat = mqtt.heartbeat;
    options.publisher.commands = mqtt.commands;
    auto& broker = options.broker;
    broker.urls = mqtt.urls;
    broker.client_id = mqtt.client_id;
    broker.user = mqtt.user;
    if (mqtt.password) broker.password = secret(*mqtt.password);
    broker.ca = mqtt.ca;
    broker.certificate = mqtt.certificate;
    if (mqtt.key) broker.key = secret_path(*mqtt.key);
    broker.keep_alive = mqtt.keep_alive;
    for (const auto& url : mqtt.urls) {
        // Without a CA file Paho would trust nothing, or, in other versions, everything.
        if (url.starts_with("mqtts://") && !mqtt.ca) {
            throw ConfigurationError{url + ": mqtts needs [mqtt] ca, the file that signs brokers"};
        }
    }
    return options;
}

template <class Work>
int guarded(Work work) {
    try {
        return work();
    } catch (const ConfigurationError& error) {
        diag::error("mqtt cannot start", {{"why", error.what()}});
        return exit_configuration;
    } catch (const std::exception& error) {
        diag::error("mqtt stopped", {{"why", error.what()}});
        return exit_failed;
    }
}

}  // namespace

int run_mqtt_front(const config::Config& config, const std::filesystem::path& socket) {
    return guarded([&] { return mqtt_front::run(options_from(config, socket)); });
}

int test_mqtt(const config::Config& config, bool as_json) {
    return guarded([&] { return mqtt_front::self_test(options_from(config, {}), as_json); });
}

}  // namespace sealwarden
