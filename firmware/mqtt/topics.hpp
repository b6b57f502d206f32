// From the local door's words to topics and payloads (TOPICS.md). Pure; JSON ends here.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/options.hpp"
#include "firmware/mqtt/message.hpp"
#include "firmware/mqtt/payload.hpp"

namespace sealwarden::mqtt_front {

struct TopicOptions {
    std::string base;          // "sealwarden/v1/<site>/<gateway>"
    bool full_detail = false;  // seal and badge numbers, containers and people in payloads
    SiteOptions site;          // for names
    std::string secret;        // of this gateway, for the names of alarms with a private source
};

// One record of the log: its place and its exact bytes.
struct Record {
    std::uint64_t index = 0;
    std::string bytes;
    friend bool operator==(const Record&, const Record&) = default;
};

// What this process knows about its own work, for `health`.
struct FrontHealth {
    std::uint64_t behind = 0;          // records not yet acknowledged by the broker
    std::uint64_t dropped_events = 0;  // live events that were not sent; the log has them
    std::uint64_t refused = 0;         // messages the broker answered with no
    std::uint64_t connects = 0;
};

using Alarms = std::map<std::string, nlohmann::json>;  // id -> the door's alarm, not over

// Shelved, suppressed or out of service: its condition is followed, and it asks for nothing.
[[nodiscard]] bool is_set_aside(const nlohmann::json& alarm);
// Nothing is left to tell of it.
[[nodiscard]] bool is_over(const nlohmann::json& alarm);

class Topics {
  public:
    explicit Topics(TopicOptions options);

    [[nodiscard]] const std::string& base() const { return options_.base; }
    [[nodiscard]] bool full_detail() const { return options_.full_detail; }
    [[nodiscard]] Message status(bool online) const;
    [[nodiscard]] std::string checkpoint() const;  // the topic; its payload is the note itself
    // From the door's `status` answer.
    [[nodiscard]] Message info(const nlohmann::json& status, int mqtt_version, Moment now) const;
    [[nodiscard]] Message health(const nlohmann::json& status, const FrontHealth& front,
                                 Moment now) const;
    // From a state of the door's `watch`; empty for a kind without a topic (readers).
    [[nodiscard]] std::optional<Message> state(const nlohmann::json& state, const Alarms& alarms,
                                               Moment now) const;
    // `index`: of the entry that raised it, where known. `fresh`: it was raised while we watched.
    [[nodiscard]] Message alarm(const nlohmann::json& alarm, std::optional<std::uint64_t> index,
                                bool fresh, Moment now) const;
    [[nodiscard]] Message alarm_over(const std::string& name) const;  // empty and retained
    // Its level below `alarm`: the id, but for sources that must stand in no topic. Of the door's
    // alarm, and of a record whose first subject is one (empty: it is not).
    [[nodiscard]] std::string alarm_name(const nlohmann::json& alarm) const;
    [[nodiscard]] std::string alarm_name_in(const nlohmann::json& record) const;
    [[nodiscard]] Message summary(const Alarms& alarms, Moment now) const;
    // From a record of the log. Its time is the record's.
    [[nodiscard]] Message event(const nlohmann::json& record) const;
    // Records as they are, in the order given; never empty.
    [[nodiscard]] Message log(const std::vector<Record>& records, Moment now) const;

    // What a log message of these records would be longer than the records themselves.
    static constexpr std::size_t log_overhead = 160;

  private:
    struct Words {
        std::string en, es;
    };
    [[nodiscard]] Words name_of(const std::string& kind, const std::string& id) const;
    [[nodiscard]] static Words hidden();
    [[nodiscard]] Words alarm_words(const std::string& kind, const Words& name) const;
    [[nodiscard]] std::string alarm_name(const std::string& id, const std::string& source_kind,
                                         const std::string& source) const;
    [[nodiscard]] bool may_name(const std::string& kind, const std::string& id) const;
    [[nodiscard]] bool may_tell(std::string_view event_kind, std::string_view key,
                                const nlohmann::json& value) const;
    void tell(nlohmann::ordered_json& payload, std::string_view event_kind, std::string_view key,
              const nlohmann::json& value) const;
    [[nodiscard]] Message retained(std::string_view below, const nlohmann::ordered_json& content,
                                   Moment now) const;

    TopicOptions options_;
    std::map<std::pair<std::string, std::string>, Name> names_;  // (kind, id)
    std::set<std::string> doors_;
};

}  // namespace sealwarden::mqtt_front
