#include "firmware/mqtt/paho_client.hpp"

#include <mqtt/async_client.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <stdexcept>

#include "drivers/descriptor.hpp"
#include "firmware/diag.hpp"
#include "firmware/mqtt/probe.hpp"

namespace sealwarden::mqtt_front {
namespace {

constexpr int reason_failure = 0x80;  // MQTT 5, 2.4: from here on it is a no
constexpr int reason_version = 0x84;
constexpr int reason_bad_password = 0x86;
constexpr int reason_not_authorised = 0x87;
constexpr int reason_banned = 0x8A;
constexpr int reason_taken_over = 0x8E;
// Messages waiting, of each topic: commands never push a checkpoint out.
constexpr std::size_t received_limit = 256;
// Each is a socket and some 100 KiB. Paho ends nearly all of its waits by itself, so that so many
// mean that it is stuck as a whole, in a name's lookup for example.
constexpr std::size_t abandoned_limit = 8;

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

// What the broker itself said in its CONNACK: a reason code, or a return code of 3.1.1, also from
// servers older than version 5. Empty: it said nothing; Paho's own codes are about the network.
std::optional<Refusal> refusal(const mqtt::token& token, std::string_view said) {
    if (said.find("CONNACK") == said.npos) return std::nullopt;
    switch (token.get_return_code()) {
        case 1:
        case reason_version: return Refusal::wrong_version;
        case 4:
        case 5:
        case reason_bad_password:
        case reason_not_authorised:
        case reason_banned: return Refusal::not_authorised;
        default: return Refusal::unreachable;  // busy, quota, ...: later
    }
}

Descriptor made(int number, const char* what) {
    if (number < 0) throw std::runtime_error{std::string{what} + ": " + std::strerror(errno)};
    return Descriptor{number};
}

}  // namespace

// On the steady clock; readable when it has run out.
class PahoClient::Timer {
  public:
    [[nodiscard]] int get() const { return descriptor_.get(); }
    void start(std::chrono::milliseconds after) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(after);
        itimerspec when{};
        when.it_value.tv_sec = seconds.count();
        when.it_value.tv_nsec = std::chrono::nanoseconds{after - seconds}.count();
        ::timerfd_settime(descriptor_.get(), 0, &when, nullptr);
    }
    void stop() { start(std::chrono::milliseconds{0}); }
    [[nodiscard]] bool ran_out() {
        std::uint64_t times = 0;
        return ::read(descriptor_.get(), &times, sizeof times) == sizeof times;
    }

  private:
    Descriptor descriptor_ =
        made(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), "timerfd");
};

class PahoClient::Waiter {
  public:
    Waiter(int one, int other) {
        for (const int descriptor : {one, other}) {
            epoll_event wanted{.events = EPOLLIN, .data = {}};
            ::epoll_ctl(descriptor_.get(), EPOLL_CTL_ADD, descriptor, &wanted);
        }
    }
    [[nodiscard]] int get() const { return descriptor_.get(); }

  private:
    Descriptor descriptor_ = made(::epoll_create1(EPOLL_CLOEXEC), "epoll");
};

// Filled by Paho's threads and the probe's, emptied by ours.
struct PahoClient::Queue {
    struct Unclear {  // a connection failed and Paho does not know why
        std::string text;
    };
    using Item = std::variant<ClientEvent, Unclear>;

    void post(Item item, const void* from) {
        {
            const std::lock_guard lock{mutex};
            if (from != heard) {
                const auto* event = std::get_if<ClientEvent>(&item);
                if (event == nullptr || !std::holds_alternative<Connected>(*event)) return;
                late.push_back(static_cast<Link*>(const_cast<void*>(from)));
            } else if (count_received(item)) {
                items.push_back(std::move(item));
            }
        }
        ::eventfd_write(wake.get(), 1);
    }
    // False: it is one of too many, or of a topic that nobody asked for.
    bool count_received(const Item& item) {
        const auto* event = std::get_if<ClientEvent>(&item);
        if (event == nullptr || !std::holds_alternative<Received>(*event)) return true;
        const auto waiting = received.find(std::get<Received>(*event).topic);
        return waiting != received.end() && ++waiting->second <= received_limit;
    }
    // One of the topics that count from now on.
    void listen(const std::string& topic) {
        const std::lock_guard lock{mutex};
        received.try_emplace(topic, 0);
    }
    // Whose words count from now on; what others said is forgotten.
    void hear(const void* who) {
        const std::lock_guard lock{mutex};
        heard = who;
        items.clear();
    }

    const Descriptor wake = made(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
    std::mutex mutex;
    std::vector<Item> items;  // at most window + connection events + received_limit for each topic
    std::map<std::string, std::size_t> received;  // waiting, of each topic we subscribed
    const void* heard = nullptr;                  // a link or a probe
    std::vector<Link*> late;                      // connected after they were given up
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
                post(Received{.topic = message->get_topic(),
                              .payload = message->get_payload_str(),
                              .retained = message->is_retained()});
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
            post(ConnectionLost{.taken_over = taken_over, .text = std::move(text)});
        });
    }

    void connect_done(const mqtt::token& token, bool success) {
        guarded([&] { post(success ? accepted(token) : failed(token)); });
    }
    void post(Queue::Item item) { queue->post(std::move(item), this); }
    Queue::Item accepted(const mqtt::token& token) {
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
        return ClientEvent{Connected{broker}};
    }
    Queue::Item failed(const mqtt::token& token) {
        const auto said = message_of(token);
        const auto text = mqtt::exception::printable_error(token.get_return_code(),
                                                           token.get_reason_code(), said);
        const auto why = refusal(token, said);
        if (!why) return Queue::Unclear{text};
        return ClientEvent{ConnectFailed{.why = *why, .text = text}};
    }
    static std::string message_of(const mqtt::token& token) {
        try {
            const_cast<mqtt::token&>(token).try_wait();
        } catch (const mqtt::exception& error) {
            return error.get_message();
        }
        return {};
    }

    void publish_done(const mqtt::token& token, bool success) {
        const auto ticket = reinterpret_cast<std::uintptr_t>(token.get_user_context());
        if (ticket == 0) return;
        guarded([&] {
            if (success && token.get_reason_code() < reason_failure) {
                post(Acknowledged{ticket});
                return;
            }
            post(PublishFailed{.ticket = ticket,
                               .text = mqtt::exception::printable_error(token.get_return_code(),
                                                                        token.get_reason_code())});
        });
    }
    void subscribe_done(const mqtt::token& token, bool success) {
        guarded([&] {
            const int reason = token.get_reason_code();
            const bool granted = success && reason < reason_failure;
            const auto topics = token.get_topics();
            post(Subscribed{
                .granted = granted,
                .text = granted ? ""
                                : mqtt::exception::printable_error(token.get_return_code(), reason),
                .topic = topics && !topics->empty() ? (*topics)[0] : ""});
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

PahoClient::PahoClient(PahoOptions options)
    : options_{std::move(options)},
      queue_{std::make_shared<Queue>()},
      timer_{std::make_unique<Timer>()},
      waiter_{std::make_unique<Waiter>(queue_->wake.get(), timer_->get())} {}

PahoClient::~PahoClient() = default;

std::chrono::milliseconds PahoClient::silence() const {
    return options_.silence.count() > 0 ? options_.silence : 2 * options_.keep_alive;
}

PahoClient::Link& PahoClient::link(const Reconnect::Attempt& attempt) {
    for (const auto& link : links_) {
        if (link->attempt == attempt) return *link;
    }
    return *links_.emplace_back(std::make_unique<Link>(options_, attempt, queue_));
}

void PahoClient::connect(const Reconnect::Attempt& attempt) {
    current_ = &link(attempt);
    queue_->hear(current_);
    phase_ = Phase::connecting;
    timer_->start(options_.attempt);
    try {
        current_->client.connect(current_->connection, nullptr, current_->on_connect);
    } catch (const mqtt::exception& error) {
        current_->post(
            ClientEvent{ConnectFailed{.why = Refusal::unreachable, .text = error.what()}});
    }
}

void PahoClient::publish(const Outgoing& outgoing) {
    const auto& message = outgoing.message;
    if (outgoing.ticket != 0 && unacknowledged_++ == 0) timer_->start(silence());
    try {
        auto paho = mqtt::make_message(message.topic, message.payload, message.qos, message.retain);
        if (current_->attempt.version == Version::v5) paho->set_properties(properties_of(message));
        current_->client.publish(std::move(paho),
                                 std::bit_cast<void*>(static_cast<std::uintptr_t>(outgoing.ticket)),
                                 current_->on_publish);
    } catch (const mqtt::exception& error) {
        if (outgoing.ticket == 0) return;
        current_->post(ClientEvent{PublishFailed{.ticket = outgoing.ticket, .text = error.what()}});
    }
}

void PahoClient::subscribe(const std::string& topic) {
    queue_->listen(topic);
    try {
        current_->client.subscribe(topic, 1, nullptr, current_->on_subscribe);
    } catch (const mqtt::exception& error) {
        current_->post(
            ClientEvent{Subscribed{.granted = false, .text = error.what(), .topic = topic}});
    }
}

void PahoClient::disconnect() {
    if (current_ == nullptr) return;
    timer_->stop();
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

// Paho has no way to end an attempt, and a client of it that may still be in one takes no other:
// the next attempt gets a new client.
void PahoClient::abandon() {
    queue_->hear(nullptr);
    if (abandoned_.size() == abandoned_limit) {
        diag::error("MQTT library does not come back, starting anew");
        std::_Exit(EXIT_FAILURE);  // its destructors would wait for it
    }
    const auto found =
        std::ranges::find_if(links_, [this](const auto& link) { return link.get() == current_; });
    abandoned_.push_back(std::move(*found));
    links_.erase(found);
    try {
        current_->client.disconnect(std::chrono::milliseconds{100});
    } catch (const mqtt::exception&) {
        // Not connected yet; take_events() sees to it if it ever is.
    }
    current_ = nullptr;
}

// Its answer comes as ConnectFailed. `said`: what is told when it finds nothing.
void PahoClient::begin_probe(const Reconnect::Attempt& attempt, std::string said) {
    phase_ = Phase::probing;
    timer_->start(options_.attempt);
    if (probe_.joinable() && !*probe_ended_) {  // it still waits for a name
        queue_->hear(&probe_);
        queue_->post(ClientEvent{ConnectFailed{.why = Refusal::unreachable, .text = said}},
                     &probe_);
        return;
    }
    auto ended = std::make_shared<std::atomic<bool>>(false);
    queue_->hear(ended.get());
    probe_ended_ = ended;
    ProbeOptions options{.url = options_.urls[attempt.broker],
                         .client_id = options_.client_id + "-probe",
                         .version = attempt.version,
                         .ca = options_.ca,
                         .certificate = options_.certificate,
                         .key = options_.key};
    probe_ = std::jthread{[queue = queue_, ended = std::move(ended), options = std::move(options),
                           said = std::move(said)](const std::stop_token& stop) {
        const Descriptor stopped = made(::eventfd(0, EFD_CLOEXEC), "eventfd");
        const std::stop_callback wake{stop, [&] { ::eventfd_write(stopped.get(), 1); }};
        const auto found = probe(options, stopped.get());
        *ended = true;
        queue->post(
            ClientEvent{found ? ConnectFailed{.why = found->why, .text = found->text}
                              : ConnectFailed{.why = Refusal::unreachable,
                                              .text = said + "; a second try was answered"}},
            ended.get());
    }};
}

void PahoClient::overdue(std::vector<ClientEvent>& events) {
    const auto after = [](std::chrono::milliseconds time) {
        return " within " + std::to_string(time.count()) + " ms";
    };
    switch (phase_) {
        case Phase::idle: return;
        case Phase::connecting: {
            const auto attempt = current_->attempt;
            abandon();
            begin_probe(attempt, "no outcome" + after(options_.attempt));
            return;
        }
        case Phase::probing:
            queue_->hear(nullptr);
            events.push_back(
                ConnectFailed{.why = Refusal::unreachable,
                              .text = "no outcome, and no reason" + after(options_.attempt)});
            break;
        case Phase::connected:
            abandon();
            events.push_back(ConnectionLost{.text = "nothing acknowledged" + after(silence())});
            break;
    }
    phase_ = Phase::idle;
}

void PahoClient::note(const ClientEvent& event) {
    if (std::holds_alternative<Connected>(event)) {
        phase_ = Phase::connected;
        unacknowledged_ = 0;
        timer_->stop();
    } else if (std::holds_alternative<ConnectFailed>(event) ||
               std::holds_alternative<ConnectionLost>(event)) {
        phase_ = Phase::idle;
        timer_->stop();
    } else if (std::holds_alternative<Acknowledged>(event) ||
               std::holds_alternative<PublishFailed>(event)) {
        if (phase_ != Phase::connected || unacknowledged_ == 0) return;
        if (--unacknowledged_ > 0)
            timer_->start(silence());
        else
            timer_->stop();
    }
}

std::vector<ClientEvent> PahoClient::take_events() {
    ::eventfd_t count = 0;
    ::eventfd_read(queue_->wake.get(), &count);
    std::vector<Queue::Item> items;
    std::vector<Link*> late;
    {
        const std::lock_guard lock{queue_->mutex};
        items.swap(queue_->items);
        late.swap(queue_->late);
        for (auto& [topic, waiting] : queue_->received) waiting = 0;
    }
    for (auto* link : late) {
        try {
            link->client.disconnect(std::chrono::milliseconds{100});
        } catch (const mqtt::exception&) {
            // It has gone by itself.
        }
    }
    std::vector<ClientEvent> events;
    for (auto& item : items) {
        if (auto* unclear = std::get_if<Queue::Unclear>(&item)) {
            begin_probe(current_->attempt, std::move(unclear->text));
            break;  // nothing of this attempt follows
        }
        auto& event = std::get<ClientEvent>(item);
        note(event);
        events.push_back(std::move(event));
    }
    if (timer_->ran_out()) overdue(events);
    return events;
}

int PahoClient::descriptor() const {
    return waiter_->get();
}

}  // namespace sealwarden::mqtt_front
