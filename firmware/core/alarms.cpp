#include "firmware/core/alarms.hpp"

#include <algorithm>
#include <cassert>

#include "firmware/core/zone.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

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

namespace {

using AlarmRules = std::vector<const AlarmRule*>;

// The rules an event of this kind could mean something to: most have none.
const AlarmRules& rules_about(EventKind kind) {
    static const auto all = [] {
        std::map<EventKind, AlarmRules> by_kind;
        for (const auto one : event_kinds()) by_kind[one];
        for (const auto& rule : alarm_rules()) {
            std::set<EventKind> about{rule.raised_by.event};
            for (const auto& trigger : rule.cleared_by) about.insert(trigger.event);
            for (const auto one : about) by_kind[one].push_back(&rule);
        }
        return by_kind;
    }();
    return all.at(kind);
}

std::string_view suppressing_mark(const Event& event) {
    for (const auto mark : suppressing_marks) {
        const auto found = event.data.find(std::string{mark});
        if (found != event.data.end() && found->second == Datum{true}) return mark;
    }
    return {};
}

std::uint32_t things_of(const Event& event) {
    const auto found = event.data.find("things");
    const auto* things =
        found == event.data.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
    return things == nullptr ? 0 : static_cast<std::uint32_t>(*things);
}

}  // namespace

Alarms::Alarms(const SiteOptions& options)
    : options_{options.alarm}, gateway_{options.gateway}, priorities_{options.priorities} {
    for (const auto& step : options_.escalation) steps_[step.priority].push_back(step);
    for (auto& [prio, steps] : steps_)
        std::ranges::sort(steps, {}, [](const EscalationStep& step) {
            return std::pair{step.after, step.group};
        });

    const auto add = [&](std::string_view kind, const auto& things, bool walked = true) {
        for (const auto& thing : things) {
            configured_.insert({std::string{kind}, thing.id});
            if (walked) configured_.insert({"test", std::string{kind} + "-" + thing.id});
        }
    };
    add("door", options.doors);
    add("seal", options.seals);
    add("reader", options.readers);
    add("camera", options.cameras);
    for (const auto& camera : options.cameras) configured_.insert({"camera_check", camera.id});
    add("power", options.powers);
    add("cabinet", options.cabinets);
    add("light", options.lights);
    add("device", options.devices, false);
    add("output", options.outputs, false);
    for (const auto& webhook : options.webhooks) configured_.insert({"webhook", webhook});
    configured_.insert({"gateway", options.gateway});
    for (const auto& witness : options.witnesses) configured_.insert({"witness", witness});

    for (const auto& door : options.doors) {
        auto& reach = reach_[{"door", door.id}];
        reach.insert({"door", door.id});
        for (const auto& seal : options.seals)
            if (seal.door == door.id) reach.insert({"seal", seal.id});
        for (const auto& reader : options.readers)
            if (reader.door == door.id) reach.insert({"reader", reader.id});
    }
    for (const auto& zone : options.zones) reach_[{"zone", zone.id}] = things_in(zone, options);
}

Priority Alarms::priority_of(std::string_view kind, Priority otherwise) const {
    const auto found = priorities_.find(std::string{kind});
    if (found == priorities_.end()) return otherwise;
    return priority(found->second).value_or(otherwise);
}

bool Alarms::can_come_from(const Subject& source) const {
    static constexpr std::array<std::string_view, 14> things{
        "door",   "seal",    "reader",  "camera", "power",   "cabinet", "light",
        "device", "gateway", "witness", "test",   "webhook", "output",  "camera_check"};
    return std::ranges::find(things, source.kind) == things.end() || configured_.contains(source);
}

void Alarms::restore(Alarm alarm) {
    if (alarm.over()) return;
    alarm.priority = priority_of(alarm.kind, alarm.priority);
    const auto place = alarms_.try_emplace(alarm.id).first;
    place->second.alarm = std::move(alarm);
    settle(place);
}

void Alarms::tell(EventKind kind, const Alarm& alarm, const Event& cause, Events& events) const {
    Event said;
    said.kind = kind;
    said.at = cause.at;
    said.after = cause.after;
    said.subjects.push_back({"alarm", alarm.id});
    std::ranges::copy(cause.subjects, std::back_inserter(said.subjects));
    said.data = alarm_data(alarm, cause.at);
    if (const auto mark = suppressing_mark(cause); !mark.empty())
        said.data[std::string{mark}] = true;
    if (alarm.set_aside != SetAside::none && !alarm.reason.empty())
        said.personal["reason"] = alarm.reason;
    events.push_back(std::move(said));
}

void Alarms::raise(const AlarmRule& rule, const Event& event, Events& events) {
    const auto& source = event.subjects.front();
    const auto id = std::string{rule.kind} + "-" + source.id;
    const auto place = alarms_.try_emplace(id).first;
    auto& alarm = place->second.alarm;
    if (alarm.clears_at) {
        // Chatter: it had not been clear for long enough, so it is the same raising.
        ++alarm.count;
        if (rule.momentary) {
            alarm.clears_at = event.at + off_delay(alarm.kind);
        } else {
            alarm.clears_at.reset();
            alarm.cleared_at.reset();
        }
        return settle(place);
    }
    if (alarm.active) return;
    const bool anew = alarm.state == AlarmState::normal;
    if (anew) {
        alarm.id = id;
        alarm.kind = rule.kind;
        alarm.source = source;
        alarm.count = 0;
        alarm.raised_at = event.at;
        alarm.announced_at.reset();
        alarm.reminded_at.reset();
        alarm.step = 0;
    }
    AlarmStanding standing{alarm.state, alarm.set_aside};
    // One that still waits for its acknowledgement is not hidden by a test.
    const auto mark = suppressing_mark(event);
    const bool suppressed = anew && !mark.empty() && alarm.set_aside == SetAside::none;
    if (suppressed) {
        standing = next(standing, AlarmInput::suppress);
        alarm.set_aside_by = mark;
    }
    standing = next(standing, AlarmInput::raise);
    alarm.state = standing.state;
    alarm.set_aside = standing.set_aside;
    alarm.priority = priority_of(rule.kind, rule.priority);
    alarm.active = true;
    ++alarm.count;
    alarm.cleared_at.reset();
    alarm.acknowledged_by.clear();
    alarm.silenced = false;
    alarm.things = things_of(event);
    if (suppressed)
        tell(alarm_suppressed, alarm, event, events);
    else if (alarm.set_aside == SetAside::none)
        tell(anew ? alarm_raised : alarm_repeated, alarm, event, events);
    if (rule.momentary) return cleared(place, event, events);
    settle(place);
}

void Alarms::clear(std::string_view kind, const Event& event, Events& events) {
    const auto place = alarms_.find(std::string{kind} + "-" + event.subjects.front().id);
    if (place == alarms_.end() || !place->second.alarm.active) return;
    auto& alarm = place->second.alarm;
    if (alarm.clears_at) return;
    const auto delay = off_delay(kind);
    if (delay.count() == 0 || alarm.set_aside != SetAside::none)
        return cleared(place, event, events);
    alarm.cleared_at = event.at;
    alarm.clears_at = event.at + delay;
    settle(place);
}

std::chrono::milliseconds Alarms::off_delay(std::string_view kind) const {
    const auto found = options_.off_delay.find(std::string{kind});
    return found == options_.off_delay.end() ? std::chrono::milliseconds{0} : found->second;
}

void Alarms::cleared(Place place, const Event& cause, Events& events) {
    auto& alarm = place->second.alarm;
    const auto was = alarm.set_aside;
    const auto standing = next(AlarmStanding{alarm.state, was}, AlarmInput::clear);
    alarm.active = false;
    alarm.state = standing.state;
    alarm.set_aside = standing.set_aside;
    if (!alarm.clears_at) alarm.cleared_at = cause.at;
    alarm.clears_at.reset();
    if (was == SetAside::none || was == SetAside::suppressed)
        tell(alarm_cleared, alarm, cause, events);
    settle(place);
}

void Alarms::take(const Event& event, Events& events) {
    assert(!event.subjects.empty());
    for (const auto* rule : rules_about(event.kind)) {
        if (rule->raised_by.matches(event)) raise(*rule, event, events);
        if (std::ranges::any_of(rule->cleared_by, [&](const auto& t) { return t.matches(event); }))
            clear(rule->kind, event, events);
    }
    if (event.kind == test_mode_ended) end_suppression(event, "test", events);
    if (event.kind == drill_ended) end_suppression(event, "drill", events);
    if (event.kind == maintenance_ended) end_suppression(event, "maintenance", events);
}

void Alarms::end_suppression(const Event& event, std::string_view mark, Events& events) {
    const auto reach = reach_.find(event.subjects.front());
    std::vector<std::string> ids;
    for (const auto& [id, living] : alarms_) {
        const auto& alarm = living.alarm;
        if (alarm.set_aside != SetAside::suppressed || alarm.set_aside_by != mark) continue;
        // What is no longer configured cannot say whom it reached.
        if (reach == reach_.end() || reach->second.contains(alarm.source)) ids.push_back(id);
    }
    for (const auto& id : ids) {
        const auto place = alarms_.find(id);
        Event cause;
        cause.at = event.at;
        cause.subjects = {place->second.alarm.source};
        put_back(place, AlarmInput::unsuppress, mark, cause, events);
    }
}

void Alarms::remove_source(const Subject& source, Uptime at, Events& events) {
    Event gone;
    gone.at = at;
    gone.subjects = {source};
    std::vector<std::string> ids;
    for (const auto& [id, living] : alarms_)
        if (living.alarm.source == source) ids.push_back(id);
    for (const auto& id : ids) {
        const auto place = alarms_.find(id);
        auto& alarm = place->second.alarm;
        if (!alarm.active && alarm.set_aside == SetAside::none) continue;
        if (alarm.set_aside != SetAside::none) {
            alarm.set_aside = SetAside::none;
            alarm.state = AlarmState::ack_active;
        }
        cleared(place, gone, events);
        events.back().data["reason"] = std::string{"removed"};
    }
}

std::vector<Alarm> Alarms::all() const {
    std::vector<Alarm> all;
    for (const auto& [id, living] : alarms_) all.push_back(living.alarm);
    std::ranges::sort(all, {},
                      [](const Alarm& alarm) { return std::pair{alarm.raised_at, alarm.id}; });
    return all;
}

Alarms::Summary Alarms::of(const Subject& source) const {
    Summary summary;
    for (const auto& [id, living] : alarms_) {
        const auto& alarm = living.alarm;
        if (alarm.source != source || alarm.set_aside != SetAside::none) continue;
        summary.active |= alarm.active;
        if (!summary.worst || alarm.priority < *summary.worst) summary.worst = alarm.priority;
        summary.unacknowledged += alarm.waits() ? 1 : 0;
    }
    return summary;
}

}  // namespace sealwarden
