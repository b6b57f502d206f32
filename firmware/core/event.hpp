// What happened: the value that leaves the core and becomes an entry of the log.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "drivers/reading.hpp"

namespace sealwarden {

// The text form has one dot: "door.opened". MQTT writes it door-opened in topics, door_opened in
// payloads. Kinds are never renamed: the log outlives the code.
enum class EventKind {
    // the gateway itself
    boot,
    shutdown,
    config_changed,
    config_refused,
    software_changed,
    clock_step,
    clock_sync,
    clock_doubted,   // the wall clock says a later time than is believed: epochs stay behind it
    clock_believed,  // no longer
    clock_trusted,   // an operator vouched for it
    gap,
    log_recovered,
    log_paused,
    log_held_back,  // commissioned, and not signed
    log_signed,     // again
    log_kept_in,    // its heads do not leave the gateway
    log_seen,       // one did: it is known outside
    export_made,
    epoch_close,  // the last entry of an epoch (firmware/evidence/FORMAT.md)
    day_index,    // how often each subject occurred since the one before
    payload_erased,
    anchor_witness,       // a witness cosigned a head of the log
    anchor_tsa,           // a time-stamp authority stamped one
    anchor_contradicted,  // a witness says that it signed what is not this log
    anchor_agrees,        // it cosigned this log again
    // doors
    door_closed,
    door_opened,
    door_forced,
    door_held,
    door_opened_between_polls,
    door_stuck,
    door_unknown,
    door_tamper,
    door_untampered,
    door_warned,          // will be held soon
    door_exit_requested,  // somebody asked to leave by it
    door_recounted,       // what its counter says of a time in which it was not watched
    // seals, as their readers see them
    seal_present,
    seal_absent,
    seal_intact,
    seal_open,
    seal_tampered,
    seal_number,
    seal_battery_low,
    seal_battery_ok,
    seal_unknown,
    // badge readers
    badge_presented,
    reader_unknown,
    reader_ready,  // answers again
    // cameras
    camera_operating,
    camera_failed,
    camera_recording,
    camera_not_recording,
    camera_tampered,
    camera_untampered,
    camera_unknown,
    camera_picture,         // one was taken of it, and is kept
    camera_picture_failed,  // none could be got, and before one could
    picture_erased,         // a kept one was deleted
    // power
    power_mains,
    power_on_battery,
    power_low,
    power_restored,
    power_battery_ok,  // no longer low
    power_unknown,
    // cabinets
    cabinet_closed,
    cabinet_opened,
    cabinet_unknown,
    // devices and their points
    device_online,
    device_offline,
    device_identified,
    device_replaced,
    device_restarted,
    point_lost_edges,
    coverage_lost,
    coverage_regained,
    // alarms
    alarm_raised,
    alarm_repeated,
    alarm_cleared,
    alarm_acknowledged,
    alarm_carried,  // written again into a log that began anew
    alarm_shelved,
    alarm_unshelved,
    alarm_suppressed,
    alarm_unsuppressed,
    alarm_out_of_service,
    alarm_in_service,
    alarm_reminded,
    alarm_escalated,
    alarm_silenced,  // its sound, which acknowledges nothing
    // lamps
    light_on,
    light_off,
    light_failed,  // off while it is dark
    light_well,    // no longer
    light_unknown,
    // people: who may do what
    person_registered,
    person_changed,
    person_revoked,
    // access: what became of a badge
    access_granted,
    access_denied,
    access_taken,
    access_not_taken,
    maintenance_begun,
    maintenance_ended,
    visitor_in,
    visitor_out,
    visitor_overdue,
    driver_in,
    driver_sealed,  // the visit with this driver has a seal, or left
    driver_out,
    driver_overdue,
    // what is expected at the docks
    expected_given,
    expected_withdrawn,
    expected_used,
    // lots of seals and each seal's custody
    lot_received,
    lot_certified,
    lot_counted,
    custody_issued,
    custody_returned,
    custody_affixed,
    custody_checked,  // and compared with nothing: that verifies no number
    custody_verified,
    custody_mismatch,
    custody_cleared,  // a mismatch was a clerical error, and that is documented
    custody_tampered,
    custody_cut_seen,  // by its reader: whoever cut it may still say so
    custody_held,
    custody_released,
    custody_broken,
    custody_replaced,
    custody_removed,
    custody_disposed,
    custody_void,
    custody_lost,
    custody_duplicate,
    seals_sampled,
    // visits
    visit_arrived,
    visit_inspected,
    visit_verified,
    visit_cut,
    visit_opened,
    visit_loading,
    visit_closed,
    visit_sealed,
    visit_departed,
    visit_cancelled,
    visit_deviation,
    // what contradicts itself
    cross_finding,
    // cases
    case_opened,
    case_assigned,
    case_noted,
    case_notified,
    case_linked,
    case_overdue,
    case_closed,
    // walk-tests, test mode, drills
    test_recorded,
    test_due,
    test_planned,  // what there is to be tested counts from here
    test_mode_begun,
    test_mode_ended,
    drill_begun,
    drill_ended,
    // the daily look at each camera's stored picture
    camera_check_planned,  // from here its time counts
    camera_check_ready,    // a stored picture waits to be looked at
    camera_checked,
    camera_check_missed,
    // what leaves the gateway, and what comes in as files
    file_imported,     // a file was taken, all of it; what it brought follows
    notify_delivered,  // a webhook took a step of an alarm's escalation
    notify_failed,     // it will never take this one
    notify_failing,    // a webhook takes nothing
    notify_well,       // no longer
    // relays that the gateway switches
    output_on,
    output_off,
    output_failed,  // what it is differs from what it should be
    output_well,    // no longer
    // people and commands
    record_carried,  // a record's state, written again into a log that began anew
    log_carried,     // all of them were
    command_refused,
    // the console's users, and what they looked at
    console_signed_in,
    console_denied,      // a sign-in, a token or a right
    console_locked_out,  // too many wrong passwords
    console_signed_out,  // by the user, by time, or by whoever changed the account
    console_viewed,      // what is about persons, or worth stealing; before it was given
    console_exported,
    console_changed,  // a user, a token, a role
};
[[nodiscard]] std::string_view to_string(EventKind kind);
[[nodiscard]] std::optional<EventKind> event_kind(std::string_view text);
[[nodiscard]] std::span<const EventKind> event_kinds();  // all of them

// Whom an event is about. The first subject of an event is the main one.
struct Subject {
    std::string kind;  // door, seal (its reader), reader, camera, power, cabinet, light, device,
                       // alarm, gateway, witness; container (also a trailer, by its plate),
                       // seal_number (normalised), lot, visit, person, visitor, driver, zone,
                       // case, test, camera_check, picture (its SHA-256), user (of the console),
                       // file (its SHA-256), webhook, output
    std::string id;
    friend auto operator<=>(const Subject&, const Subject&) = default;
};

// Flat: no nesting, no floating point. monostate is "unknown" and becomes null.
using Datum = std::variant<std::monostate, bool, std::int64_t, std::string>;

// A JPEG that belongs to an event; it is kept beside the log, named by its hash.
struct Picture {
    std::string name;    // for people: "c07-live"
    std::string sha256;  // 64 hex digits
    std::int64_t bytes = 0;
    friend bool operator==(const Picture&, const Picture&) = default;
};

struct Event {
    EventKind kind{};
    Uptime at;  // when it became true
    std::optional<Uptime>
        after;  // the last moment it was known not to be: the truth lies in (after, at]
    std::vector<Subject> subjects;
    std::map<std::string, Datum> data;  // keys [a-z0-9_]
    std::map<std::string, std::string>
        personal;                      // badge, driver, plate, free text: goes beside the entry
    std::optional<PointId> source;     // the point that told
    std::optional<std::uint64_t> raw;  // its raw register or level
    std::vector<Picture> pictures;
    friend bool operator==(const Event&, const Event&) = default;
};
using Events = std::vector<Event>;

}  // namespace sealwarden
