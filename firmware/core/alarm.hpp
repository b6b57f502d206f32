// Alarms: conditions that ask for a response. One per source and kind; a condition that comes back
// counts up the same alarm.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/event.hpp"

namespace sealwarden {

enum class Priority { high, medium, low };
[[nodiscard]] std::string_view to_string(Priority priority);
[[nodiscard]] std::optional<Priority> priority(std::string_view text);

// ISA-18.2-2016, the states this build uses; shelved, suppressed and out of service join them with
// the full life cycle.
//
//            condition true                    acknowledge
//   normal ------------------> unack_active -----------------> ack_active
//     ^                          |      ^                          |
//     | acknowledge       clears |      | condition true again     | clears
//     +----------- rtn_unack <---+------+                          +--> normal
enum class AlarmState { normal, unack_active, ack_active, rtn_unack };
[[nodiscard]] std::string_view to_string(AlarmState state);
[[nodiscard]] std::optional<AlarmState> alarm_state(std::string_view text);

struct Alarm {
    std::string id;    // "<kind>-<source>", stable: "door-forced-d07"
    std::string kind;  // [a-z-]+: "door-forced"
    Subject source;
    Priority priority = Priority::medium;
    AlarmState state = AlarmState::normal;
    bool active = false;      // does the condition hold
    std::uint32_t count = 0;  // how often raised since it was last normal
    // In a memory restored from an earlier boot these are mapped onto this boot's Uptime (and may
    // be negative): an alarm keeps its age over a restart.
    Uptime raised_at;  // first, since it was last normal
    std::optional<Uptime> cleared_at;
    std::string acknowledged_by;  // empty: nobody
    friend bool operator==(const Alarm&, const Alarm&) = default;
};

// Every alarm kind there is: what `[alarms] priorities` may name. No kind followed by "-" begins
// another one, so an id has one reading.
[[nodiscard]] std::vector<std::string_view> alarm_kinds();

// The state machine alone. An input that means nothing in a state leaves it.
enum class AlarmInput { raise, clear, acknowledge };
[[nodiscard]] AlarmState next(AlarmState state, AlarmInput input);

// What an alarm.* event's data carries: the alarm's whole state, so that the newest alarm.* entry
// of each alarm subject rebuilds the memory.
//   kind, priority, state     text
//   active                    bool
//   count                     integer
//   source_kind, source_id    text: the source's subject
//   raised_ago_ms             integer: how long before the event it was raised
//   cleared_ago_ms            integer or null
//   acknowledged_by           text, empty: nobody
[[nodiscard]] std::map<std::string, Datum> alarm_data(const Alarm& alarm, Uptime event_at);

// The way back. `kind` is the event kind's text ("alarm.raised"), `event_at` the event's time
// mapped onto this boot. Empty when it is no alarm event or a value is missing or of another type.
// An alarm whose state is normal is over and does not go into a memory.
[[nodiscard]] std::optional<Alarm> alarm_from(std::string_view kind,
                                              const std::map<std::string, Datum>& data,
                                              Uptime event_at);

}  // namespace sealwarden
