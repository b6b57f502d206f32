// What the configuration says about the site; the core's side of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "drivers/reading.hpp"
#include "firmware/core/schedule.hpp"

namespace sealwarden {

// A name in both languages; an id is never shown where a name exists.
struct Name {
    std::string en, es;
    friend bool operator==(const Name&, const Name&) = default;
};

// One wire pair: two states from a bool, four from an analogue loop or from two complementary
// contacts. Unknown, cut and short are never "closed".
struct ContactOptions {
    // Inclusive ranges in the point's unit; between them is trouble, never normal.
    struct Band {
        std::int64_t from = 0, to = 0;
        friend bool operator==(const Band&, const Band&) = default;
    };
    struct Loop {  // supervised by resistors: an analogue point
        Band shorted, inactive, active, cut;
        std::int64_t hysteresis = 0;
        friend bool operator==(const Loop&, const Loop&) = default;
    };
    PointId point;
    bool inverted = false;  // true: the point's `true` means inactive (closed)
    std::optional<PointId>
        complement;  // reads the opposite; equal readings are a fault of the wire
    std::optional<Loop> loop;
    std::chrono::milliseconds settle{50};  // a change counts after it lasted so long
    std::optional<PointId> edge_counter;   // moves with every activation, also between two polls
    std::optional<PointId> latch;          // true: was active since it was last cleared
    friend bool operator==(const ContactOptions&, const ContactOptions&) = default;
};

enum class DoorKind { dock, personnel, gate };

struct DoorOptions {
    std::string id;
    Name name;
    DoorKind kind = DoorKind::dock;
    ContactOptions contact;                        // active: open
    std::optional<ContactOptions> tamper;          // active: tampered
    std::chrono::milliseconds held_open_after{0};  // counted from the opening; 0: never
    std::chrono::milliseconds warn_before_held{
        0};                             // door.warned so long before door.held; 0: never
    std::chrono::hours stuck_after{0};  // no change for so long; 0: never
    int stuck_after_working_days =
        0;                    // no change on so many whole days, Monday to Friday; 0: never
    bool controlled = false;  // opening without a badge or request to exit is forced
    std::optional<std::string> reader;  // a ReaderOptions::id whose badges allow an opening
    std::optional<PointId> request_to_exit;
    std::chrono::milliseconds access_time{
        5000};  // an opening so long after a badge or REX is allowed
    friend bool operator==(const DoorOptions&, const DoorOptions&) = default;
};

struct SealOptions {
    std::string id;
    Name name;
    std::optional<std::string> door;
    std::optional<PointId> number, present, intact, tamper, battery_low;
    std::chrono::milliseconds settle{200};
    friend bool operator==(const SealOptions&, const SealOptions&) = default;
};

struct ReaderOptions {
    std::string id;
    Name name;
    std::optional<std::string> door;
    PointId number;                // text or integer; 0 and "" are "no badge"
    std::optional<PointId> fresh;  // a bool or counter that says "new" for the same number again
    std::optional<PointId> facility;
    friend bool operator==(const ReaderOptions&, const ReaderOptions&) = default;
};

// Relays wired normally energised: true is healthy, and a cut wire reads as a fault.
struct CameraOptions {
    std::string id;
    Name name;
    std::optional<PointId> operating, recording, untampered;
    bool normally_energised = true;  // false: the points' true means the fault
    std::vector<std::string> doors;  // DoorOptions::id that it looks at; none: not cross-checked
    bool stored_picture = false;     // its recorder is asked for one: a daily check is due
    std::chrono::milliseconds settle{2000};
    friend bool operator==(const CameraOptions&, const CameraOptions&) = default;
};

struct PowerOptions {
    std::string id;
    Name name;
    std::optional<PointId> on_battery;   // bool
    std::optional<PointId> low_battery;  // bool
    std::optional<PointId> charge;       // percent
    std::int64_t low_below_percent = 20;
    std::chrono::milliseconds settle{1000};
    friend bool operator==(const PowerOptions&, const PowerOptions&) = default;
};

struct CabinetOptions {
    std::string id;
    Name name;
    ContactOptions lid;  // active: open
    friend bool operator==(const CabinetOptions&, const CabinetOptions&) = default;
};

// A device or GPIO chip as the core sees it: watched for being there and for staying itself.
struct DeviceWatch {
    std::string id;
    std::vector<PointId> points;  // those that mean something to somebody
    std::chrono::milliseconds silent_after{
        5000};  // no reading at all for so long: the driver is gone
    friend bool operator==(const DeviceWatch&, const DeviceWatch&) = default;
};

// Doors and readers that belong together: what a badge opens, what is watched more closely, what is
// put into test mode as one.
struct ZoneOptions {
    std::string id;
    Name name;
    std::vector<std::string> doors;    // DoorOptions::id
    std::vector<std::string> readers;  // ReaderOptions::id whose badges enter it
    std::vector<std::string> exits;    // ReaderOptions::id whose badges leave it
    std::vector<std::string> cameras = {}, cabinets = {}, lights = {}, powers = {};  // their ids
    bool sensitive = false;     // a forced door there is worse
    std::string schedule = {};  // Schedule::id: badges enter it within these hours only
    friend bool operator==(const ZoneOptions&, const ZoneOptions&) = default;
};

// A lamp circuit and a photocell: dark and no light is CTPAT 9.6's concern.
struct LightOptions {
    std::string id;
    Name name;
    PointId lamp;                              // true: on
    std::optional<PointId> dark;               // true: it is dark; absent: never known
    std::chrono::milliseconds settle{60'000};  // dusk flickers
    friend bool operator==(const LightOptions&, const LightOptions&) = default;
};

// [dock]: how a visit is supposed to go. CTPAT says "immediately" and "periodic" and gives no
// figures; these are the site's.
struct DockOptions {
    std::chrono::seconds seal_after_close{600};  // CTPAT 6.2: longer is late
    bool inspect_before_loading = true;          // CTPAT 5.3
    bool verify_before_opening = true;           // CTPAT 6.1 B
    bool opened_without_visit = true;            // a dock door that opens with no visit is told
    bool identify_driver = false;  // CTPAT 10.3: no cargo without a driver who was identified
    // Who cuts a verified seal that has a reader may say so up to so much later; 0: not at all.
    std::chrono::seconds cut_grace{0};
    std::chrono::hours case_due{24};  // unless the case says otherwise
    friend bool operator==(const DockOptions&, const DockOptions&) = default;
};

enum class AntiPassback { off, timed, area };

// [access]. Off: any badge at a door's reader allows an opening, as without this section.
struct AccessOptions {
    bool decide = false;  // badges are held against the people who are registered
    AntiPassback anti_passback = AntiPassback::off;
    std::chrono::seconds passback_time{60};  // timed: a badge counts once within it
    std::vector<std::int64_t> shift_ends;    // local minutes since midnight: open logs are told
    std::vector<Schedule> schedules;
    Holidays holidays;
    std::chrono::minutes longest_maintenance{8 * 60};
    friend bool operator==(const AccessOptions&, const AccessOptions&) = default;
};

struct EscalationStep {
    std::string priority;           // high, medium, low: of the alarms it is for
    std::chrono::seconds after{0};  // unacknowledged for so long
    std::string group;              // who is told next
    friend bool operator==(const EscalationStep&, const EscalationStep&) = default;
};

// [alarm]. Defaults by ISA-18.2's customs (domain.md 5).
struct AlarmOptions {
    std::map<std::string, std::chrono::milliseconds> off_delay;  // by alarm kind; else none
    std::chrono::minutes longest_shelf{8 * 60};
    std::chrono::minutes remind_after{0};  // unacknowledged for so long: told again; 0: never
    std::vector<EscalationStep> escalation;
    std::vector<std::string> two_persons;  // alarm kinds that two people must acknowledge
    friend bool operator==(const AlarmOptions&, const AlarmOptions&) = default;
};

// A sounder or a beacon: on while an alarm wants it, and never longer than its limit.
struct OutputOptions {
    std::string id;
    Name name;
    PointId point;  // reads what it is
    // Alarms of these priorities want it while they wait for their acknowledgement and are not
    // silenced, and those whose escalation has come to a step with one of these groups.
    std::vector<std::string> priorities, groups;
    std::chrono::seconds limit{900};  // on for so long at most behind the newest reason for it
    std::chrono::milliseconds follows_within{2000};  // else it does not follow what it is told
    friend bool operator==(const OutputOptions&, const OutputOptions&) = default;
};

// [test]: CTPAT 9.8.
struct TestOptions {
    std::chrono::hours every{24 *
                             90};  // a walk-test of each door, camera, cabinet and power source
    std::chrono::minutes longest_mode{4 * 60};
    friend bool operator==(const TestOptions&, const TestOptions&) = default;
};

// [camera_check]: CTPAT 9.13 to 9.15 give no figures; these are the site's.
struct CameraCheckOptions {
    std::chrono::hours every{24};  // a look at each camera's stored picture
    std::chrono::hours late{2};    // so long behind its time it is missed
    bool weekends = false;         // due on Saturdays and Sundays too
    friend bool operator==(const CameraCheckOptions&, const CameraCheckOptions&) = default;
};

struct SiteOptions {
    std::string site, gateway;
    Name name;
    std::vector<DoorOptions> doors;
    std::vector<SealOptions> seals;
    std::vector<ReaderOptions> readers;
    std::vector<CameraOptions> cameras;
    std::vector<PowerOptions> powers;
    std::vector<CabinetOptions> cabinets;
    std::vector<DeviceWatch> devices;
    std::vector<ZoneOptions> zones;
    std::vector<LightOptions> lights;
    DockOptions dock;
    AccessOptions access;
    AlarmOptions alarm;
    TestOptions test;
    CameraCheckOptions camera_check;
    std::vector<OutputOptions> outputs;
    std::vector<std::string> witnesses;  // names; what they say of the log can be an alarm
    std::vector<std::string> webhooks;   // ids; one that takes nothing is an alarm
    std::map<std::string, std::string>
        priorities;  // alarm kind -> high|medium|low, over the defaults
    friend bool operator==(const SiteOptions&, const SiteOptions&) = default;
};

}  // namespace sealwarden
