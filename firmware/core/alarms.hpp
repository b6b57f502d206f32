// The alarms that live.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "firmware/core/alarm.hpp"
#include "firmware/core/alarm_rules.hpp"
#include "firmware/core/site.hpp"

namespace sealwarden {

// A thing that is unknown because its device does not answer is the device's alarm (device-offline,
// or coverage-lost while the device still answers in part), and does not raise its own: a dead
// module with twelve doors is one alarm, which says `things` 12. Their states stay unknown all the
// same.
//
// What a door under maintenance or a zone under test or drill says is marked as that: its alarms
// are suppressed from the beginning (alarm.suppressed instead of alarm.raised), and what still
// holds at the end is raised then.
class Alarms {
  public:
    explicit Alarms(const SiteOptions& options);

    // False: it is a thing that is not configured.
    [[nodiscard]] bool can_come_from(const Subject& source) const;
    // An alarm of the last boot. One that was active stays so until its condition is known.
    void restore(Alarm alarm);
    // The source is no longer configured: nothing will ever clear its alarms.
    void remove_source(const Subject& source, Uptime at, Events& events);

    // Appends the alarm events that follow from one event.
    void take(const Event& event, Events& events);
    // Appends alarm_acknowledged or, about the gateway, command_refused with data reason
    // "unknown_alarm", "already_acknowledged", "set_aside" or "second_person_needed". An alarm
    // that two persons must acknowledge says needs_second after the first and keeps its state.
    void acknowledge(const Command& command, Events& events);
    // One that is normal can be set aside too; it is remembered from then on.
    void apply(const ShelveAlarm& act, const Asked& asked, Events& events);
    void apply(const UnshelveAlarm& act, const Asked& asked, Events& events);
    void apply(const TakeOutOfService& act, const Asked& asked, Events& events);
    void apply(const ReturnToService& act, const Asked& asked, Events& events);
    void apply(const SilenceAlarm& act, const Asked& asked, Events& events);

    // Shelvings end, reminders and escalations are told, a condition has been clear long enough.
    void tick(Uptime now, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;

    // All that are not normal or are set aside, oldest first.
    [[nodiscard]] std::vector<Alarm> all() const;
    // Of those that are not set aside.
    struct Summary {
        bool active = false;
        std::optional<Priority> worst;
        std::int64_t unacknowledged = 0;
    };
    [[nodiscard]] Summary of(const Subject& source) const;

  private:
    struct Living {
        Alarm alarm;
        std::optional<Uptime> due;  // its place in due_
    };
    using Place = std::map<std::string, Living, std::less<>>::iterator;

    void raise(const AlarmRule& rule, const Event& event, Events& events);
    void clear(std::string_view kind, const Event& event, Events& events);
    void cleared(Place place, const Event& cause, Events& events);
    void end_suppression(const Event& event, std::string_view mark, Events& events);
    // Out of what it was set aside by; it is over then, or announced anew.
    void put_back(Place place, AlarmInput input, std::string_view why, const Event& cause,
                  Events& events);
    void put_back(Place place, AlarmInput input, const Asked& asked, const std::string& person,
                  Events& events);
    static void set_aside(Alarm& alarm, AlarmInput input);
    void serve(Place place, Uptime now, Events& events);
    // Once everything about an alarm is said: forgets it when it is over, else sees to its time.
    void settle(Place place);
    [[nodiscard]] std::optional<Uptime> due(const Alarm& alarm) const;
    [[nodiscard]] const EscalationStep* next_step(const Alarm& alarm) const;
    void tell(EventKind kind, const Alarm& alarm, const Event& cause, Events& events) const;
    // As an answer to what somebody did.
    void tell(EventKind kind, const Alarm& alarm, const Asked& asked, const std::string& person,
              Events& events) const;
    [[nodiscard]] std::chrono::milliseconds off_delay(std::string_view kind) const;
    [[nodiscard]] Priority priority_of(std::string_view kind, Priority otherwise) const;
    // The alarm of this id, made if it is normal and could ever be raised.
    [[nodiscard]] std::optional<Place> settable(const std::string& id, const Asked& asked,
                                                Events& events);
    [[nodiscard]] std::optional<Place> living(const std::string& id, const Asked& asked,
                                              Events& events);

    AlarmOptions options_;
    std::string gateway_;
    std::map<std::string, std::string> priorities_;
    std::map<std::string, std::vector<EscalationStep>> steps_;  // by priority, soonest first
    std::set<Subject> configured_;                              // what can raise an alarm
    std::map<Subject, std::set<Subject>> reach_;  // zone or door -> whose alarms its marks suppress

    std::map<std::string, Living, std::less<>> alarms_;  // by id
    std::set<std::pair<Uptime, std::string>> due_;
};

// Who asked, by which way, and for what: into the event that answers.
void tell_caller(const Command& command, std::string_view name, Event& event);

// At most so many bytes of somebody's text go into an entry; cut at a character of UTF-8.
[[nodiscard]] std::string bounded(const std::string& text, std::size_t bytes);

}  // namespace sealwarden
