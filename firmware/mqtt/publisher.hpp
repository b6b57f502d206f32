// What goes to the broker, and when. Pure: time, the door's lines and the broker's answers are
// arguments; what to do comes out of next(), page_wanted(), status_wanted() and to_save().
//
// The log is the queue. State and alarms are sent from the newest word, so they overtake a backlog.
// Live events are only those that happen while we are connected; `log` has them all.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "firmware/mqtt/command_inbox.hpp"
#include "firmware/mqtt/head_at_broker.hpp"
#include "firmware/mqtt/log_feed.hpp"
#include "firmware/mqtt/retained.hpp"
#include "firmware/mqtt/topics.hpp"

namespace sealwarden::mqtt_front {

// What outlives the process.
struct Saved {
    std::uint64_t next = 0;        // first record the broker has not acknowledged
    std::set<std::string> alarms;  // names whose topic may be retained at the broker
    std::uint64_t generation = 1;  // of the log that `next` counts in
    friend bool operator==(const Saved&, const Saved&) = default;
};

// What the broker said when it took us.
struct Capabilities {
    int version = 4;  // 4: 3.1.1, 5
    std::uint16_t receive_maximum = 65535;
    std::size_t packet_limit = 1u << 20;  // bytes
    bool retains = true;
};

struct PublisherOptions {
    std::size_t window = 16;        // messages in flight
    std::size_t live_events = 256;  // waiting; beyond it the oldest is dropped: `log` has it
    std::chrono::seconds heartbeat{10};
    std::chrono::seconds save_every{1};
    std::chrono::seconds farewell{2};
    std::vector<std::string> commands;  // taken over MQTT; empty: none
    JudgeToken judge_token;             // of commands; empty: none counts
    LogFeedOptions log;
};

struct Outgoing {
    std::uint64_t ticket = 0;  // comes back in acknowledged() or refused(); 0: nobody waits
    Message message;
};

class Publisher {
  public:
    Publisher(PublisherOptions options, Topics topics, Saved saved);

    // The broker.
    void connected(const Capabilities& broker, Moment now);
    void disconnected();
    void acknowledged(std::uint64_t ticket, Moment now);
    void refused(std::uint64_t ticket, Moment now);

    // The door. `hello`'s size is where the feed begins.
    // `generation` as the door's hello says it: another one than the cursor's means that the log
    // began anew, and it is published from its beginning.
    void door_opened(std::uint64_t size, std::uint64_t generation, Moment now);
    void door_lost();
    void watched(const nlohmann::json& line, Moment now);
    void fed(const nlohmann::json& line, Moment now);
    [[nodiscard]] std::optional<LogFeed::Page> page_wanted() const;
    void page(const nlohmann::json& entries);
    [[nodiscard]] bool status_wanted(Moment now) const;
    void status(const nlohmann::json& status, Moment now);

    // What the broker holds of the log's signed head, and what of ours goes there.
    [[nodiscard]] HeadAtBroker& head() { return head_; }
    [[nodiscard]] const HeadAtBroker& head() const { return head_; }

    // Commands from the broker, where they are taken at all. What one of them asks the gateway,
    // with an alarm's name on MQTT put back to its id; answered() of commands() follows.
    [[nodiscard]] CommandInbox& commands() { return commands_; }
    [[nodiscard]] bool command_wanted() const;
    [[nodiscard]] std::optional<CommandInbox::Question> command();

    // The next message to send; empty: nothing to send, or the window is full.
    [[nodiscard]] std::optional<Outgoing> next(Moment now);
    // Written atomically and told by saved(); not more often than `save_every`.
    [[nodiscard]] std::optional<Saved> to_save(Moment now, bool at_once = false);
    [[nodiscard]] std::optional<Uptime> deadline() const;

    // Going down: `status` says offline and nothing else is sent any more.
    void stop(Moment now);
    [[nodiscard]] bool finished(Moment now) const;

    [[nodiscard]] const FrontHealth health() const;

  private:
    struct Log {};
    struct Event {};
    struct Head {};
    struct Reply {};
    using What = std::variant<Log, Event, Head, Reply, std::string>;  // text: a retained topic
    Outgoing send(Message message, What what);
    void show_status();
    void show_alarm(const std::string& id, bool fresh, Moment now);
    void empty_stale_alarms();
    void show_state(const std::pair<std::string, std::string>& subject, Moment now);
    void remember_alarm(const nlohmann::json& record);
    void add_docks_of(const std::pair<std::string, std::string>& visit,
                      std::set<std::pair<std::string, std::string>>& touched) const;

    PublisherOptions options_;
    Topics topics_;
    LogFeed log_;
    Retained retained_;
    HeadAtBroker head_;
    CommandInbox commands_;

    std::optional<Capabilities> broker_;  // while connected
    std::map<std::uint64_t, What> in_flight_;
    std::uint64_t tickets_ = 0;
    std::deque<Message> live_;
    std::optional<Message> heartbeat_;

    bool door_open_ = false, watching_ = false;
    std::uint64_t live_from_ = 0;  // events before it are history
    std::map<std::pair<std::string, std::string>, nlohmann::json> states_;  // by (kind, id)
    Alarms alarms_;
    std::map<std::string, std::string> alarm_ids_;    // of alarms_, by their names in topics
    std::map<std::string, std::uint64_t> raised_by_;  // alarm id -> index of its entry
    std::set<std::string> published_alarms_;          // names
    std::optional<Uptime> last_status_;
    nlohmann::json last_info_;

    std::uint64_t generation_;  // of the log that the cursor counts in
    Saved saved_;
    std::optional<Uptime> last_save_;
    std::optional<Uptime> stopping_since_;
    FrontHealth health_;
};

}  // namespace sealwarden::mqtt_front
