#include "firmware/core/dock/visits.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "firmware/core/fact.hpp"
#include "firmware/core/said.hpp"

namespace sealwarden {
namespace {

constexpr std::array told{
    EventKind::visit_arrived,   EventKind::visit_inspected, EventKind::visit_verified,
    EventKind::visit_cut,       EventKind::visit_opened,    EventKind::visit_loading,
    EventKind::visit_closed,    EventKind::visit_sealed,    EventKind::visit_departed,
    EventKind::visit_cancelled, EventKind::visit_deviation};
constexpr std::array ends{EventKind::visit_departed, EventKind::visit_cancelled};
constexpr std::size_t deviations_kept = 12;  // in the record; all of them are in the log

Datum text_or_null(const std::string& text) {
    return text.empty() ? Datum{} : Datum{text};
}

}  // namespace

std::span<const RecordKind> Visits::record_kinds() {
    static const std::array kinds{RecordKind{"visit", told, ends}, ExpectedUnits::record_kind()};
    return kinds;
}

void Visits::configure(const Circumstances& circumstances) {
    options_ = circumstances.options.dock;
    auto before = std::exchange(docks_, {});
    for (const auto& door : circumstances.options.doors) {
        if (door.kind == DoorKind::personnel) continue;
        auto [dock, fresh] = docks_.emplace(door.id, Dock{});
        dock->second.free_since = circumstances.now.at;
        if (const auto old = before.find(door.id); old != before.end()) dock->second = old->second;
        dock->second.kind = door.kind;
        touched_.insert(door.id);
    }
    find_deadline();
}

void Visits::restore(const Record& record, const Circumstances& circumstances) {
    expected_.restore(record, circumstances.now);
    if (record.subject.kind == "driver" && record.kind != EventKind::driver_out)
        drivers_[record.subject.id] = flag_of(record.data, "id_checked");
    if (record.kind == EventKind::door_unknown)
        if (auto* here = at_door(record.subject.id); here != nullptr && here->arrived_at)
            here->wire_failed = flag_of(record.data, "lasts") || record.at >= *here->arrived_at;
    if (record.subject.kind == "case") take_case(record.kind, record.subject, record.data);
    if (record.subject.kind != "visit") return;
    auto visit = read_fields<Visit>(record, circumstances.now);
    if (!visit) return;
    visit->id = record.subject.id;
    visit->unseen = true;
    if (visit->inspected && !visit->first_inspected_at)  // of an older build
        visit->first_inspected_at = visit->inspected_at;
    if (visit->arrived_at)
        last_id_ms_ = std::max(last_id_ms_, circumstances.now.wall_ms(*visit->arrived_at));
    keep(std::move(*visit));
}

void Visits::carry(const Circumstances& circumstances, Events& events) const {
    expected_.carry(circumstances.now, events);
    for (const auto& [id, visit] : visits_)
        events.push_back(
            carried_record({"visit", id}, EventKind::visit_arrived, visit, circumstances.now));
}

void Visits::take(const Event& said, const Circumstances& circumstances, Events& events) {
    switch (said.kind) {
        case EventKind::door_opened:
        case EventKind::door_closed:
        case EventKind::door_unknown:
        case EventKind::door_opened_between_polls: take_door(said, circumstances, events); return;
        case EventKind::door_recounted: recounted(said, circumstances, events); return;
        case EventKind::custody_checked:
        case EventKind::custody_verified:
        case EventKind::custody_mismatch:
        case EventKind::custody_cleared:
        case EventKind::custody_tampered:
        case EventKind::custody_removed:
        case EventKind::custody_broken:
        case EventKind::custody_affixed: take_seal(said, circumstances, events); return;
        case EventKind::driver_in:
            drivers_[said.subjects.front().id] = flag_of(said, "id_checked");
            return;
        case EventKind::driver_out: drivers_.erase(said.subjects.front().id); return;
        case EventKind::case_opened:
        case EventKind::case_assigned:
        case EventKind::case_noted:
        case EventKind::case_notified:
        case EventKind::case_linked:
        case EventKind::case_overdue:
        case EventKind::case_closed: take_case(said.kind, said.subjects.front(), said.data); return;
        default: return;  // most events are no matter of a visit
    }
}

void Visits::take_case(EventKind kind, const Subject& subject, const RecordData& data) {
    const auto touch_those_of = [this](const std::string& id) {
        const auto* one = cases_.find(id);
        if (one == nullptr) return;
        if (const auto* visit = of_unit(one->container)) touch(*visit);
        if (const auto visit = visits_.find(one->visit); visit != visits_.end())
            touch(visit->second);
    };
    touch_those_of(subject.id);
    cases_.take(kind, subject, data);
    touch_those_of(subject.id);
}

void Visits::tick(const Circumstances& circumstances, Events& events) {
    for (auto& [id, visit] : visits_) {
        const auto at = due(visit);
        if (!at || *at > circumstances.now.at) continue;
        visit.late_told = true;
        deviate(visit, Deviation::late_sealing,
                {.circumstances = circumstances, .at = *at, .after = {}, .data = {}}, events);
    }
    find_deadline();
}

// Where the contact is not known, nothing is late; from when it is known again, it may be.
std::optional<Uptime> Visits::due(const Visit& visit) const {
    const auto late = late_at(visit, options_);
    if (!late || position(visit.door) != DoorPosition::closed) return {};
    const auto dock = docks_.find(visit.door);
    return std::max(*late, dock->second.known_since);
}

void Visits::find_deadline() {
    deadline_.reset();
    for (const auto& [id, visit] : visits_) deadline_ = sooner(deadline_, due(visit));
}

const Visit* Visits::at_door(const std::string& door) const {
    const auto id = at_door_.find(door);
    return id == at_door_.end() ? nullptr : &visits_.find(id->second)->second;
}
Visit* Visits::at_door(const std::string& door) {
    const auto id = at_door_.find(door);
    return id == at_door_.end() ? nullptr : &visits_.find(id->second)->second;
}
Visit* Visits::of_unit(const std::string& unit) {
    const auto id = of_unit_.find(unit);
    return id == of_unit_.end() ? nullptr : &visits_.find(id->second)->second;
}

DoorPosition Visits::position(const std::string& door) const {
    const auto found = docks_.find(door);
    if (found == docks_.end() || found->second.kind != DoorKind::dock) return DoorPosition::unknown;
    return found->second.position;
}

void Visits::keep(Visit visit) {
    touch(visit);
    at_door_[visit.door] = visit.id;
    of_unit_[visit.container] = visit.id;
    auto id = visit.id;
    visits_.insert_or_assign(std::move(id), std::move(visit));
    find_deadline();
}

void Visits::end(Visit& visit, EventKind kind, const Cause& cause, Events& events) {
    tell(kind, visit, cause, events);
    if (const auto dock = docks_.find(visit.door); dock != docks_.end())
        dock->second.free_since = cause.at;
    at_door_.erase(visit.door);
    of_unit_.erase(visit.container);
    const auto id = visit.id;
    visits_.erase(id);
    find_deadline();
}

void Visits::touch(const Visit& visit) {
    touched_.insert(visit.door);
}

std::vector<std::string> Visits::take_touched() {
    const auto touched = std::exchange(touched_, {});
    return {touched.begin(), touched.end()};
}

void Visits::tell(EventKind kind, const Visit& visit, const Cause& cause, Events& events) {
    std::vector<Subject> subjects{
        {"visit", visit.id}, {"container", visit.container}, {"door", visit.door}};
    auto said = cause.asked != nullptr
                    ? cause.asked->event(kind, std::move(subjects))
                    : make_event(kind, std::move(subjects), cause.at, cause.after);
    write_fields(visit, cause.circumstances.now, said);
    for (const auto& [key, datum] : cause.data) {
        const bool added = said.data.emplace(key, datum).second;
        assert(added);  // else a restart would take it for a field of the record
    }
    events.push_back(std::move(said));
    touch(visit);
}

void Visits::deviate(Visit& visit, Deviation what, Cause cause, Events& events) {
    ++visit.deviation_count;
    if (visit.deviations.size() == deviations_kept)
        visit.deviations.erase(visit.deviations.begin());
    visit.deviations.emplace_back(to_string(what));
    cause.data["what"] = std::string{to_string(what)};
    tell(EventKind::visit_deviation, visit, cause, events);
}

void Visits::describe(const Circumstances& circumstances, std::vector<State>& states) const {
    for (const auto& door : circumstances.options.doors)
        if (auto state = describe(door.id, circumstances)) states.push_back(std::move(*state));
}

std::optional<State> Visits::describe(const std::string& door, const Circumstances&) const {
    const auto dock = docks_.find(door);
    if (dock == docks_.end()) return {};
    const auto* visit = at_door(door);
    const Visit none;
    const auto& shown = visit == nullptr ? none : *visit;
    State state;
    state.subject = {"dock", door};
    state.since =
        visit == nullptr ? dock->second.free_since : shown.since.value_or(dock->second.free_since);
    state.good =
        dock->second.kind == DoorKind::gate || dock->second.position != DoorPosition::unknown;
    state.values["state"] = std::string{visit == nullptr ? "free" : to_string(shown.state)};
    state.values["visit"] = text_or_null(shown.id);
    state.values["container"] = text_or_null(shown.container);
    state.values["seal"] = text_or_null(joined(shown.seals_on));
    state.values["purpose"] =
        visit == nullptr ? Datum{} : Datum{std::string{to_string(shown.purpose)}};
    state.values["expected"] = shown.expected;
    state.values["inspected"] = shown.inspected;
    state.values["verified"] = shown.verified_at.has_value();
    state.values["deviations"] = shown.deviation_count;
    state.values["hold"] = visit != nullptr && cases_.is_held(shown.id, shown.container);
    return state;
}

}  // namespace sealwarden
