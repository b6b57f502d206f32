// The loop: the door, the broker and the signals are waited for together; what comes in goes to the
// publisher, what it wants done is done. Nothing sleeps between arrival and publish.
#include "firmware/mqtt/front.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <set>
#include <stdexcept>

#include "drivers/descriptor.hpp"
#include "firmware/clock.hpp"
#include "firmware/diag.hpp"
#include "firmware/identity/mqtt_tokens.hpp"
#include "firmware/local/client.hpp"
#include "firmware/local/door_watch.hpp"
#include "firmware/local/greeting.hpp"
#include "firmware/mqtt/broker_file.hpp"
#include "firmware/mqtt/cursor_file.hpp"
#include "firmware/pulse.hpp"
#include "firmware/service.hpp"

namespace sealwarden::mqtt_front {

using namespace std::chrono_literals;

namespace {

constexpr auto door_patience = 5s;
constexpr auto longest_wait = 10s;  // a fraction of the supervisor's patience
constexpr int page_limit = 256;     // entries asked for at once; at most 256 KiB

double random_fraction() {
    std::uint32_t bits = 0;
    if (::getrandom(&bits, sizeof bits, 0) != sizeof bits) return 0.5;
    return static_cast<double>(bits) / 4294967296.0;
}

bool tells_of_config(const nlohmann::json& line) {
    const auto entries = line.find("entries");
    if (entries == line.end()) return false;
    return std::ranges::any_of(
        *entries, [](const auto& entry) { return entry.value("kind", "") == "config.changed"; });
}

class Signals {
  public:
    Signals() {
        sigset_t wanted;
        ::sigemptyset(&wanted);
        ::sigaddset(&wanted, SIGTERM);
        ::sigaddset(&wanted, SIGINT);
        ::pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
        descriptor_ = Descriptor{::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK)};
        if (!descriptor_)
            throw std::runtime_error{std::string{"signalfd: "} + std::strerror(errno)};
    }
    [[nodiscard]] int descriptor() const { return descriptor_.get(); }
    [[nodiscard]] bool came() const {
        signalfd_siginfo info{};
        return ::read(descriptor_.get(), &info, sizeof info) == sizeof info;
    }

  private:
    Descriptor descriptor_;
};

class Front {
  public:
    explicit Front(const FrontOptions& options)
        : options_{options},
          file_{options.directory},
          broker_file_{options.directory},
          publisher_{with_tokens(options), Topics{with_secret(options, file_.secret())},
                     file_.load()},
          reconnect_{options.broker.urls.size(), options.protocol, random_fraction, now().at},
          broker_{with_will(options)},
          door_watch_{now().at} {}

    int run() {
        service::ready("publishing to " + url());
        while (true) {
            const auto time = now();
            pulse_.beat(time.at);
            if (signals_.came()) {
                diag::info("mqtt is going down");
                service::stopping();
                publisher_.stop(time);
            }
            tend_broker(time);
            tend_door(time);
            send();
            if (publisher_.finished(now())) break;
            save(false);
            wait();
        }
        save(true);
        broker_.disconnect();
        return 0;
    }

  private:
    static TopicOptions with_secret(const FrontOptions& options, std::string secret) {
        auto topics = options.topics;
        topics.secret = std::move(secret);
        return topics;
    }
    // The file is read at each command that carries a token: what was revoked counts no more.
    static PublisherOptions with_tokens(const FrontOptions& options) {
        auto publisher = options.publisher;
        publisher.judge_token = [file = identity::mqtt_tokens_file(options.directory)](
                                    std::string_view token, std::string_view act) {
            const auto now =
                std::chrono::floor<std::chrono::milliseconds>(SystemClock{}.sample().wall);
            return identity::judged_by(file, token, act, now.time_since_epoch().count());
        };
        return publisher;
    }
    static PahoOptions with_will(const FrontOptions& options) {
        auto broker = options.broker;
        broker.will = Topics{options.topics}.status(false);
        return broker;
    }
    [[nodiscard]] Moment now() const {
        const auto sample = clock_.sample();
        return {.at = sample.uptime, .wall = sample.wall};
    }

    [[nodiscard]] const std::string& url() const {
        return options_.broker.urls[reconnect_.attempt().broker];
    }

    void tend_broker(Moment time) {
        for (const auto& event : broker_.take_events()) {
            std::visit([&](const auto& happened) { on(happened, time); }, event);
        }
        if (link_ == Link::down && time.at >= reconnect_.due()) {
            link_ = Link::connecting;
            broker_.connect(reconnect_.attempt());
        }
    }
    void on(const Connected& event, Moment time) {
        link_ = Link::up;
        said_why_.clear();
        reconnect_.connected(time.at);
        const std::string version = event.broker.version == 5 ? "5" : "3.1.1";
        diag::info("broker connected", {{"url", url()}, {"version", version}});
        broker_file_.tell({.connected = true, .url = url(), .version = version}, time.wall);
        publisher_.connected(event.broker, time);
        if (event.broker.retains) broker_.subscribe(publisher_.head().topic());
        if (!options_.publisher.commands.empty()) broker_.subscribe(publisher_.commands().topic());
    }
    void on(const ConnectFailed& event, Moment time) {
        link_ = Link::down;
        if (said_why_ != url() + event.text) {  // a change once, not every try
            diag::warn("broker does not take us", {{"url", url()}, {"why", event.text}});
            said_why_ = url() + event.text;
        }
        broker_file_.tell({.url = url(), .why = event.text}, time.wall);
        reconnect_.refused(event.why, time.at);
    }
    void on(const ConnectionLost& event, Moment time) {
        if (link_ != Link::up) return;
        link_ = Link::down;
        diag::warn("broker connection lost", {{"why", event.text}});
        if (event.taken_over) diag::error("another client uses our MQTT client id");
        broker_file_.tell({.url = url(), .why = "connection lost: " + event.text}, time.wall);
        publisher_.disconnected();
        reconnect_.lost(event.taken_over, time.at);
    }
    void on(const Acknowledged& event, Moment time) { publisher_.acknowledged(event.ticket, time); }
    void on(const PublishFailed& event, Moment time) {
        diag::debug("publish failed", {{"why", event.text}});
        publisher_.refused(event.ticket, time);
    }
    void on(const Subscribed& event, Moment time) {
        const bool commands = event.topic == publisher_.commands().topic();
        if (!event.granted) {
            diag::warn(commands ? "broker does not let us hear commands"
                                : "broker does not let us read the checkpoint it holds",
                       {{"topic", event.topic}, {"why", event.text}});
        }
        if (!commands) publisher_.head().subscribed(event.granted, time.at);
    }
    void on(const Received& event, Moment time) {
        if (event.topic == publisher_.head().topic()) publisher_.head().received(event.payload);
        if (!options_.publisher.commands.empty() && event.topic == publisher_.commands().topic()) {
            publisher_.commands().received(event.payload, event.retained, time.at);
        }
    }

    void tend_door(Moment time) {
        try {
            if (!door_ && time.at >= door_watch_.due()) open_door(time);
            if (!door_) return;
            read_door();
            pass_commands_on();
            // A page for a backlog only while nothing fresher waits.
            if (const auto page = publisher_.page_wanted()) {
                const auto answer = door_->call(
                    "query",
                    {{"from", page->from}, {"before", page->before}, {"limit", page_limit}});
                // Of a log we have not greeted yet: the feed's end is on its way.
                if (answer.value("generation", generation_) != generation_) {
                    throw std::runtime_error{"the gateway began a new log"};
                }
                publisher_.page(answer.at("entries"));
            }
            if (publisher_.status_wanted(time) || look_at_config_) {
                const auto status = door_->call("status");
                publisher_.status(status, now());
                check_config(status.value("config_hash", ""));
            }
            tend_head(time);
            read_door();  // what came while we waited for those answers
        } catch (const local::Unreachable& error) {
            lose_door(error.what());
        } catch (const std::exception& error) {  // an answer that is none, or a refusal
            lose_door(error.what());
        }
    }
    void tend_head(Moment time) {
        auto& head = publisher_.head();
        if (const auto report = head.to_report(time.at)) {
            const auto answer = door_->call(
                "seen", {{"note", report->note ? nlohmann::json(*report->note) : nlohmann::json{}},
                         {"where", "broker " + url()}});
            const auto verdict = answer.value("verdict", "");
            if (verdict == "contradicts") {
                diag::error("the broker holds a head that contradicts the log: it stays there",
                            {{"why", answer.value("why", "")}});
            }
            head.reported(verdict, time.at);
        }
        if (head.wanted(time.at)) {
            try {
                const auto newest = door_->call("checkpoint");
                head.newest(newest.value("state", ""), newest.value("note", ""), time.at);
            } catch (const local::Refused&) {  // nothing is signed
                head.newest("", "", time.at);
            }
        }
    }
    // Their answers come between the lines of the streams: nobody waits for them.
    void pass_commands_on() {
        while (auto command = publisher_.command()) {
            const auto id = door_->start("command", std::move(command->arguments));
            commands_.emplace(id, command->ticket);
        }
        while (auto denial = publisher_.commands().next_denial()) {
            told_.insert(door_->start("used", std::move(*denial)));
        }
    }
    // Names, topics and brokers were read at the start: when the gateway has taken another
    // configuration, this process ends and is started again with it.
    void check_config(const std::string& hash) {
        look_at_config_ = false;
        if (leaving_ || !door_watch_.has_another_config(hash)) return;
        leaving_ = true;
        publisher_.stop(now());
    }

    void open_door(Moment time) {
        local::Client door{options_.socket, door_patience};
        const auto hello = local::greet(door, options_.topics.site);
        door_.emplace(std::move(door));
        const auto size = hello.at("size").get<std::uint64_t>();
        generation_ = hello.value("generation", std::uint64_t{1});
        publisher_.door_opened(size, generation_, time);
        watch_ = door_->start("watch");
        feed_ = door_->start("feed", {{"from", size}});
        look_at_config_ = true;
        diag::info("gateway found", {{"size", size}});
        door_watch_.found();
    }
    void read_door() {
        while (auto line = door_->next(0ms)) {
            // An answer without an id is about the connection as a whole.
            const auto id = line->at("id").is_null() ? 0 : line->value("id", std::int64_t{0});
            if (const auto command = commands_.find(id); command != commands_.end()) {
                publisher_.commands().answered(command->second, *line);
                commands_.erase(command);
                continue;
            }
            if (told_.erase(id) > 0) {
                if (line->contains("error")) {
                    diag::warn("the log is not told of a token that does not count",
                               {{"why", line->at("error").dump()}});
                }
                continue;
            }
            if (line->contains("error")) throw std::runtime_error{line->at("error").dump()};
            if (id == watch_) publisher_.watched(*line, now());
            if (id == feed_) publisher_.fed(*line, now());
            if (id == feed_ && tells_of_config(*line)) look_at_config_ = true;
            send();
        }
    }
    void lose_door(const std::string& why) {
        door_watch_.lost(door_.has_value(), why, now().at);
        door_.reset();
        commands_.clear();
        told_.clear();
        publisher_.door_lost();
    }

    void send() {
        if (link_ != Link::up) return;
        const auto time = now();
        while (const auto outgoing = publisher_.next(time)) broker_.publish(*outgoing);
    }
    void save(bool at_once) {
        if (const auto saved = publisher_.to_save(now(), at_once)) file_.save(*saved);
    }

    void wait() {
        const auto time = now();
        if (door_ && (look_at_config_ || publisher_.page_wanted() ||
                      publisher_.status_wanted(time) || publisher_.command_wanted()))
            return;
        auto until = time.at + longest_wait;
        if (const auto due = publisher_.deadline()) until = std::min(until, *due);
        if (link_ == Link::down) until = std::min(until, reconnect_.due());
        if (!door_) until = std::min(until, door_watch_.due());
        pollfd waited[3] = {
            {.fd = signals_.descriptor(), .events = POLLIN, .revents = 0},
            {.fd = broker_.descriptor(), .events = POLLIN, .revents = 0},
            {.fd = door_ ? door_->descriptor() : -1, .events = POLLIN, .revents = 0}};
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - time.at).count();
        ::poll(waited, 3, static_cast<int>(std::max<std::int64_t>(left, 0)));
    }

    enum class Link { down, connecting, up };

    const FrontOptions& options_;
    SystemClock clock_;
    Pulse pulse_;
    Signals signals_;
    CursorFile file_;
    BrokerFile broker_file_;
    Publisher publisher_;
    Reconnect reconnect_;
    Link link_ = Link::down;
    std::string said_why_;
    PahoClient broker_;
    std::optional<local::Client> door_;
    std::int64_t watch_ = 0, feed_ = 0;
    std::map<std::int64_t, std::uint64_t> commands_;  // asked at the door: its id, our ticket
    std::set<std::int64_t> told_;                     // of tokens that did not count: ids
    std::uint64_t generation_ = 1;                    // of the log, as the door said it
    local::DoorWatch door_watch_;
    bool look_at_config_ = false, leaving_ = false;
};

}  // namespace

int run(const FrontOptions& options) {
    return Front{options}.run();
}

}  // namespace sealwarden::mqtt_front
