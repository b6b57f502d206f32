// Paho as the wire and nothing more: no persistence, no buffer, no reconnect of its own. One thread
// of ours calls it; its callbacks only post into our queue. Its headers are included in
// paho_client.cpp and nowhere else.
//
// Every wait ends on a timer of ours (CLOCK_MONOTONIC), whatever Paho does: an attempt that has no
// outcome after `attempt`, a message that has no acknowledgement after `silence`. The Paho client
// that overran is left to itself, and what it still says is not heard.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
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
    std::chrono::seconds patience{10};          // Paho's own, for a CONNACK
    std::chrono::milliseconds attempt{15'000};  // for an outcome of connect(), then it has failed
    // In flight without any acknowledgement so long: the connection is lost. 0: twice keep_alive.
    std::chrono::milliseconds silence{0};
};

class PahoClient final : public MqttClient {
  public:
    explicit PahoClient(PahoOptions options);
    ~PahoClient() override;

    void connect(const Reconnect::Attempt& attempt) override;
    void publish(const Outgoing& outgoing) override;
    void subscribe(const std::string& topic) override;
    void disconnect() override;
    [[nodiscard]] std::vector<ClientEvent> take_events() override;
    [[nodiscard]] int descriptor() const override;

  private:
    struct Link;
    struct Queue;
    class Timer;
    class Waiter;
    enum class Phase { idle, connecting, probing, connected };

    Link& link(const Reconnect::Attempt& attempt);
    void abandon();
    void begin_probe(const Reconnect::Attempt& attempt, std::string said);
    void overdue(std::vector<ClientEvent>& events);
    void note(const ClientEvent& event);
    [[nodiscard]] std::chrono::milliseconds silence() const;

    PahoOptions options_;
    std::shared_ptr<Queue> queue_;
    std::unique_ptr<Timer> timer_;
    std::unique_ptr<Waiter> waiter_;  // for the queue and the timer together
    // One a broker and version, made when first needed and kept until the end: destroying a client
    // in service races with its callbacks.
    std::vector<std::unique_ptr<Link>> links_;
    std::vector<std::unique_ptr<Link>> abandoned_;
    Link* current_ = nullptr;
    Phase phase_ = Phase::idle;
    std::size_t unacknowledged_ = 0;
    std::shared_ptr<std::atomic<bool>> probe_ended_;
    std::jthread probe_;  // last
};

}  // namespace sealwarden::mqtt_front
