#include "firmware/mqtt/paho_client.hpp"

#include <mqtt/async_client.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cassert>
#include <cstring>
#include <mutex>
#include <stdexcept>

namespace sealwarden::mqtt_front {
namespace {

constexpr int reason_failure = 0x80;  // MQTT 5, 2.4: from here on it is a no
constexpr int reason_version = 0x84;
constexpr int reason_bad_password = 0x86;
constexpr int reason_not_authorised = 0x87;
constexpr int reason_banned = 0x8A;
constexpr int reason_taken_over = 0x8E;
constexpr std::size_t received_limit = 256;  // messages waiting; we subscribe to nothing but a test

int paho_version(Version version) {
    switch (version) {
        case Version::v3_1_1: return MQTTVERSION_3_1_1;
        case Version::v5: return MQTTVERSION_5;
    }
    assert(!"every version has a number");
    return MQTTVERSION_3_1_1;
}

std::string paho_url(const std::string& url) {
    if (url.starts_with("mqtts://")) return "ssl://" + url.substr(8);
    if (url.starts_with("mqtt://")) return "tcp://" + url.substr(7);
    return url;
}

mqtt::properties properties_of(const Message& message) {
    mqtt::properties properties;
    properties.add({mqtt::property::CONTENT_TYPE,
                    std::string{message.json ? "application/json" : "text/plain"}});
    properties.add({mqtt::property::PAYLOAD_FORMAT_INDICATOR, 1});
    if (message.expiry.count() > 0) {
        properties.add({mqtt::property::MESSAGE_EXPIRY_INTERVAL,
                        static_cast<std::int32_t>(message.expiry.count())});
    }
    const auto user = [&](const char* name, const std::string& value) {
        if (!value.empty()) properties.add({mqtt::property::USER_PROPERTY, name, value});
    };
    user("idx", message.index ? std::to_string(*message.index) : std::string{});
    user("kind", message.kind);
    user("prio", message.prio);
    return properties;
}

Refusal refusal(const mqtt::token& token) {
    const int code = token.get_return_code();
    const int reason = token.get_reason_code();
    // 3.1.1 and servers older than version 5 answer with a return code 1 to 5.
    if (code == 1 || reason == 1 || reason == reason_version) return Refusal::wrong_version;
    if (code == 4 || code == 5 || reason == 4 || reason == 5 || reason == reason_bad_password ||
        reason == reason_not_authorised || reason == reason_banned) {
        return Refusal::not_authorised;
    }
    return Refusal::unreachable;
}

}  // namespace

// Filled by Paho's threads, emptied by ours.
struct PahoClient::Queue {
    Queue() : wake{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
        if (wake < 0) throw std::runtime_error{std::string{"eventfd: "} + std::strerror(errno)};
    }
    ~Queue() { ::close(wake); }
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;

    void post(ClientEvent event) {
        {
            const std::lock_guard lock{mutex};
            if (std::holds_alternative<Received>(event) && ++received > received_limit) return;
            events.push_back(std::move(event));
        }
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto written = ::write(wake, &one, sizeof one);
    }

    const int wake;
    std::mutex mutex;
    std::vector<ClientEvent> events;  // at most window + connection events + received_limit
    std::size_t received = 0;
};

// A Paho client for one broker in one version. Options are built in place and stay where they are:
// copies of them lose parts or point into the original.
struct PahoClient::Link {
    struct Outcome : mqtt::iaction_listener {
        Outcome(Link& link_, void (Link::*done_)(const mqtt::token&, bool))
            : link{link_}, done{done_} {}
        void on_success(const mqtt::token& token) override { (link.*done)(token, true); }
        void on_failure(const mqtt::token& token) override { (link.*done)(token, false); }
        Link& link;
        void (Link::*done)(const mqtt::token&, bool);
    };

    Link(const PahoOptions& options, const Reconnect::Attempt& attempt_,
         std::shared_ptr<Queue> queue_)
        : attempt{attempt_},
          queue{std::move(queue_)},
          client{paho_url(options.urls[attempt.broker]), options.client_id,
                 mqtt::create_options{paho_version(attempt.version)}, nullptr} {
        fill(options);
        // All before connect(), never after.
        client.set_connection_lost_handler([this](const std::string& cause) {
            lost(false, cause.empty() ? "connection lost" : cause);
        });
        client.set_disconnected_handler([this](const mqtt::properties&, mqtt::ReasonCode reason) {
            lost(reason == reason_taken_over,
                 "broker disconnected: " + mqtt::exception::reason_code_str(reason));
        });
        client.set_message_callback([this](mqtt::const_message_ptr message) {
            guarded([&] {
                queue->post(
                    Received{.topic = message->get_topic(), .payload = message->get_payload_str()});
            });
        });
    }

    // An exception out of a callback would end the process.
    template <class Work>
    static void guarded(Work work) noexcept {
        try {
            work();
        } catch (...) {
        }
    }

    void fill(const PahoOptions& options);
    void lost(bool taken_over, std::string text) {
        guarded([&] {
            {
                // A DISCONNECT with a reason and the closed socket behind it are one loss.
                const std::lock_guard lock{queue->mutex};
                if (!connected) return;
                connected = false;
            }
            queue->post(ConnectionLost{.taken_over = taken_over, .text = std::move(text)});
        });
    }

    void connect_done(const mqtt::token& token, bool success) {
        guarded([&] { queue->post(success ? accepted(token) : failed(token)); });
    }
    ClientEvent accepted(const mqtt::token& token) {
        Capabilities broker{.version = static_cast<int>(attempt.version)};
        if (attempt.version == Version::v5) {
            const auto response = token.get_connect_response();
            const auto& told = response.get_properties();
            const auto number = [&](mqtt::property::code code, std::size_t otherwise) {
                return told.contains(code)
                           ? static_cast<std::size_t>(mqtt::get<std::uint32_t>(told, code))
                           : otherwise;
            };
            const auto small = [&](mqtt::property::code code, std::uint16_t otherwise) {
                return told.contains(code) ? mqtt::get<std::uint16_t>(told, code) : otherwise;
            };
            broker.receive_maximum = small(mqtt::property::RECEIVE_MAXIMUM, broker.receive_maximum);
            broker.packet_limit = number(mqtt::property::MAXIMUM_PACKET_SIZE, broker.packet_limit);
            if (told.contains(mqtt::property::RETAIN_AVAILABLE)) {
                broker.retains =
                    mqtt::get<std::uint8_t>(told, mqtt::property::RETAIN_AVAILABLE) != 0;
            }
        }
        const std::lock_guard lock{queue->mutex};
        connected = true;
        return Connected{broker};
    }
    ClientEvent failed(const mqtt::token& token) {
        const auto text = mqtt::exception::printable_error(
            token.get_return_code(), token.get_reason_code(), message_of(token));
        auto why = refusal(token);
        if (why == Refusal::unreachable && hung_up(token)) why = Refusal::hung_up;
        return ConnectFailed{.why = why, .text = text};
    }
    static std::string message_of(const mqtt::token& token) {
        try {
            const_cast<mqtt::token&>(token).try_wait();
        } catch (const mqtt::exception& error) {
            return error.get_message();
        }
        return {};
    }
    bool hung_up(const mqtt::token& token) const;

    void publish_done(const mqtt::token& token, bool success) {
        const auto ticket = reinterpret_cast<std::uintptr_t>(token.get_user_context());
        if (ticket == 0) return;
        guarded([&] {
            if (success && token.get_reason_code() < reason_failure) {
                queue->post(Acknowledged{ticket});
                return;
            }
            queue->post(PublishFailed{.ticket = ticket,
                                      .text = mqtt::exception::printable_error(
                                          token.get_return_code(), token.get_reason_code())});
        });
    }
    void subscribe_done(const mqtt::token& token, bool success) {
        guarded([&] {
            const int reason = token.get_reason_code();
            const bool granted = success && reason < reason_failure;
            queue->post(Subscribed{.granted = granted,
                                   .text = granted ? ""
                                                   : mqtt::exception::printable_error(
                                                         token.get_return_code(), reason)});
        });
    }

    Reconnect::Attempt attempt;
    std::shared_ptr<Queue> queue;
    bool connected = false;  // guarded by the queue's mutex
    mqtt::ssl_options tls;
    mqtt::connect_options connection;
    Outcome on_connect{*this, &Link::connect_done};
    Outcome on_publish{*this, &Link::publish_done};
    Outcome on_subscribe{*this, &Link::subscribe_done};
    mqtt::async_client client;  // last: its callbacks use everything above
};

void PahoClient::Link::fill(const PahoOptions& options) {
    connection.set_mqtt_version(paho_version(attempt.version));
    if (attempt.version == Version::v5) {
        connection.set_clean_start(true);
        // The broker keeps nothing for us: we send again what it has not acknowledged.
        mqtt::properties properties;
        properties.add({mqtt::property::SESSION_EXPIRY_INTERVAL, 0});
        properties.add({mqtt::property::MAXIMUM_PACKET_SIZE, 64 << 10});
        connection.set_properties(std::move(properties));
    } else {
        connection.set_clean_session(true);
    }
    connection.set_automatic_reconnect(false);
    connection.set_keep_alive_interval(options.keep_alive);
    connection.set_connect_timeout(options.patience);
    connection.set_max_inflight(1000);  // the publisher keeps the window
    if (options.user) connection.set_user_name(*options.user);
    if (options.password) connection.set_password(*options.password);
    if (options.will) {
        connection.set_will(mqtt::will_options{options.will->topic, options.will->payload,
                                               options.will->qos, options.will->retain});
    }
    if (!options.urls[attempt.broker].starts_with("mqtts://")) return;
    tls.set_verify(true);  // the host name: off by default
    tls.set_enable_server_cert_auth(true);
    tls.set_enabled_cipher_suites("DEFAULT:@SECLEVEL=2");  // Paho lowers it to 1
    if (options.ca) tls.set_trust_store(options.ca->string());
    if (options.certificate) tls.set_key_store(options.certificate->string());
    if (options.key) tls.set_private_key(options.key->string());
    // No error handler: Paho keeps a pointer to it in a copy of these options that does not live
    // on.
    connection.set_ssl(tls);
}

bool PahoClient::Link::hung_up(const mqtt::token& token) const {
    return message_of(token).find("completion") != std::string::npos;
}

PahoClient::PahoClient(PahoOptions options)
    : options_{std::move(options)}, queue_{std::make_shared<Queue>()} {}

PahoClient::~PahoClient() = default;

PahoClient::Link& PahoClient::link(const Reconnect::Attempt& attempt) {
    for (const auto& link : links_) {
        if (link->attempt == attempt) return *link;
    }
    return *links_.emplace_back(std::make_unique<Link>(options_, attempt, queue_));
}

void PahoClient::connect(const Reconnect::Attempt& attempt) {
    current_ = &link(attempt);
    try {
        current_->client.connect(current_->connection, nullptr, current_->on_connect);
    } catch (const mqtt::exception& error) {
        queue_->post(ConnectFailed{.why = Refusal::unreachable, .text = error.what()});
    }
}

void PahoClient::publish(const Outgoing& outgoing) {
    const auto& message = outgoing.message;
    try {
        auto paho = mqtt::make_message(message.topic, message.payload, message.qos, message.retain);
        if (current_->attempt.version == Version::v5) paho->set_properties(properties_of(message));
        current_->client.publish(std::move(paho), reinterpret_cast<void*>(outgoing.ticket),
                                 current_->on_publish);
    } catch (const mqtt::exception& error) {
        if (outgoing.ticket == 0) return;
        queue_->post(PublishFailed{.ticket = outgoing.ticket, .text = error.what()});
    }
}

void PahoClient::subscribe(const std::string& filter) {
    try {
        current_->client.subscribe(filter, 1, nullptr, current_->on_subscribe);
    } catch (const mqtt::exception& error) {
        queue_->post(Subscribed{.granted = false, .text = error.what()});
    }
}

void PahoClient::disconnect() {
    if (current_ == nullptr) return;
    {
        const std::lock_guard lock{queue_->mutex};
        current_->connected = false;
    }
    try {
        current_->client.disconnect(std::chrono::milliseconds{100})
            ->wait_for(std::chrono::seconds{1});
    } catch (const mqtt::exception&) {
        // Not connected: that is what was wanted.
    }
}

std::vector<ClientEvent> PahoClient::take_events() {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(queue_->wake, &count, sizeof count);
    std::vector<ClientEvent> events;
    const std::lock_guard lock{queue_->mutex};
    events.swap(queue_->events);
    queue_->received = 0;
    return events;
}

int PahoClient::descriptor() const {
    return queue_->wake;
}

}  // namespace sealwarden::mqtt_front
