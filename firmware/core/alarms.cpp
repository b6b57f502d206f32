#include "firmware/core/alarms.hpp"

#include <algorithm>
#include <cassert>

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
constexpr Trigger device_back[] = {{device_online}};
constexpr Trigger signed_again[] = {{log_signed}};
constexpr Trigger clock_right[] = {{clock_believed}};
constexpr Trigger head_left[] = {{log_seen}};
constexpr Trigger witness_agrees[] = {{anchor_agrees}};
constexpr Trigger coverage_whole[] = {{coverage_regained, "still_lost", "0"}};

// An unknown by the wire (cut, shorted, in between, contacts disagree, chattering).
constexpr Trigger by_wire(EventKind kind) {
    return {kind, "why", "fault", true};
}

constexpr AlarmRule rules[] = {
    // kind, priority, raised by, cleared by, momentary
    {"door-forced", high, {door_forced}, door_shut},
    {"door-forced", high, {door_opened_between_polls, "forced", "true"}, {}, true},
    {"door-tamper", high, {door_tamper}, door_whole},
    {"door-held", medium, {door_held}, door_shut},
    {"door-between-polls", medium, {door_opened_between_polls}, {}, true},
    {"door-unknown", medium, by_wire(door_unknown), door_known},
    {"door-stuck", low, {door_stuck}, door_moved},
    {"seal-tamper", high, {seal_tampered}, seal_not_tampered},
    {"seal-open", medium, {seal_open}, seal_not_open},
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
    {"device-offline", medium, {device_offline}, device_back},
    {"device-replaced", high, {device_replaced}, {}, true},
    {"coverage-lost", medium, {coverage_lost, "offline", "true", true}, coverage_whole},
    {"log-unsigned", high, {log_held_back}, signed_again},
    {"clock-doubted", medium, {clock_doubted}, clock_right},
    {"heads-kept-in", medium, {log_kept_in}, head_left},
    {"witness-contradicts", high, {anchor_contradicted}, witness_agrees},
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

constexpr std::size_t longest_echo = 128;  // of a caller's text in an entry

}  // namespace

std::string bounded(const std::string& text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    // Behind the cut must not be a continuation byte (10xxxxxx).
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
    return text.substr(0, bytes);
}

void tell_caller(const Command& command, std::string_view name, Event& event) {
    event.data["command"] = std::string{name};
    event.data["command_id"] = bounded(command.id, longest_echo);
    event.data["by"] = bounded(command.by, longest_echo);
    event.data["channel"] = bounded(command.channel, longest_echo);
}

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

Priority Alarms::priority_of(std::string_view kind, Priority otherwise) const {
    const auto found = overrides_.find(std::string{kind});
    if (found == overrides_.end()) return otherwise;
    return priority(found->second).value_or(otherwise);
}

void Alarms::restore(Alarm alarm) {
    if (alarm.state == AlarmState::normal) return;
    alarm.priority = priority_of(alarm.kind, alarm.priority);
    auto id = alarm.id;
    alarms_.insert_or_assign(std::move(id), std::move(alarm));
}

void Alarms::tell(EventKind kind, const Alarm& alarm, const Event& cause, Events& events) {
    Event said;
    said.kind = kind;
    said.at = cause.at;
    said.after = cause.after;
    said.subjects.push_back({"alarm", alarm.id});
    std::ranges::copy(cause.subjects, std::back_inserter(said.subjects));
    said.data = alarm_data(alarm, cause.at);
    events.push_back(std::move(said));
}

void Alarms::raise(const AlarmRule& rule, const Event& event, Events& events) {
    const auto& source = event.subjects.front();
    const auto id = std::string{rule.kind} + "-" + source.id;
    auto& alarm = alarms_[id];
    if (alarm.active) return;
    const bool anew = alarm.state == AlarmState::normal;
    if (anew) {
        alarm.id = id;
        alarm.kind = rule.kind;
        alarm.source = source;
        alarm.raised_at = event.at;
    }
    alarm.priority = priority_of(rule.kind, rule.priority);
    alarm.state = next(alarm.state, AlarmInput::raise);
    alarm.active = true;
    ++alarm.count;
    alarm.cleared_at.reset();
    alarm.acknowledged_by.clear();
    tell(anew ? alarm_raised : alarm_repeated, alarm, event, events);
    if (rule.momentary) clear(rule.kind, event, events);
}

void Alarms::clear(std::string_view kind, const Event& event, Events& events) {
    const auto found = alarms_.find(std::string{kind} + "-" + event.subjects.front().id);
    if (found == alarms_.end() || !found->second.active) return;
    auto& alarm = found->second;
    alarm.active = false;
    alarm.state = next(alarm.state, AlarmInput::clear);
    alarm.cleared_at = event.at;
    tell(alarm_cleared, alarm, event, events);
    if (alarm.state == AlarmState::normal) alarms_.erase(found);
}

void Alarms::take(const Event& event, Events& events) {
    assert(!event.subjects.empty());
    for (const auto& rule : rules) {
        if (rule.raised_by.matches(event)) raise(rule, event, events);
        if (std::ranges::any_of(rule.cleared_by, [&](const auto& t) { return t.matches(event); }))
            clear(rule.kind, event, events);
    }
}

void Alarms::remove_source(const Subject& source, Uptime at, Events& events) {
    Event gone;
    gone.at = at;
    gone.subjects = {source};
    for (const auto kind : alarm_kinds()) {
        const auto before = events.size();
        clear(kind, gone, events);
        if (events.size() > before) events.back().data["reason"] = std::string{"removed"};
    }
}

std::optional<Subject> Alarms::acknowledge(const Command& command, const std::string& gateway,
                                           Events& events) {
    const auto& asked = std::get<AcknowledgeAlarm>(command.what).alarm;
    const auto found = alarms_.find(asked);
    const auto who = [&](Event& event) { tell_caller(command, "acknowledge", event); };
    Event cause;
    cause.at = command.at;
    if (found == alarms_.end() || found->second.state == AlarmState::ack_active) {
        cause.kind = command_refused;
        cause.subjects = {{"gateway", gateway}};
        cause.data["alarm"] = bounded(asked, longest_echo);
        cause.data["reason"] =
            std::string{found == alarms_.end() ? "unknown_alarm" : "already_acknowledged"};
        who(cause);
        events.push_back(std::move(cause));
        return {};
    }
    auto& alarm = found->second;
    cause.subjects = {alarm.source};
    alarm.state = next(alarm.state, AlarmInput::acknowledge);
    alarm.acknowledged_by = bounded(command.by, longest_echo);
    tell(alarm_acknowledged, alarm, cause, events);
    who(events.back());
    auto source = alarm.source;
    if (alarm.state == AlarmState::normal) alarms_.erase(found);
    return source;
}

std::vector<Alarm> Alarms::all() const {
    std::vector<Alarm> all;
    for (const auto& [id, alarm] : alarms_) all.push_back(alarm);
    std::ranges::sort(all, {},
                      [](const Alarm& alarm) { return std::pair{alarm.raised_at, alarm.id}; });
    return all;
}

Alarms::Summary Alarms::of(const Subject& source) const {
    Summary summary;
    for (const auto& [id, alarm] : alarms_) {
        if (alarm.source != source) continue;
        summary.active |= alarm.active;
        if (!summary.worst || alarm.priority < *summary.worst) summary.worst = alarm.priority;
        const bool waits =
            alarm.state == AlarmState::unack_active || alarm.state == AlarmState::rtn_unack;
        summary.unacknowledged += waits ? 1 : 0;
    }
    return summary;
}

std::vector<Subject> Alarms::sources() const {
    std::vector<Subject> sources;
    for (const auto& [id, alarm] : alarms_)
        if (std::ranges::find(sources, alarm.source) == sources.end())
            sources.push_back(alarm.source);
    return sources;
}

}  // namespace sealwarden
