#include "firmware/core/event.hpp"

#include <array>
#include <cassert>
#include <unordered_map>

namespace sealwarden {
namespace {

constexpr std::array all_kinds{EventKind::boot,
                               EventKind::shutdown,
                               EventKind::config_changed,
                               EventKind::config_refused,
                               EventKind::software_changed,
                               EventKind::clock_step,
                               EventKind::clock_sync,
                               EventKind::clock_doubted,
                               EventKind::clock_believed,
                               EventKind::clock_trusted,
                               EventKind::gap,
                               EventKind::log_recovered,
                               EventKind::log_paused,
                               EventKind::log_held_back,
                               EventKind::log_signed,
                               EventKind::log_kept_in,
                               EventKind::log_seen,
                               EventKind::export_made,
                               EventKind::epoch_close,
                               EventKind::day_index,
                               EventKind::payload_erased,
                               EventKind::anchor_witness,
                               EventKind::anchor_tsa,
                               EventKind::anchor_contradicted,
                               EventKind::anchor_agrees,
                               EventKind::door_closed,
                               EventKind::door_opened,
                               EventKind::door_forced,
                               EventKind::door_held,
                               EventKind::door_opened_between_polls,
                               EventKind::door_stuck,
                               EventKind::door_unknown,
                               EventKind::door_tamper,
                               EventKind::door_untampered,
                               EventKind::door_warned,
                               EventKind::door_exit_requested,
                               EventKind::door_recounted,
                               EventKind::seal_present,
                               EventKind::seal_absent,
                               EventKind::seal_intact,
                               EventKind::seal_open,
                               EventKind::seal_tampered,
                               EventKind::seal_number,
                               EventKind::seal_battery_low,
                               EventKind::seal_battery_ok,
                               EventKind::seal_unknown,
                               EventKind::badge_presented,
                               EventKind::reader_unknown,
                               EventKind::reader_ready,
                               EventKind::camera_operating,
                               EventKind::camera_failed,
                               EventKind::camera_recording,
                               EventKind::camera_not_recording,
                               EventKind::camera_tampered,
                               EventKind::camera_untampered,
                               EventKind::camera_unknown,
                               EventKind::camera_picture,
                               EventKind::camera_picture_failed,
                               EventKind::picture_erased,
                               EventKind::power_mains,
                               EventKind::power_on_battery,
                               EventKind::power_low,
                               EventKind::power_restored,
                               EventKind::power_battery_ok,
                               EventKind::power_unknown,
                               EventKind::cabinet_closed,
                               EventKind::cabinet_opened,
                               EventKind::cabinet_unknown,
                               EventKind::device_online,
                               EventKind::device_offline,
                               EventKind::device_identified,
                               EventKind::device_replaced,
                               EventKind::device_restarted,
                               EventKind::point_lost_edges,
                               EventKind::coverage_lost,
                               EventKind::coverage_regained,
                               EventKind::alarm_raised,
                               EventKind::alarm_repeated,
                               EventKind::alarm_cleared,
                               EventKind::alarm_acknowledged,
                               EventKind::alarm_carried,
                               EventKind::alarm_shelved,
                               EventKind::alarm_unshelved,
                               EventKind::alarm_suppressed,
                               EventKind::alarm_unsuppressed,
                               EventKind::alarm_out_of_service,
                               EventKind::alarm_in_service,
                               EventKind::alarm_reminded,
                               EventKind::alarm_escalated,
                               EventKind::alarm_silenced,
                               EventKind::light_on,
                               EventKind::light_off,
                               EventKind::light_failed,
                               EventKind::light_well,
                               EventKind::light_unknown,
                               EventKind::person_registered,
                               EventKind::person_changed,
                               EventKind::person_revoked,
                               EventKind::access_granted,
                               EventKind::access_denied,
                               EventKind::access_taken,
                               EventKind::access_not_taken,
                               EventKind::maintenance_begun,
                               EventKind::maintenance_ended,
                               EventKind::visitor_in,
                               EventKind::visitor_out,
                               EventKind::visitor_overdue,
                               EventKind::driver_in,
                               EventKind::driver_sealed,
                               EventKind::driver_out,
                               EventKind::driver_overdue,
                               EventKind::expected_given,
                               EventKind::expected_withdrawn,
                               EventKind::expected_used,
                               EventKind::lot_received,
                               EventKind::lot_certified,
                               EventKind::lot_counted,
                               EventKind::custody_issued,
                               EventKind::custody_returned,
                               EventKind::custody_affixed,
                               EventKind::custody_checked,
                               EventKind::custody_verified,
                               EventKind::custody_mismatch,
                               EventKind::custody_cleared,
                               EventKind::custody_tampered,
                               EventKind::custody_cut_seen,
                               EventKind::custody_held,
                               EventKind::custody_released,
                               EventKind::custody_broken,
                               EventKind::custody_replaced,
                               EventKind::custody_removed,
                               EventKind::custody_disposed,
                               EventKind::custody_void,
                               EventKind::custody_lost,
                               EventKind::custody_duplicate,
                               EventKind::seals_sampled,
                               EventKind::visit_arrived,
                               EventKind::visit_inspected,
                               EventKind::visit_verified,
                               EventKind::visit_cut,
                               EventKind::visit_opened,
                               EventKind::visit_loading,
                               EventKind::visit_closed,
                               EventKind::visit_sealed,
                               EventKind::visit_departed,
                               EventKind::visit_cancelled,
                               EventKind::visit_deviation,
                               EventKind::cross_finding,
                               EventKind::case_opened,
                               EventKind::case_assigned,
                               EventKind::case_noted,
                               EventKind::case_notified,
                               EventKind::case_linked,
                               EventKind::case_overdue,
                               EventKind::case_closed,
                               EventKind::test_recorded,
                               EventKind::test_due,
                               EventKind::test_planned,
                               EventKind::test_mode_begun,
                               EventKind::test_mode_ended,
                               EventKind::drill_begun,
                               EventKind::drill_ended,
                               EventKind::camera_check_planned,
                               EventKind::camera_check_ready,
                               EventKind::camera_checked,
                               EventKind::camera_check_missed,
                               EventKind::file_imported,
                               EventKind::notify_delivered,
                               EventKind::notify_failed,
                               EventKind::notify_failing,
                               EventKind::notify_well,
                               EventKind::output_on,
                               EventKind::output_off,
                               EventKind::output_failed,
                               EventKind::output_well,
                               EventKind::record_carried,
                               EventKind::log_carried,
                               EventKind::command_refused,
                               EventKind::console_signed_in,
                               EventKind::console_denied,
                               EventKind::console_locked_out,
                               EventKind::console_signed_out,
                               EventKind::console_viewed,
                               EventKind::console_exported,
                               EventKind::console_changed};

}  // namespace

std::string_view to_string(EventKind kind) {
    switch (kind) {
        case EventKind::boot: return "boot";
        case EventKind::shutdown: return "shutdown";
        case EventKind::config_changed: return "config.changed";
        case EventKind::config_refused: return "config.refused";
        case EventKind::software_changed: return "software.changed";
        case EventKind::clock_step: return "clock.step";
        case EventKind::clock_sync: return "clock.sync";
        case EventKind::clock_doubted: return "clock.doubted";
        case EventKind::clock_believed: return "clock.believed";
        case EventKind::clock_trusted: return "clock.trusted";
        case EventKind::gap: return "gap";
        case EventKind::log_recovered: return "log.recovered";
        case EventKind::log_paused: return "log.paused";
        case EventKind::log_held_back: return "log.held_back";
        case EventKind::log_signed: return "log.signed";
        case EventKind::log_kept_in: return "log.kept_in";
        case EventKind::log_seen: return "log.seen";
        case EventKind::export_made: return "export.made";
        case EventKind::epoch_close: return "epoch.close";
        case EventKind::day_index: return "day.index";
        case EventKind::payload_erased: return "payload.erased";
        case EventKind::anchor_witness: return "anchor.witness";
        case EventKind::anchor_tsa: return "anchor.tsa";
        case EventKind::anchor_contradicted: return "anchor.contradicted";
        case EventKind::anchor_agrees: return "anchor.agrees";
        case EventKind::door_closed: return "door.closed";
        case EventKind::door_opened: return "door.opened";
        case EventKind::door_forced: return "door.forced";
        case EventKind::door_held: return "door.held";
        case EventKind::door_opened_between_polls: return "door.opened_between_polls";
        case EventKind::door_stuck: return "door.stuck";
        case EventKind::door_unknown: return "door.unknown";
        case EventKind::door_tamper: return "door.tamper";
        case EventKind::door_untampered: return "door.untampered";
        case EventKind::door_warned: return "door.warned";
        case EventKind::door_exit_requested: return "door.exit_requested";
        case EventKind::door_recounted: return "door.recounted";
        case EventKind::seal_present: return "seal.present";
        case EventKind::seal_absent: return "seal.absent";
        case EventKind::seal_intact: return "seal.intact";
        case EventKind::seal_open: return "seal.open";
        case EventKind::seal_tampered: return "seal.tampered";
        case EventKind::seal_number: return "seal.number";
        case EventKind::seal_battery_low: return "seal.battery_low";
        case EventKind::seal_battery_ok: return "seal.battery_ok";
        case EventKind::seal_unknown: return "seal.unknown";
        case EventKind::badge_presented: return "badge.presented";
        case EventKind::reader_unknown: return "reader.unknown";
        case EventKind::reader_ready: return "reader.ready";
        case EventKind::camera_operating: return "camera.operating";
        case EventKind::camera_failed: return "camera.failed";
        case EventKind::camera_recording: return "camera.recording";
        case EventKind::camera_not_recording: return "camera.not_recording";
        case EventKind::camera_tampered: return "camera.tampered";
        case EventKind::camera_untampered: return "camera.untampered";
        case EventKind::camera_unknown: return "camera.unknown";
        case EventKind::camera_picture: return "camera.picture";
        case EventKind::camera_picture_failed: return "camera.picture_failed";
        case EventKind::picture_erased: return "picture.erased";
        case EventKind::power_mains: return "power.mains";
        case EventKind::power_on_battery: return "power.on_battery";
        case EventKind::power_low: return "power.low";
        case EventKind::power_restored: return "power.restored";
        case EventKind::power_battery_ok: return "power.battery_ok";
        case EventKind::power_unknown: return "power.unknown";
        case EventKind::cabinet_closed: return "cabinet.closed";
        case EventKind::cabinet_opened: return "cabinet.opened";
        case EventKind::cabinet_unknown: return "cabinet.unknown";
        case EventKind::device_online: return "device.online";
        case EventKind::device_offline: return "device.offline";
        case EventKind::device_identified: return "device.identified";
        case EventKind::device_replaced: return "device.replaced";
        case EventKind::device_restarted: return "device.restarted";
        case EventKind::point_lost_edges: return "point.lost_edges";
        case EventKind::coverage_lost: return "coverage.lost";
        case EventKind::coverage_regained: return "coverage.regained";
        case EventKind::alarm_raised: return "alarm.raised";
        case EventKind::alarm_repeated: return "alarm.repeated";
        case EventKind::alarm_cleared: return "alarm.cleared";
        case EventKind::alarm_acknowledged: return "alarm.acknowledged";
        case EventKind::alarm_carried: return "alarm.carried";
        case EventKind::alarm_shelved: return "alarm.shelved";
        case EventKind::alarm_unshelved: return "alarm.unshelved";
        case EventKind::alarm_suppressed: return "alarm.suppressed";
        case EventKind::alarm_unsuppressed: return "alarm.unsuppressed";
        case EventKind::alarm_out_of_service: return "alarm.out_of_service";
        case EventKind::alarm_in_service: return "alarm.in_service";
        case EventKind::alarm_reminded: return "alarm.reminded";
        case EventKind::alarm_escalated: return "alarm.escalated";
        case EventKind::alarm_silenced: return "alarm.silenced";
        case EventKind::light_on: return "light.on";
        case EventKind::light_off: return "light.off";
        case EventKind::light_failed: return "light.failed";
        case EventKind::light_well: return "light.well";
        case EventKind::light_unknown: return "light.unknown";
        case EventKind::person_registered: return "person.registered";
        case EventKind::person_changed: return "person.changed";
        case EventKind::person_revoked: return "person.revoked";
        case EventKind::access_granted: return "access.granted";
        case EventKind::access_denied: return "access.denied";
        case EventKind::access_taken: return "access.taken";
        case EventKind::access_not_taken: return "access.not_taken";
        case EventKind::maintenance_begun: return "maintenance.begun";
        case EventKind::maintenance_ended: return "maintenance.ended";
        case EventKind::visitor_in: return "visitor.in";
        case EventKind::visitor_out: return "visitor.out";
        case EventKind::visitor_overdue: return "visitor.overdue";
        case EventKind::driver_in: return "driver.in";
        case EventKind::driver_sealed: return "driver.sealed";
        case EventKind::driver_out: return "driver.out";
        case EventKind::driver_overdue: return "driver.overdue";
        case EventKind::expected_given: return "expected.given";
        case EventKind::expected_withdrawn: return "expected.withdrawn";
        case EventKind::expected_used: return "expected.used";
        case EventKind::lot_received: return "lot.received";
        case EventKind::lot_certified: return "lot.certified";
        case EventKind::lot_counted: return "lot.counted";
        case EventKind::custody_issued: return "custody.issued";
        case EventKind::custody_returned: return "custody.returned";
        case EventKind::custody_affixed: return "custody.affixed";
        case EventKind::custody_checked: return "custody.checked";
        case EventKind::custody_verified: return "custody.verified";
        case EventKind::custody_mismatch: return "custody.mismatch";
        case EventKind::custody_cleared: return "custody.cleared";
        case EventKind::custody_tampered: return "custody.tampered";
        case EventKind::custody_cut_seen: return "custody.cut_seen";
        case EventKind::custody_held: return "custody.held";
        case EventKind::custody_released: return "custody.released";
        case EventKind::custody_broken: return "custody.broken";
        case EventKind::custody_replaced: return "custody.replaced";
        case EventKind::custody_removed: return "custody.removed";
        case EventKind::custody_disposed: return "custody.disposed";
        case EventKind::custody_void: return "custody.void";
        case EventKind::custody_lost: return "custody.lost";
        case EventKind::custody_duplicate: return "custody.duplicate";
        case EventKind::seals_sampled: return "seals.sampled";
        case EventKind::visit_arrived: return "visit.arrived";
        case EventKind::visit_inspected: return "visit.inspected";
        case EventKind::visit_verified: return "visit.verified";
        case EventKind::visit_cut: return "visit.cut";
        case EventKind::visit_opened: return "visit.opened";
        case EventKind::visit_loading: return "visit.loading";
        case EventKind::visit_closed: return "visit.closed";
        case EventKind::visit_sealed: return "visit.sealed";
        case EventKind::visit_departed: return "visit.departed";
        case EventKind::visit_cancelled: return "visit.cancelled";
        case EventKind::visit_deviation: return "visit.deviation";
        case EventKind::cross_finding: return "cross.finding";
        case EventKind::case_opened: return "case.opened";
        case EventKind::case_assigned: return "case.assigned";
        case EventKind::case_noted: return "case.noted";
        case EventKind::case_notified: return "case.notified";
        case EventKind::case_linked: return "case.linked";
        case EventKind::case_overdue: return "case.overdue";
        case EventKind::case_closed: return "case.closed";
        case EventKind::test_recorded: return "test.recorded";
        case EventKind::test_due: return "test.due";
        case EventKind::test_planned: return "test.planned";
        case EventKind::test_mode_begun: return "test_mode.begun";
        case EventKind::test_mode_ended: return "test_mode.ended";
        case EventKind::drill_begun: return "drill.begun";
        case EventKind::drill_ended: return "drill.ended";
        case EventKind::camera_check_planned: return "camera_check.planned";
        case EventKind::camera_check_ready: return "camera_check.ready";
        case EventKind::camera_checked: return "camera_check.done";
        case EventKind::camera_check_missed: return "camera_check.missed";
        case EventKind::file_imported: return "file.imported";
        case EventKind::notify_delivered: return "notify.delivered";
        case EventKind::notify_failed: return "notify.failed";
        case EventKind::notify_failing: return "notify.failing";
        case EventKind::notify_well: return "notify.well";
        case EventKind::output_on: return "output.on";
        case EventKind::output_off: return "output.off";
        case EventKind::output_failed: return "output.failed";
        case EventKind::output_well: return "output.well";
        case EventKind::record_carried: return "record.carried";
        case EventKind::log_carried: return "log.carried";
        case EventKind::command_refused: return "command.refused";
        case EventKind::console_signed_in: return "console.signed_in";
        case EventKind::console_denied: return "console.denied";
        case EventKind::console_locked_out: return "console.locked_out";
        case EventKind::console_signed_out: return "console.signed_out";
        case EventKind::console_viewed: return "console.viewed";
        case EventKind::console_exported: return "console.exported";
        case EventKind::console_changed: return "console.changed";
    }
    assert(!"every kind has a text");
    return "?";
}

std::optional<EventKind> event_kind(std::string_view text) {
    static const auto by_text = [] {
        std::unordered_map<std::string_view, EventKind> table;
        for (const auto kind : all_kinds) table.emplace(to_string(kind), kind);
        return table;
    }();
    const auto found = by_text.find(text);
    if (found == by_text.end()) return {};
    return found->second;
}

std::span<const EventKind> event_kinds() {
    return all_kinds;
}

}  // namespace sealwarden
