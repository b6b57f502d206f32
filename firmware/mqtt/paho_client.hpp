// Paho as the wire and nothing more: no persistence, no buffer, no reconnect of its own. One thread
// of ours calls it; its callbacks only post into our queue. Its headers are included in
// paho_client.cpp and nowhere else.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/mqtt/mqtt_client.hpp"

namespace sealwarden::mqtt_front {

struct PahoOptions {
    std::vector<std::string> urls;  // mqtt://host:port, mqtts://host:port
    std::string client_id;
    std::optional<std::string> user, password;
    std::optional<std::filesystem::path> ca, certificate, key;
    std::optional<Message> will;
    std::chrono::seconds keep_alive{15};
    std::chrono::seconds patience{10};  // for a CONNACK
};

class PahoClient final : public MqttClient {
  public:
    explicit PahoClient(PahoOptions options);
    ~PahoClient() override;

    void connect(const Reconnect::Attempt& attempt) override;
    void publish(const Outgoing& outgoing) override;
    void subscribe(const std::string& filter) override;
    void disconnect() override;
    [[nodiscard]] std::vector<ClientEvent> take_events() override;
    [[nodiscard]] int descriptor() const override;

  private:
    struct Link;
    struct Queue;
    Link& link(const Reconnect::Attempt& attempt);

    PahoOptions options_;
    std::shared_ptr<Queue> queue_;
    // One a broker and version, made when first needed and kept until the end: destroying a client
    // in service races with its callbacks.
    std::vector<std::unique_ptr<Link>> links_;
    Link* current_ = nullptr;
};

}  // namespace sealwarden::mqtt_front
