// What the dock doors' contacts make of the visits at them.
#include "firmware/core/access/people.hpp"
#include "firmware/core/dock/visits.hpp"
#include "firmware/core/door_past.hpp"
#include "firmware/core/fact.hpp"
#include "firmware/core/said.hpp"

namespace sealwarden {
namespace {

// The gateway only learnt how the door stands: it did not see it move.
bool only_learnt(const Event& said) {
    const auto from = said.data.find("from");
    return from != said.data.end() && from->second == Datum{std::string{"unknown"}};
}

}  // namespace

void Visits::take_door(const Event& said, const Circumstances& circumstances, Events& events) {
    const auto& door = said.subjects.front().id;
    const auto found = docks_.find(door);
    if (found == docks_.end() || found->second.kind != DoorKind::dock) return;
    auto& dock = found->second;
    auto* visit = at_door(door);
    bool learnt = only_learnt(said);
    Cause cause{.circumstances = circumstances, .at = said.at, .after = said.after, .data = {}};
    const bool between = said.kind == EventKind::door_opened_between_polls;
    if (between) {
        learnt = !surely_with(visit, dock, said);
        cause.data["between_polls"] = true;
    } else {
        const bool was_known = dock.position != DoorPosition::unknown;
        dock.position = DoorPosition::unknown;
        if (said.kind == EventKind::door_opened) dock.position = DoorPosition::open;
        if (said.kind == EventKind::door_closed) dock.position = DoorPosition::closed;
        if (!was_known) dock.known_since = said.at;
        dock.wire_failed = wire_failed(said.kind, text_of(said, "why"));
        if (was_known != (dock.position != DoorPosition::unknown)) touched_.insert(door);
    }
    if (learnt) cause.data["learnt"] = true;

    if (visit == nullptr) {
        const bool opens = between || said.kind == EventKind::door_opened;
        if (opens && !learnt) opened_without_visit(said, circumstances, events);
        return;
    }
    if (between) {
        opened(*visit, cause, learnt, events);
        if (dock.position == DoorPosition::closed) closed(*visit, cause, learnt, events);
    } else {
        switch (dock.position) {
            case DoorPosition::open: opened(*visit, cause, learnt, events); break;
            case DoorPosition::closed: closed(*visit, cause, learnt, events); break;
            case DoorPosition::unknown:
                visit->unseen = true;
                visit->wire_failed |= dock.wire_failed;
                break;
        }
    }
    find_deadline();
}

// What its counter says of a time in which nobody looked: nothing opened, so what was not seen was
// not there; or something did, while this unit stood here.
void Visits::recounted(const Event& said, const Circumstances& circumstances, Events& events) {
    auto* visit = at_door(said.subjects.front().id);
    if (visit == nullptr || !said.after) return;
    const auto count = said.data.find("count");
    const bool opened = count == said.data.end() || count->second != Datum{std::int64_t{0}};
    if (!opened && !visit->wire_failed) visit->unseen = false;
    if (!opened || !visit->arrived_at || *visit->arrived_at > *said.after) return;
    const auto what = deviation_of_opening(*visit, options_);
    if (!what) return;
    visit->opening_told = true;
    deviate(*visit, *what,
            {.circumstances = circumstances, .at = said.at, .after = said.after, .data = {}},
            events);
}

// A counter tells of openings since it was last looked at. When the contact was lost meanwhile,
// that may be hours ago, when somebody else stood here or nobody.
bool Visits::surely_with(const Visit* visit, const Dock& dock, const Event& said) {
    if (!said.after || dock.position == DoorPosition::unknown) return false;
    const auto began =
        visit == nullptr ? dock.free_since : visit->arrived_at.value_or(dock.free_since);
    return *said.after >= began || dock.known_since <= std::max(*said.after, began);
}

void Visits::opened(Visit& visit, Cause cause, bool learnt, Events& events) {
    const auto what = learnt ? std::nullopt : deviation_of_opening(visit, options_);
    const bool first_seen = !learnt && !visit.opened_at;
    if (first_seen) visit.opened_at = cause.at;
    if (!learnt) visit.unseen = visit.wire_failed = false;
    visit.opened = true;
    visit.closed_at.reset();
    visit.late_told = false;
    if (what) visit.opening_told = true;
    if (move(visit, VisitInput::open, cause.at) || first_seen)
        tell(EventKind::visit_opened, visit, cause, events);
    if (what) deviate(visit, *what, std::move(cause), events);
}

void Visits::closed(Visit& visit, const Cause& cause, bool learnt, Events& events) {
    if (!move(visit, VisitInput::close, cause.at)) return;
    if (learnt)
        visit.unseen = true;
    else
        visit.closed_at = cause.at;
    tell(EventKind::visit_closed, visit, cause, events);
}

void Visits::opened_without_visit(const Event& said, const Circumstances& circumstances,
                                  Events& events) const {
    // Where nobody is registered nobody can enter a visit: such a site has sensors only.
    if (!options_.opened_without_visit || circumstances.people.empty()) return;
    auto deviation =
        make_event(EventKind::visit_deviation, {said.subjects.front()}, said.at, said.after);
    deviation.data["what"] = std::string{to_string(Deviation::opened_without_visit)};
    events.push_back(std::move(deviation));
}

}  // namespace sealwarden
