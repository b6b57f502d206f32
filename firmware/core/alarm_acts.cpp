// What people do with alarms.
#include "firmware/core/alarm_acts.hpp"

#include <algorithm>
#include <cassert>

#include "firmware/core/alarms.hpp"
#include "firmware/core/response/may.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

constexpr std::string_view right = "alarms";
constexpr std::size_t longest_echo = 128;  // of a caller's text in an entry

std::string quoted(const std::string& text) {
    return "`" + bounded(text, longest_echo) + "`";
}

// "ana" and her token "ana/turnstile" are one person.
std::string_view account_of(std::string_view by) {
    return by.substr(0, by.find('/'));
}

// What the thing is called whose event raises this: the word before the dot, but for what the
// gateway says of itself and of its devices, and for what several rules say of a door, a reader or
// a cabinet.
std::string_view source_kind(const Trigger& raised_by) {
    if (raised_by.event == coverage_lost) return "device";
    if (raised_by.event == visit_deviation && raised_by.is == "opened_without_visit") return "door";
    if (raised_by.event == cross_finding) {
        if (raised_by.is == "battery_and_cabinet") return "cabinet";
        const bool badge =
            raised_by.is == "revoked_badge_used" || raised_by.is == "repeated_denials";
        return badge ? "reader" : "door";
    }
    const auto text = to_string(raised_by.event);
    const auto word = text.substr(0, text.find('.'));
    if (word == "log" || word == "clock") return "gateway";
    if (word == "notify") return "webhook";
    return word == "anchor" ? "witness" : word;
}

}  // namespace

void Alarms::acknowledge(const Command& command, Events& events) {
    const auto& [asked, why, note] = std::get<AcknowledgeAlarm>(command.what);
    const auto by = bounded(command.by, longest_echo);
    const auto place = alarms_.find(asked);
    const auto refuse = [&, &named = asked](std::string_view reason, std::string message) {
        Event refused;
        refused.kind = command_refused;
        refused.at = command.at;
        refused.subjects = {{"gateway", gateway_}};
        refused.data["alarm"] = bounded(named, longest_echo);
        refused.data["reason"] = std::string{reason};
        refused.data["message"] = std::move(message);
        tell_caller(command, "acknowledge", refused);
        events.push_back(std::move(refused));
    };
    if (place == alarms_.end())
        return refuse("unknown_alarm", "there is no alarm " + quoted(asked) +
                                           " now; `sealwarden alarm list` shows those there are");
    auto& alarm = place->second.alarm;
    if (alarm.set_aside != SetAside::none)
        return refuse("set_aside", quoted(asked) + " is " +
                                       std::string{to_string(alarm.set_aside)} +
                                       " and asks for nothing");
    if (!alarm.waits())
        return refuse("already_acknowledged", quoted(asked) + " was acknowledged by " +
                                                  quoted(alarm.acknowledged_by) + " already");

    Event cause;
    cause.at = command.at;
    cause.subjects = {alarm.source};
    const auto first = alarm.acknowledged_by;
    const bool takes_two = std::ranges::count(options_.two_persons, alarm.kind) > 0;
    if (takes_two && account_of(first) == account_of(by))
        return refuse("second_person_needed", "two persons must acknowledge " + quoted(asked) +
                                                  ", and " + quoted(by) + " was the first");
    alarm.acknowledged_by = by;
    if (!takes_two || !first.empty()) alarm.state = next(alarm.state, AlarmInput::acknowledge);
    tell(alarm_acknowledged, alarm, cause, events);
    if (!first.empty()) events.back().data["acknowledged_first_by"] = first;
    if (!why.empty()) events.back().data["reason"] = bounded(why, longest_echo);
    if (!note.empty()) events.back().personal["note"] = note;
    tell_caller(command, "acknowledge", events.back());
    settle(place);
}

void Alarms::tell(EventKind kind, const Alarm& alarm, const Asked& asked, const std::string& person,
                  Events& events) const {
    Event cause;
    cause.at = asked.now.at;
    cause.subjects = {alarm.source, {"person", person}};
    tell(kind, alarm, cause, events);
    events.back().data["person"] = person;
    tell_caller(asked.command, asked.act, events.back());
}

std::optional<Alarms::Place> Alarms::living(const std::string& id, const Asked& asked,
                                            Events& events) {
    const auto found = alarms_.find(id);
    if (found != alarms_.end()) return found;
    asked.refuse(
        "unknown_alarm",
        "there is no alarm " + quoted(id) + " now; `sealwarden alarm list` shows those there are",
        events);
    return {};
}

std::optional<Alarms::Place> Alarms::settable(const std::string& id, const Asked& asked,
                                              Events& events) {
    if (const auto found = alarms_.find(id); found != alarms_.end()) return found;
    for (const auto& rule : alarm_rules()) {
        if (!id.starts_with(std::string{rule.kind} + "-")) continue;
        Subject source{std::string{source_kind(rule.raised_by)}, id.substr(rule.kind.size() + 1)};
        if (!configured_.contains(source)) continue;
        const auto place = alarms_.try_emplace(id).first;
        auto& alarm = place->second.alarm;
        alarm.id = id;
        alarm.kind = rule.kind;
        alarm.source = std::move(source);
        alarm.priority = priority_of(rule.kind, rule.priority);
        alarm.raised_at = asked.now.at;
        return place;
    }
    asked.refuse("unknown_alarm",
                 "there is no alarm " + quoted(id) +
                     " and nothing configured could raise it; an id is the alarm's kind, a hyphen "
                     "and the id of its source, as in `door-held-d07`",
                 events);
    return {};
}

void Alarms::apply(const ShelveAlarm& act, const Asked& asked, Events& events) {
    if (!may(act.person, right, asked, events)) return;
    const auto longest = options_.longest_shelf;
    if (act.minutes < 1 || act.minutes > longest.count())
        return asked.refuse("bad_time",
                            "an alarm is shelved for 1 to " + std::to_string(longest.count()) +
                                " minutes here (longest_shelf of [alarm]), and not for " +
                                std::to_string(act.minutes),
                            events);
    const auto place = settable(act.alarm, asked, events);
    if (!place) return;
    auto& alarm = (*place)->second.alarm;
    if (alarm.set_aside == SetAside::out_of_service)
        return asked.refuse("out_of_service",
                            quoted(act.alarm) + " is out of service; `alarm enable` ends that",
                            events);
    // Set aside, it would be over without them.
    if (alarm.waits() && std::ranges::count(options_.two_persons, alarm.kind) > 0)
        return asked.refuse("second_person_needed",
                            quoted(act.alarm) +
                                " takes the acknowledgement of two persons before "
                                "it can be shelved",
                            events);
    set_aside(alarm, AlarmInput::shelve);
    alarm.set_aside_by = act.person;
    alarm.authority.clear();
    alarm.reason = act.reason;
    alarm.until = asked.now.at + std::chrono::minutes{act.minutes};
    tell(alarm_shelved, alarm, asked, act.person, events);
    events.back().data["minutes"] = act.minutes;
    settle(*place);
}

void Alarms::apply(const UnshelveAlarm& act, const Asked& asked, Events& events) {
    if (!may(act.person, right, asked, events)) return;
    const auto place = living(act.alarm, asked, events);
    if (!place) return;
    if ((*place)->second.alarm.set_aside != SetAside::shelved)
        return asked.refuse("not_shelved", quoted(act.alarm) + " is not shelved", events);
    put_back(*place, AlarmInput::unshelve, asked, act.person, events);
}

void Alarms::apply(const TakeOutOfService& act, const Asked& asked, Events& events) {
    if (!may(act.person, "", asked, events) || !may(act.authority, right, asked, events)) return;
    const auto place = settable(act.alarm, asked, events);
    if (!place) return;
    auto& alarm = (*place)->second.alarm;
    if (alarm.set_aside == SetAside::out_of_service)
        return asked.refuse("out_of_service", quoted(act.alarm) + " is out of service already",
                            events);
    set_aside(alarm, AlarmInput::disable);
    alarm.set_aside_by = act.person;
    alarm.authority = act.authority;
    alarm.reason = act.reason;
    alarm.until.reset();
    tell(alarm_out_of_service, alarm, asked, act.person, events);
    settle(*place);
}

void Alarms::apply(const ReturnToService& act, const Asked& asked, Events& events) {
    if (!may(act.person, right, asked, events)) return;
    const auto place = living(act.alarm, asked, events);
    if (!place) return;
    if ((*place)->second.alarm.set_aside != SetAside::out_of_service)
        return asked.refuse("in_service", quoted(act.alarm) + " is in service", events);
    put_back(*place, AlarmInput::enable, asked, act.person, events);
}

void Alarms::apply(const SilenceAlarm& act, const Asked& asked, Events& events) {
    if (!may(act.person, "", asked, events)) return;
    const auto place = living(act.alarm, asked, events);
    if (!place) return;
    auto& alarm = (*place)->second.alarm;
    if (!alarm.waits() || alarm.silenced)
        return asked.refuse("silent", quoted(act.alarm) + " makes no sound", events);
    alarm.silenced = true;
    tell(alarm_silenced, alarm, asked, act.person, events);
}

void Alarms::set_aside(Alarm& alarm, AlarmInput input) {
    const auto standing = next(AlarmStanding{alarm.state, alarm.set_aside}, input);
    alarm.state = standing.state;
    alarm.set_aside = standing.set_aside;
    alarm.silenced = false;
    alarm.acknowledged_by.clear();
}

void Alarms::put_back(Place place, AlarmInput input, const Asked& asked, const std::string& person,
                      Events& events) {
    Event cause;
    cause.at = asked.now.at;
    cause.subjects = {place->second.alarm.source, {"person", person}};
    const auto from = events.size();
    put_back(place, input, "person", cause, events);
    events[from].data["person"] = person;
    tell_caller(asked.command, asked.act, events[from]);
}

}  // namespace sealwarden
