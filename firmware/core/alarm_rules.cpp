#include "firmware/core/alarm_rules.hpp"

#include <algorithm>

namespace sealwarden {
namespace {

using enum EventKind;
using enum Priority;

constexpr Trigger door_known[] = {{door_closed}, {door_opened}};
constexpr Trigger door_shut[] = {{door_closed}};
constexpr Trigger door_moved[] = {{door_closed, "from", "unknown", true},
                                  {door_opened, "from", "unknown", true},
                                  {door_opened_between_polls}};
constexpr Trigger door_whole[] = {{door_untampered}};
// seal_present comes before intact, open and tampered and says nothing of them.
constexpr Trigger seal_not_tampered[] = {{seal_intact}, {seal_open}, {seal_absent}};
constexpr Trigger seal_not_open[] = {{seal_intact}, {seal_tampered}, {seal_absent}};
constexpr Trigger seal_known[] = {
    {seal_intact}, {seal_open}, {seal_tampered}, {seal_absent}, {seal_present}};
constexpr Trigger seal_charged[] = {{seal_battery_ok}};
constexpr Trigger reader_back[] = {{reader_ready}};
constexpr Trigger camera_works[] = {{camera_operating}};
constexpr Trigger camera_records[] = {{camera_recording}};
constexpr Trigger camera_whole[] = {{camera_untampered}};
constexpr Trigger camera_known[] = {{camera_operating},     {camera_failed},   {camera_recording},
                                    {camera_not_recording}, {camera_tampered}, {camera_untampered}};
constexpr Trigger power_back[] = {{power_mains}, {power_restored}};
constexpr Trigger power_charged[] = {{power_battery_ok}};
constexpr Trigger power_known[] = {
    {power_mains}, {power_restored}, {power_on_battery}, {power_low}, {power_battery_ok}};
constexpr Trigger cabinet_shut[] = {{cabinet_closed}};
constexpr Trigger cabinet_known[] = {{cabinet_closed}, {cabinet_opened}};
constexpr Trigger light_works[] = {{light_well}};
constexpr Trigger light_known[] = {{light_on}, {light_off}, {light_failed}, {light_well}};
constexpr Trigger device_back[] = {{device_online}};
constexpr Trigger signed_again[] = {{log_signed}};
constexpr Trigger clock_right[] = {{clock_believed}};
constexpr Trigger head_left[] = {{log_seen}};
constexpr Trigger witness_agrees[] = {{anchor_agrees}};
constexpr Trigger webhook_takes[] = {{notify_well}};
constexpr Trigger output_follows[] = {{output_well}};
constexpr Trigger tested[] = {{test_recorded, "result", "passed"}};
constexpr Trigger camera_looked_at[] = {{camera_checked}};
constexpr Trigger stored_picture[] = {{camera_picture, "stored", "true"}};
constexpr Trigger camera_clock_right[] = {{camera_picture, "clock_off", "false"}};
constexpr Trigger case_seen_to[] = {{case_closed}, {case_assigned, "overdue", "false"}};
constexpr Trigger coverage_whole[] = {{coverage_regained, "still_lost", "0"}};

// An unknown by the wire (cut, shorted, in between, contacts disagree, chattering).
constexpr Trigger by_wire(EventKind kind) {
    return {kind, "why", "fault", true};
}

// What a visit does that it should not, while it lasts no longer than the telling.
constexpr Trigger deviation(std::string_view what) {
    return {visit_deviation, "what", what};
}

constexpr Trigger finding(std::string_view what) {
    return {cross_finding, "what", what};
}

// What is wrong with the camera is known; of an unknown one its device has told.
constexpr Trigger camera_gap(std::string_view state) {
    return {cross_finding, "camera_state", state};
}

constexpr AlarmRule rules[] = {
    // kind, priority, raised by, cleared by, momentary
    {"door-forced", high, {door_forced}, door_shut},
    {"door-forced", high, {door_opened_between_polls, "forced", "true"}, {}, true},
    {"door-tamper", high, {door_tamper}, door_whole},
    {"door-held", medium, {door_held, "loading", "true", true}, door_shut},
    {"door-between-polls", medium, {door_opened_between_polls}, {}, true},
    {"door-unknown", medium, by_wire(door_unknown), door_known},
    {"door-stuck", low, {door_stuck}, door_moved},
    {"seal-tamper", high, {seal_tampered, "taken_off", "true", true}, seal_not_tampered},
    {"seal-open", medium, {seal_open, "taken_off", "true", true}, seal_not_open},
    {"seal-unknown", medium, by_wire(seal_unknown), seal_known},
    {"seal-battery", low, {seal_battery_low}, seal_charged},
    {"reader-unknown", medium, by_wire(reader_unknown), reader_back},
    {"camera-failed", medium, {camera_failed}, camera_works},
    {"camera-not-recording", medium, {camera_not_recording}, camera_records},
    {"camera-tamper", medium, {camera_tampered}, camera_whole},
    {"camera-unknown", medium, by_wire(camera_unknown), camera_known},
    {"power-on-battery", medium, {power_on_battery}, power_back},
    {"power-low", medium, {power_low}, power_charged},
    {"power-unknown", medium, by_wire(power_unknown), power_known},
    {"cabinet-open", high, {cabinet_opened}, cabinet_shut},
    {"cabinet-unknown", medium, by_wire(cabinet_unknown), cabinet_known},
    {"light-failed", medium, {light_failed}, light_works},
    {"light-unknown", medium, by_wire(light_unknown), light_known},
    {"revoked-badge", high, finding("revoked_badge_used"), {}, true},
    {"repeated-denials", medium, finding("repeated_denials"), {}, true},
    {"opened-after-denial", high, finding("opened_after_denial"), {}, true},
    {"opened-while-sealed", high, finding("opened_while_sealed"), {}, true},
    {"camera-gap", medium, camera_gap("failed"), {}, true},
    {"camera-gap", medium, camera_gap("tampered"), {}, true},
    {"camera-gap", medium, camera_gap("not_recording"), {}, true},
    {"battery-and-cabinet", high, finding("battery_and_cabinet"), {}, true},
    {"visitor-overdue", low, {visitor_overdue}, {}, true},
    {"driver-overdue", low, {driver_overdue}, {}, true},
    {"device-offline", medium, {device_offline}, device_back},
    {"device-replaced", high, {device_replaced}, {}, true},
    {"coverage-lost", medium, {coverage_lost, "offline", "true", true}, coverage_whole},
    {"log-unsigned", high, {log_held_back}, signed_again},
    {"clock-doubted", medium, {clock_doubted}, clock_right},
    {"heads-kept-in", medium, {log_kept_in}, head_left},
    {"witness-contradicts", high, {anchor_contradicted}, witness_agrees},
    {"notify-failing", low, {notify_failing}, webhook_takes},
    {"output-failed", medium, {output_failed}, output_follows},
    {"visit-opened-unverified", high, deviation("opened_before_verified"), {}, true},
    {"visit-seal-differs", high, deviation("seal_differs"), {}, true},
    {"visit-cut-without-authority", high, deviation("seal_cut_without_authority"), {}, true},
    {"visit-opened-without-cut", high, deviation("opened_without_cut"), {}, true},
    {"visit-sealed-without-close", medium, deviation("sealed_without_close"), {}, true},
    {"visit-late-sealing", medium, deviation("late_sealing"), {}, true},
    {"visit-not-inspected", medium, deviation("not_inspected"), {}, true},
    {"visit-inspection-failed", medium, deviation("inspection_failed"), {}, true},
    {"visit-loaded-without-opening", low, deviation("loaded_without_opening"), {}, true},
    {"visit-driver-not-identified", medium, deviation("driver_not_identified"), {}, true},
    {"visit-left-with-case", high, deviation("left_with_open_case"), {}, true},
    {"visit-left-unsealed", high, deviation("left_unsealed"), {}, true},
    {"visit-left-open", medium, deviation("left_open"), {}, true},
    {"dock-opened-without-visit", medium, deviation("opened_without_visit"), {}, true},
    {"custody-tampered", high, {custody_tampered}, {}, true},
    {"custody-mismatch", medium, {custody_mismatch}, {}, true},
    {"custody-duplicate", high, {custody_duplicate}, {}, true},
    {"custody-by-another", medium, {custody_affixed, "by_holder", "false"}, {}, true},
    {"test-due", low, {test_due}, tested},
    {"camera-check-missed", low, {camera_check_missed}, camera_looked_at},
    {"camera-no-stored-picture", medium, {camera_picture_failed, "stored", "true"}, stored_picture},
    {"camera-clock", low, {camera_picture, "clock_off", "true"}, camera_clock_right},
    {"case-overdue", low, {case_overdue}, case_seen_to},
};

bool reads(const Datum& datum, std::string_view text) {
    struct Compare {
        std::string_view text;
        bool operator()(std::monostate) const { return text == "null"; }
        bool operator()(bool value) const { return text == (value ? "true" : "false"); }
        bool operator()(const std::string& value) const { return text == value; }
        bool operator()(std::int64_t value) const { return text == std::to_string(value); }
    };
    return std::visit(Compare{text}, datum);
}

}  // namespace

bool Trigger::matches(const Event& said) const {
    if (said.kind != event) return false;
    if (key.empty()) return true;
    const auto found = said.data.find(std::string{key});
    return reads(found == said.data.end() ? Datum{} : found->second, is) != unless;
}

std::span<const AlarmRule> alarm_rules() {
    return rules;
}

std::vector<std::string_view> alarm_kinds() {
    std::vector<std::string_view> kinds;
    for (const auto& rule : rules)
        if (std::ranges::find(kinds, rule.kind) == kinds.end()) kinds.push_back(rule.kind);
    return kinds;
}

}  // namespace sealwarden
