// The MQTT front: a process of its own between the local door and a broker.
#pragma once

#include <filesystem>

#include "firmware/config/config.hpp"
#include "firmware/mqtt/paho_client.hpp"
#include "firmware/mqtt/publisher.hpp"

namespace sealwarden {

// `sealwarden mqtt run`: publishes until SIGTERM or SIGINT. Returns an exit code: 0, 78 when the
// configuration names no broker or a secret cannot be read, 1 when the cursor cannot be kept.
// Blocks; call it before other threads exist, it masks the two signals.
int run_mqtt_front(const config::Config& config, const std::filesystem::path& socket);

// `sealwarden mqtt test`: connects as configured, prints the negotiated version, subscribes to
// <base>/selftest, publishes there and waits for the message. 0 when it came back, else 1 (78 as
// above). On 3.1.1 this is the only proof that the broker's access list lets us publish. `as_json`
// prints one object at the end instead of lines: ok, why, topic, url and protocol of the broker
// that took us, round_trip_ms, refused (a list of {url, why}); what is not known is null.
int test_mqtt(const config::Config& config, bool as_json);

namespace mqtt_front {

// What the configuration comes down to.
struct FrontOptions {
    PahoOptions broker;
    config::MqttProtocol protocol = config::MqttProtocol::automatic;
    TopicOptions topics;
    PublisherOptions publisher;
    std::filesystem::path socket;     // of the local door
    std::filesystem::path directory;  // of the cursor
};
int run(const FrontOptions& options);
int self_test(const FrontOptions& options, bool as_json);

}  // namespace mqtt_front
}  // namespace sealwarden
