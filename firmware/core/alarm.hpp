// Alarms: conditions that ask for a response. One per source and kind; a condition that comes back
// counts up the same alarm.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/event.hpp"
#include "firmware/core/record_data.hpp"

namespace sealwarden {

enum class Priority { high, medium, low };
[[nodiscard]] std::string_view to_string(Priority priority);
[[nodiscard]] std::optional<Priority> priority(std::string_view text);

// ISA-18.2-2016, the condition and what was said of it:
//
//            condition true                    acknowledge
//   normal ------------------> unack_active -----------------> ack_active
//     ^                          |      ^                          |
//     | acknowledge       clears |      | condition true again     | clears
//     +----------- rtn_unack <---+------+                          +--> normal
enum class AlarmState { normal, unack_active, ack_active, rtn_unack };
[[nodiscard]] std::string_view to_string(AlarmState state);
[[nodiscard]] std::optional<AlarmState> alarm_state(std::string_view text);

// Besides, an alarm may be set aside. Its condition is then followed in silence (normal, or
// ack_active while it holds: it asks for nothing):
//
//   none ---- shelve ---> shelved: for a time, by a person
//             back by unshelve, and by itself when the time is over
//   none ---- suppress -> suppressed: by design, as what is tested, trained or worked on says it
//             back by unsuppress, and when the condition clears
//   any of these -- disable --> out_of_service: on authority, without a limit
//             back by enable
//   suppressed -- shelve --> shelved
//
// Back from it the alarm follows its live condition: one that holds is announced anew
// (unack_active), else it is normal.
enum class SetAside { none, shelved, suppressed, out_of_service };
[[nodiscard]] std::string_view to_string(SetAside how);
[[nodiscard]] std::optional<SetAside> set_aside(std::string_view text);

// What design sets aside names why, as the event that raised it does: data `test` true …
inline constexpr std::array<std::string_view, 3> suppressing_marks{"test", "drill", "maintenance"};

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
    // Empty: nobody. While it still waits: the first of the two persons it takes.
    std::string acknowledged_by;

    SetAside set_aside = SetAside::none;
    std::string set_aside_by;     // a registered person; of suppressed: test, drill, maintenance
    std::string authority;        // out of service: on whose
    std::string reason;           // of it; a text of people, so it goes beside the entry
    std::optional<Uptime> until;  // shelved

    bool silenced = false;               // until it is raised or reminded of again
    std::optional<Uptime> announced_at;  // later than it was raised: it was set aside before
    std::optional<Uptime> reminded_at;   // last
    std::uint32_t step = 0;              // how many steps of its escalation were told
    std::uint32_t things = 0;            // of device-offline: how many things it makes unknown
    // Its condition ceased at cleared_at, and that counts from then on (off-delay).
    std::optional<Uptime> clears_at;

    [[nodiscard]] bool waits() const {  // for an acknowledgement
        return set_aside == SetAside::none &&
               (state == AlarmState::unack_active || state == AlarmState::rtn_unack);
    }
    [[nodiscard]] bool needs_second() const { return waits() && !acknowledged_by.empty(); }
    // Nothing is left to remember of it.
    [[nodiscard]] bool over() const {
        return state == AlarmState::normal && set_aside == SetAside::none;
    }
    friend bool operator==(const Alarm&, const Alarm&) = default;
};

// Every alarm kind there is: what `[alarms] priorities` may name. No kind followed by "-" begins
// another one, so an id has one reading.
[[nodiscard]] std::vector<std::string_view> alarm_kinds();

// The state machine alone. An input that means nothing in a state leaves it.
enum class AlarmInput {
    raise,
    clear,
    acknowledge,
    shelve,
    unshelve,
    suppress,
    unsuppress,
    disable,
    enable
};
struct AlarmStanding {
    AlarmState state = AlarmState::normal;
    SetAside set_aside = SetAside::none;
    friend bool operator==(const AlarmStanding&, const AlarmStanding&) = default;
};
[[nodiscard]] AlarmStanding next(AlarmStanding standing, AlarmInput input);
// Of one that is not set aside, and stays so.
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
// And since there is more to an alarm than its condition (older entries lack these):
//   set_aside                 text: none, shelved, suppressed, out_of_service
//   set_aside_by, authority   text, empty: nobody
//   until_in_ms               integer or null: so long behind the event the shelving ends
//   silenced, needs_second    bool
//   announced_ago_ms          integer: when it asked for a response, and the escalation began
//   reminded_ago_ms           integer or null
//   step                      integer: how many steps of the escalation were told
//   things                    integer: of device-offline, how many things it makes unknown
[[nodiscard]] std::map<std::string, Datum> alarm_data(const Alarm& alarm, Uptime event_at);

// The way back. `kind` is the event kind's text ("alarm.raised"), `event_at` the event's time
// mapped onto this boot. Empty when it is no alarm event or a value is missing or of another type.
// One that is over() does not go into a memory. `personal`: what is kept beside the entry, where it
// is known.
[[nodiscard]] std::optional<Alarm> alarm_from(
    std::string_view kind, const RecordData& data, Uptime event_at,
    const std::map<std::string, std::string>& personal = {});

}  // namespace sealwarden
