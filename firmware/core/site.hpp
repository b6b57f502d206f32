// The gateway's mind: a function from readings, commands and time to events.
//
// Pure: reads no clock, opens no file, owns no thread; one thread calls it. A machine catches up
// before it listens: apply(x) begins with tick(x.at), so a late loop changes nothing in the record.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/core/acts.hpp"
#include "firmware/core/alarm.hpp"
#include "firmware/core/event.hpp"
#include "firmware/core/options.hpp"
#include "firmware/core/state.hpp"

namespace sealwarden {

// Somebody asked. Commands are answered by events; a refusal is an event too (command_refused).
struct AcknowledgeAlarm {
    std::string alarm;   // Alarm::id
    std::string reason;  // a word or few, for the log; may be empty
    std::string note;    // what somebody wrote besides: kept beside the entry; may be empty
};
// The wall clock is right, whatever the epochs believe; recorded as clock_trusted.
struct TrustClock {};
struct Command {
    Uptime at;
    std::string id;  // the caller's, echoed into the event
    std::string by;  // who: "uid:1000(ana)", later a user; "mqtt" when only the channel is known
    std::string channel;  // "cli", "console", "mqtt"
    std::variant<AcknowledgeAlarm, TrustClock, Act> what;
    std::string file_hash = {};  // SHA-256 in hex of the file that came with it; empty: none
};

struct SiteSnapshot;  // opaque

// What must survive a restart; built from the log at start, and from the old Site at a reload.
struct SiteMemory {
    WallOffset wall;                                // at the start; set_wall() goes on from there
    std::vector<Alarm> alarms;                      // all that are not over()
    std::map<std::string, std::string> identities;  // device -> last identity seen
    // The newest of each subject (record_kinds()): these, and those that are read one by one.
    std::vector<Record> records;
    RecordSource stored;
    std::vector<Reading> last;  // reload only: the newest reading of each point
    // Reload only: the old site's monitors. Those whose options are the same (but for names) go on
    // as if nothing had happened; others start anew from `last`.
    std::shared_ptr<const SiteSnapshot> running;
};

class Site {
  public:
    Site(SiteOptions options, SiteMemory memory, Uptime now);
    ~Site();
    Site(Site&&) noexcept;
    Site& operator=(Site&&) noexcept;

    // What the wall clock says from now on; before the first call it is 1970 and UTC.
    void set_wall(const WallOffset& wall);
    Events apply(const Reading& reading);
    Events apply(const Command& command);
    // The gateway says something of itself: of its log, of its clock. The event, and its alarms.
    Events apply(Event said);
    Events tick(Uptime now);
    // The gateway ends: its outputs go off.
    Events rest(Uptime now);
    [[nodiscard]] std::optional<Uptime> deadline() const;

    // What each output should be now.
    struct Relay {
        PointId point;
        bool on = false;
        friend bool operator==(const Relay&, const Relay&) = default;
    };
    [[nodiscard]] std::vector<Relay> relays() const;

    [[nodiscard]] std::vector<State> states() const;  // everything, in the configuration's order
    [[nodiscard]] std::vector<Alarm> alarms() const;  // all that are not over(), oldest first
    // What changed since the last call, each subject once. Alarms are told by their events.
    [[nodiscard]] std::vector<State> take_changes();
    // Every record's state once more (record.carried), for a log that began anew, in pieces:
    // `place` begins at 0 and is moved on; a piece without events is behind the last one. Other
    // things may happen between two pieces.
    [[nodiscard]] Events carried(std::size_t& place) const;
    [[nodiscard]] SiteMemory memory() const;
    [[nodiscard]] std::optional<Reading> last(
        PointId point) const;  // newest reading, good or fault

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace sealwarden
