// Alarms: conditions that ask for a response. One per source and kind; a condition that comes back
// counts up the same alarm.
#pragma once

#include <cstdint>
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

}  // namespace sealwarden
