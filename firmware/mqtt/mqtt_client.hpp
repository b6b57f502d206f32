// The wire, as the front sees it: it is told what to do, and what happened is taken from a queue.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "firmware/mqtt/publisher.hpp"
#include "firmware/mqtt/reconnect.hpp"

namespace sealwarden::mqtt_front {

struct Connected {
    Capabilities broker;
};
struct ConnectFailed {
    Refusal why{};
    std::string text;  // for a person
};
struct ConnectionLost {
    bool taken_over = false;
    std::string text;
};
struct Acknowledged {
    std::uint64_t ticket = 0;
};
struct PublishFailed {
    std::uint64_t ticket = 0;
    std::string text;
};
struct Subscribed {
    bool granted = false;
    std::string text;
    std::string topic;
};
struct Received {
    std::string topic, payload;
    bool retained = false;  // the broker kept it; it was not sent just now
};
using ClientEvent = std::variant<Connected, ConnectFailed, ConnectionLost, Acknowledged,
                                 PublishFailed, Subscribed, Received>;

class MqttClient {
  public:
    virtual ~MqttClient() = default;
    // Begins; Connected or ConnectFailed follows.
    virtual void connect(const Reconnect::Attempt& attempt) = 0;
    // Acknowledged or PublishFailed follows, unless the connection goes first. Ticket 0: neither.
    virtual void publish(const Outgoing& outgoing) = 0;
    // Subscribed follows. What comes on other topics than these is not heard.
    virtual void subscribe(const std::string& topic) = 0;
    virtual void disconnect() = 0;
    // What happened, oldest first. descriptor() is readable while something waits.
    [[nodiscard]] virtual std::vector<ClientEvent> take_events() = 0;
    [[nodiscard]] virtual int descriptor() const = 0;
};

}  // namespace sealwarden::mqtt_front
