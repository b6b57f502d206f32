// Which events ask for a response: one table, and the alarms that live.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "firmware/core/alarm.hpp"
#include "firmware/core/site.hpp"

namespace sealwarden {

// An event of this kind, when its datum `key` reads `is` (or, with `unless`, anything else).
struct Trigger {
    EventKind event{};
    std::string_view key{};  // empty: always
    std::string_view is{};   // text; true, false; null also when the key is missing
    bool unless = false;
    [[nodiscard]] bool matches(const Event& event) const;
};

// A condition. Its source is the event's main subject. Momentary ones clear in the same batch.
struct AlarmRule {
    std::string_view kind;
    Priority priority;
    Trigger raised_by;
    std::span<const Trigger> cleared_by;
    bool momentary = false;
};
// A kind may have several rules; they share its priority.
[[nodiscard]] std::span<const AlarmRule> alarm_rules();

// A thing that is unknown because its device does not answer is the device's alarm (device-offline,
// or coverage-lost while the device still answers in part), and does not raise its own: a dead
// module with twelve doors is one alarm. Its state stays unknown all the same.
class Alarms {
  public:
    // `priorities`: alarm kind -> high|medium|low, over the table's.
    explicit Alarms(std::map<std::string, std::string> priorities)
        : overrides_{std::move(priorities)} {}

    // An alarm of the last boot. One that was active stays so until its condition is known.
    void restore(Alarm alarm);
    // The source is no longer configured: nothing will ever clear its alarms.
    void remove_source(const Subject& source, Uptime at, Events& events);

    // Appends the alarm events that follow from one event.
    void take(const Event& event, Events& events);
    // Appends alarm_acknowledged or, about `gateway`, command_refused with data reason
    // "unknown_alarm" or "already_acknowledged". Returns the alarm's source when acknowledged.
    std::optional<Subject> acknowledge(const Command& command, const std::string& gateway,
                                       Events& events);

    [[nodiscard]] std::vector<Alarm> all() const;  // not normal, oldest first
    struct Summary {
        bool active = false;
        std::optional<Priority> worst;
        std::int64_t unacknowledged = 0;
    };
    [[nodiscard]] Summary of(const Subject& source) const;
    [[nodiscard]] std::vector<Subject> sources() const;

  private:
    void raise(const AlarmRule& rule, const Event& event, Events& events);
    void clear(std::string_view kind, const Event& event, Events& events);
    void tell(EventKind kind, const Alarm& alarm, const Event& cause, Events& events);
    [[nodiscard]] Priority priority_of(std::string_view kind, Priority otherwise) const;

    std::map<std::string, std::string> overrides_;
    std::map<std::string, Alarm, std::less<>> alarms_;  // by id
};

// Who asked, by which way, and for what: into the event that answers.
void tell_caller(const Command& command, std::string_view name, Event& event);

// At most so many bytes of somebody's text go into an entry; cut at a character of UTF-8.
[[nodiscard]] std::string bounded(const std::string& text, std::size_t bytes);

}  // namespace sealwarden
