// When to connect, to which broker, in which version. Pure, on the steady clock; Paho's own
// reconnect waits on the wall clock, jitters alike in every gateway and does not change versions.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "firmware/config/config.hpp"

namespace sealwarden::mqtt_front {

enum class Version { v3_1_1 = 4, v5 = 5 };

// Why a connection did not come about, by what we do next.
enum class Refusal {
    wrong_version,   // return code 1 or reason 0x84: 3.1.1 at once
    hung_up,         // closed behind the TCP connection, no CONNACK: perhaps the version
    not_authorised,  // a person has to act: one try a minute is enough
    unreachable,     // no name, no route, no listener, TLS failed, no answer in time
};

class Reconnect {
  public:
    // Uniform in [0, 1).
    using Random = std::function<double()>;
    // `brokers`: how many there are, in their order.
    Reconnect(std::size_t brokers, config::MqttProtocol protocol, Random random, Uptime now);

    struct Attempt {
        std::size_t broker = 0;
        Version version = Version::v5;
        friend bool operator==(const Attempt&, const Attempt&) = default;
    };
    // When the next attempt is due, and what it is. Between an attempt and its outcome the caller
    // does not ask.
    [[nodiscard]] Uptime due() const { return due_; }
    [[nodiscard]] Attempt attempt() const;

    void connected(Uptime now);
    void refused(Refusal why, Uptime now);
    // A connection that stood was lost. `taken_over`: another client has our id (reason 0x8E).
    void lost(bool taken_over, Uptime now);

  private:
    void back_off(std::chrono::milliseconds least, Uptime now);
    void next_broker();
    [[nodiscard]] std::chrono::microseconds jitter(std::chrono::microseconds range) const;

    config::MqttProtocol protocol_;
    Random random_;
    struct Broker {
        Version version = Version::v5;  // remembered
        unsigned hung_up = 0;           // in a row
    };
    std::vector<Broker> brokers_;
    std::size_t broker_ = 0;
    unsigned rounds_ = 0;  // through all brokers without a connection that lasted
    Uptime due_;
    std::optional<Uptime> connected_at_;
};

}  // namespace sealwarden::mqtt_front
