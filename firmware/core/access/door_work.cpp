#include "firmware/core/access/door_work.hpp"

#include <algorithm>
#include <array>

#include "firmware/core/access/finding.hpp"
#include "firmware/core/access/people.hpp"
#include "firmware/core/alarms.hpp"
#include "firmware/core/options.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

constexpr std::array told{maintenance_begun, maintenance_ended};
constexpr std::array over{maintenance_ended};

bool may(const std::string& person, const Asked& asked, Events& events) {
    auto objection = asked.people.objection(person, "alarms", asked.now);
    if (objection.empty()) return true;
    asked.refuse(asked.people.find(person) == nullptr ? "unknown_person" : "not_allowed",
                 std::move(objection), events);
    return false;
}

std::string quoted(const std::string& id) {
    return "`" + bounded(id, 40) + "`";
}

}  // namespace

RecordKind DoorWork::record_kind() {
    return {"door", told, over};
}

void DoorWork::configure(const Circumstances& circumstances) {
    docks_.clear();
    for (const auto& door : circumstances.options.doors)
        if (door.kind == DoorKind::dock) docks_[door.id] = door.held_open_after;
}

void DoorWork::restore(const Record& record, const Circumstances& circumstances) {
    if (record.subject.kind == "visit") {
        const auto door = text_of(record.data, "door");
        const bool gone = record.kind == visit_departed || record.kind == visit_cancelled;
        if (!gone && !door.empty()) arrived(record.subject.id, std::string{door});
    }
    if (record.subject.kind != "door" || record.kind != maintenance_begun) return;
    auto work = read_fields<Maintenance>(record, circumstances.now);
    if (!work || !work->until) return;
    under_.insert_or_assign(record.subject.id, std::move(*work));
    plan();
}

void DoorWork::carry(const Circumstances& circumstances, Events& events) const {
    for (const auto& [door, work] : under_)
        events.push_back(
            carried_record({"door", door}, maintenance_begun, work, circumstances.now));
}

void DoorWork::apply(const BeginMaintenance& act, const Asked& asked, Events& events) {
    if (!may(act.person, asked, events)) return;
    const auto& doors = asked.options.doors;
    if (std::ranges::find(doors, act.door, &DoorOptions::id) == doors.end()) {
        asked.refuse("unknown_door", "there is no door " + quoted(act.door), events);
        return;
    }
    const auto longest = asked.options.access.longest_maintenance;
    if (act.minutes < 1 || act.minutes > longest.count()) {
        asked.refuse("bad_argument",
                     "`minutes` is " + std::to_string(act.minutes) + "; it must be 1 to " +
                         std::to_string(longest.count()) +
                         ", and `maintenance begin` again makes it longer",
                     events);
        return;
    }
    Maintenance work;
    work.until = asked.now.at + std::chrono::minutes{act.minutes};
    work.person = act.person;
    work.reason = act.reason;
    auto said = asked.event(maintenance_begun, {{"door", act.door}, {"person", act.person}});
    write_fields(work, asked.now, said);
    events.push_back(std::move(said));
    under_.insert_or_assign(act.door, std::move(work));
    plan();
}

void DoorWork::apply(const EndMaintenance& act, const Asked& asked, Events& events) {
    if (!may(act.person, asked, events)) return;
    const auto found = under_.find(act.door);
    if (found == under_.end()) {
        asked.refuse("not_begun", "nobody works on a door " + quoted(act.door), events);
        return;
    }
    found->second.ended_by = act.person;
    auto said = asked.event(maintenance_ended, {{"door", act.door}, {"person", act.person}});
    write_fields(found->second, asked.now, said);
    events.push_back(std::move(said));
    under_.erase(found);
    plan();
}

void DoorWork::tick(const Circumstances& circumstances, Events& events) {
    for (auto one = under_.begin(); one != under_.end();) {
        if (!one->second.until || *one->second.until > circumstances.now.at) {
            ++one;
            continue;
        }
        one->second.ended_by = "limit";
        auto said =
            make_event(maintenance_ended, {{"door", one->first}, {"person", one->second.person}},
                       circumstances.now.at);
        write_fields(one->second, circumstances.now, said);
        events.push_back(std::move(said));
        one = under_.erase(one);
    }
    tell_held(circumstances, events);
    plan();
}

void DoorWork::tell_held(const Circumstances& circumstances, Events& events) {
    for (auto one = held_.begin(); one != held_.end();) {
        const auto& [door, held] = *one;
        if (!held.due || *held.due > circumstances.now.at) {
            ++one;
            continue;
        }
        auto said =
            make_event(EventKind::door_held, {{"door", door}, {"visit", held.visit}}, *held.due);
        said.data["open_ms"] =
            std::chrono::duration_cast<std::chrono::milliseconds>(*held.due - held.open_since)
                .count();
        said.data["counted_from"] = std::string{"departure"};
        events.push_back(std::move(said));
        one = held_.erase(one);
    }
}

void DoorWork::plan() {
    deadline_.reset();
    for (const auto& [door, work] : under_) deadline_ = sooner(deadline_, work.until);
    for (const auto& [door, held] : held_) deadline_ = sooner(deadline_, held.due);
}

void DoorWork::arrived(const std::string& visit, const std::string& door) {
    visits_.insert_or_assign(visit, door);
    at_[door].insert(visit);
    if (const auto held = held_.find(door); held != held_.end()) held->second.due.reset();
    plan();
}

void DoorWork::left(const Event& said) {
    const auto visit = visits_.find(said.subjects.front().id);
    if (visit == visits_.end()) return;
    const auto door = visit->second;
    auto& there = at_[door];
    there.erase(visit->first);
    if (there.empty()) at_.erase(door);
    if (const auto held = held_.find(door); held != held_.end() && !at_.contains(door)) {
        const auto dock = docks_.find(door);
        held->second.due =
            said.at + (dock == docks_.end() ? std::chrono::milliseconds{0} : dock->second);
        held->second.visit = visit->first;
    }
    visits_.erase(visit);
    plan();
}

void DoorWork::take(const Event& said, const Circumstances&, Events&) {
    switch (said.kind) {
        case visit_arrived:
            if (const auto door = subject_id(said, "door"); !door.empty())
                arrived(said.subjects.front().id, std::string{door});
            return;
        case visit_departed:
        case visit_cancelled: left(said); return;
        case door_held: {
            if (!flag_of(said, "loading")) return;
            const auto open = said.data.find("open_ms");
            const auto* ms =
                open == said.data.end() ? nullptr : std::get_if<std::int64_t>(&open->second);
            held_[said.subjects.front().id] = {
                .open_since = said.at - std::chrono::milliseconds{ms == nullptr ? 0 : *ms},
                .due = {},
                .visit = {}};
            return;
        }
        case door_closed:
            if (held_.erase(said.subjects.front().id) > 0) plan();
            return;
        default: return;  // most events are no matter of it
    }
}

void DoorWork::mark(Event& event) const {
    const auto& subject = event.subjects.front();
    if (subject.kind != "door") return;
    if (event.kind == maintenance_begun || event.kind == maintenance_ended) return;
    if (!under_.empty() && under_.contains(subject.id)) event.data["maintenance"] = true;
    if (event.kind != door_held && event.kind != door_warned) return;
    if (docks_.contains(subject.id) && at_.contains(subject.id)) event.data["loading"] = true;
}

}  // namespace sealwarden
