// What becomes of alarms as time passes.
#include <algorithm>
#include <cassert>

#include "firmware/core/alarms.hpp"
#include "firmware/core/fact.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

EventKind told_by(AlarmInput way_back) {
    switch (way_back) {
        case AlarmInput::unshelve: return alarm_unshelved;
        case AlarmInput::unsuppress: return alarm_unsuppressed;
        case AlarmInput::enable: return alarm_in_service;
        case AlarmInput::raise:
        case AlarmInput::clear:
        case AlarmInput::acknowledge:
        case AlarmInput::shelve:
        case AlarmInput::suppress:
        case AlarmInput::disable: break;
    }
    assert(!"only the ways back lead back");
    return alarm_unshelved;
}

}  // namespace

std::optional<Uptime> Alarms::deadline() const {
    if (due_.empty()) return {};
    return due_.begin()->first;
}

const EscalationStep* Alarms::next_step(const Alarm& alarm) const {
    const auto steps = steps_.find(std::string{to_string(alarm.priority)});
    if (steps == steps_.end() || alarm.step >= steps->second.size()) return nullptr;
    return &steps->second[alarm.step];
}

std::optional<Uptime> Alarms::due(const Alarm& alarm) const {
    auto first = sooner(alarm.clears_at, alarm.until);
    if (!alarm.waits()) return first;
    const auto since = alarm.announced_at.value_or(alarm.raised_at);
    if (const auto* step = next_step(alarm)) first = sooner(first, since + step->after);
    if (options_.remind_after.count() > 0)
        first = sooner(first, alarm.reminded_at.value_or(since) + options_.remind_after);
    return first;
}

void Alarms::settle(Place place) {
    auto& living = place->second;
    if (living.due) due_.erase({*living.due, place->first});
    if (living.alarm.over()) {
        alarms_.erase(place);
        return;
    }
    living.due = due(living.alarm);
    if (living.due) due_.insert({*living.due, place->first});
}

void Alarms::tick(Uptime now, Events& events) {
    while (!due_.empty() && due_.begin()->first <= now) {
        const auto place = alarms_.find(due_.begin()->second);
        assert(place != alarms_.end());
        serve(place, now, events);
    }
}

// The first thing that is due; each comes nearer to a later deadline.
void Alarms::serve(Place place, Uptime now, Events& events) {
    auto& alarm = place->second.alarm;
    Event cause;
    cause.at = now;
    cause.subjects = {alarm.source};
    if (alarm.clears_at && *alarm.clears_at <= now) return cleared(place, cause, events);
    if (alarm.until && *alarm.until <= now)
        return put_back(place, AlarmInput::unshelve, "time", cause, events);
    const auto since = alarm.announced_at.value_or(alarm.raised_at);
    if (const auto* step = next_step(alarm); step != nullptr && since + step->after <= now) {
        ++alarm.step;
        tell(alarm_escalated, alarm, cause, events);
        events.back().data["group"] = step->group;
    } else {
        alarm.reminded_at = now;
        alarm.silenced = false;
        tell(alarm_reminded, alarm, cause, events);
    }
    settle(place);
}

void Alarms::put_back(Place place, AlarmInput input, std::string_view why, const Event& cause,
                      Events& events) {
    auto& alarm = place->second.alarm;
    const auto standing = next(AlarmStanding{alarm.state, alarm.set_aside}, input);
    alarm.state = standing.state;
    alarm.set_aside = standing.set_aside;
    alarm.set_aside_by.clear();
    alarm.authority.clear();
    alarm.reason.clear();
    alarm.until.reset();
    if (alarm.active) {
        alarm.announced_at = cause.at;
        alarm.reminded_at.reset();
        alarm.step = 0;
    }
    tell(told_by(input), alarm, cause, events);
    events.back().data["why"] = std::string{why};
    if (alarm.active) tell(alarm_raised, alarm, cause, events);
    settle(place);
}

}  // namespace sealwarden
