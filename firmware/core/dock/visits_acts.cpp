// What people say of visits.
#include "firmware/core/access/people.hpp"
#include "firmware/core/alarms.hpp"
#include "firmware/core/channel_commands.hpp"
#include "firmware/core/dock/seal_number.hpp"
#include "firmware/core/dock/visits.hpp"

namespace sealwarden {
namespace {

constexpr std::size_t longest_echo = 40;

std::string quoted(const std::string& text) {
    return "`" + bounded(text, longest_echo) + "`";
}

// "v-20261124-140512-345-d07": unique also when two arrive at one door within a second, and in the
// order of time. UTC, because an hour of local time comes twice a year.
std::string id_at(std::int64_t wall_ms, const std::string& door) {
    const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds{wall_ms}};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    const auto digits = [](std::int64_t number, std::size_t count) {
        auto text = std::to_string(number);
        return std::string(count - std::min(count, text.size()), '0') + text;
    };
    return "v-" + digits(int{date.year()}, 4) + digits(unsigned{date.month()}, 2) +
           digits(unsigned{date.day()}, 2) + "-" + digits(clock.hours().count(), 2) +
           digits(clock.minutes().count(), 2) + digits(clock.seconds().count(), 2) + "-" +
           digits(clock.subseconds().count(), 3) + "-" + door;
}

}  // namespace

bool Visits::may(const std::string& person, std::string_view right, bool trained,
                 const Asked& asked, Events& events) {
    if (asked.people.empty()) {
        asked.refuse("unknown_person",
                     "nobody is registered yet; `sealwarden person add` registers people", events);
        return false;
    }
    auto objection = asked.people.objection(person, right, asked.now, trained);
    if (objection.empty()) return true;
    asked.refuse(asked.people.find(person) == nullptr ? "unknown_person" : "not_allowed",
                 std::move(objection), events);
    return false;
}

Visit* Visits::asked_for(const std::string& visit, const Asked& asked, Events& events) {
    if (const auto found = visits_.find(visit); found != visits_.end()) return &found->second;
    if (auto* here = at_door(visit)) return here;
    asked.refuse("unknown_visit",
                 docks_.contains(visit)
                     ? "no visit stands at " + quoted(visit)
                     : "there is no visit " + quoted(visit) + " that has not ended, nor a dock",
                 events);
    return nullptr;
}

bool Visits::names_driver(Visit& visit, const std::string& driver, const Asked& asked,
                          Events& events) const {
    if (driver.empty()) return true;
    const auto known = drivers_.find(driver);
    if (known == drivers_.end()) {
        asked.refuse("unknown_driver",
                     "there is no open entry " + quoted(driver) +
                         " in the drivers' log; `sealwarden driver in` gives the id of one",
                     events);
        return false;
    }
    visit.driver = driver;
    visit.driver_identified = known->second;
    return true;
}

std::string Visits::new_id(const std::string& door, const Now& now) {
    last_id_ms_ = std::max(last_id_ms_ + 1, now.wall_ms());
    return id_at(last_id_ms_, door);
}

bool Visits::may_expect(const std::string& person, const Asked& asked, Events& events) {
    if (!person.empty()) return may(person, "documents", false, asked, events);
    if (knows_no_persons(asked.command.channel)) return true;
    asked.refuse("unknown_person",
                 "`person` must be given: who says what is expected, with the right `documents`",
                 events);
    return false;
}

void Visits::apply(const ExpectVisit& act, const Asked& asked, Events& events) {
    if (!may_expect(act.person, asked, events)) return;
    expected_.apply(act, of_unit_, asked, events);
}
void Visits::apply(const ImportExpected& act, const Asked& asked, Events& events) {
    if (!may_expect(act.person, asked, events)) return;
    expected_.apply(act, of_unit_, asked, events);
}
void Visits::apply(const WithdrawExpected& act, const Asked& asked, Events& events) {
    if (!may_expect(act.person, asked, events)) return;
    expected_.apply(act, asked, events);
}

bool Visits::can_arrive(const ArriveVisit& act, const UnitNumber& number, const Asked& asked,
                        Events& events) const {
    if (!docks_.contains(act.door)) {
        asked.refuse("unknown_door", quoted(act.door) + " is no dock and no gate", events);
        return false;
    }
    if (!number.good()) {
        asked.refuse("bad_number", number.complaint(), events);
        return false;
    }
    if (const auto* other = at_door(act.door)) {
        asked.refuse("door_taken",
                     "at " + act.door + " stands " + other->container + ", visit " + other->id +
                         "; it must depart first",
                     events);
        return false;
    }
    if (const auto visit = of_unit_.find(number.id); visit != of_unit_.end()) {
        asked.refuse("unit_here",
                     number.id + " has the visit " + visit->second + "; it must depart first",
                     events);
        return false;
    }
    return true;
}

void Visits::apply(const ArriveVisit& act, const Asked& asked, Events& events) {
    if (!may(act.person, {}, false, asked, events)) return;
    // What it is stands in the documents, if there are any.
    const auto* awaited = expected_.find(plain_number(act.container));
    const auto kind = awaited == nullptr ? act.kind : awaited->kind;
    const auto number = unit_number(kind, act.container);
    if (!can_arrive(act, number, asked, events)) return;

    Visit visit;
    if (!names_driver(visit, act.driver, asked, events)) return;
    visit.id = new_id(act.door, asked.now);
    visit.container = number.id;
    visit.door = act.door;
    visit.kind = kind;
    visit.purpose = act.purpose;
    visit.arrived_by = act.person;
    visit.remainder_10 = number.remainder_10;
    visit.arrived_at = asked.now.at;
    visit.since = asked.now.at;
    visit.unseen = position(act.door) == DoorPosition::unknown;
    visit.wire_failed = docks_.at(act.door).wire_failed;
    if (const auto used = expected_.use(visit.container, visit.id, asked, events)) {
        visit.expected = true;
        visit.seals_expected = used->seals;
        visit.document = used->document;
    }
    Cause cause{.circumstances = asked.circumstances,
                .at = asked.now.at,
                .after = {},
                .asked = &asked,
                .data = {}};
    tell(EventKind::visit_arrived, visit, cause, events);
    keep(std::move(visit));
    if (position(act.door) != DoorPosition::open) return;
    cause.data["learnt"] = true;
    if (auto* here = at_door(act.door)) opened(*here, std::move(cause), true, events);
}

void Visits::apply(const InspectVisit& act, const Asked& asked, Events& events) {
    auto* visit = asked_for(act.visit, asked, events);
    if (visit == nullptr || !may(act.person, "inspect", true, asked, events)) return;
    if (!act.supervisor.empty()) {
        if (!may(act.supervisor, "supervise", false, asked, events)) return;
        if (act.supervisor == act.person) {
            asked.refuse("not_allowed", "who inspects cannot sign as supervisor as well", events);
            return;
        }
    }
    auto found = inspection_of(act.list, act.failed, act.skipped);
    if (auto* wrong = std::get_if<std::string>(&found)) {
        asked.refuse("bad_argument", std::move(*wrong), events);
        return;
    }
    inspect(*visit, std::get<Inspection>(std::move(found)), !act.mended.empty(), asked.now.at);
    visit->inspector = act.person;
    visit->supervisor = act.supervisor;
    visit->procedure = act.procedure;
    tell(EventKind::visit_inspected, *visit,
         {.circumstances = asked.circumstances,
          .at = asked.now.at,
          .after = {},
          .asked = &asked,
          .data = {{"complete", visit->inspection.complete()},
                   {"passed", visit->inspection.complete() && visit->unmended.empty()}}},
         events);
    if (!act.mended.empty()) events.back().personal["mended"] = act.mended;
    if (!act.note.empty()) events.back().personal["note"] = act.note;
}

void Visits::apply(const LoadVisit& act, const Asked& asked, Events& events) {
    auto* visit = asked_for(act.visit, asked, events);
    if (visit == nullptr || !may(act.person, {}, false, asked, events)) return;
    if (!act.supervisor.empty() && !may(act.supervisor, {}, false, asked, events)) return;
    const bool loading =
        visit->purpose == Purpose::load || (visit->purpose == Purpose::both && !act.unloading);
    if (visit->purpose == Purpose::load && act.unloading) {
        asked.refuse("bad_argument", visit->container + " came to be loaded, not unloaded", events);
        return;
    }
    if (!names_driver(*visit, act.driver, asked, events)) return;
    visit->loading_supervisor = act.supervisor;
    auto wrong =
        loading ? deviations_of_loading(*visit, asked.now.at, options_) : std::vector<Deviation>{};
    if (loading && !visit->loading_at) visit->loading_at = asked.now.at;
    if (const auto what = deviation_of_place(*visit, position(visit->door))) wrong.push_back(*what);
    if (const auto what = deviation_of_driver(*visit, options_)) wrong.push_back(*what);
    const Cause cause{.circumstances = asked.circumstances,
                      .at = asked.now.at,
                      .after = {},
                      .asked = &asked,
                      .data = {{"loading", loading}, {"person", act.person}}};
    tell(EventKind::visit_loading, *visit, cause, events);
    for (const auto what : wrong) deviate(*visit, what, cause, events);
    find_deadline();
}

void Visits::apply(const DepartVisit& act, const Asked& asked, Events& events) {
    auto* visit = asked_for(act.visit, asked, events);
    if (visit == nullptr || !may(act.person, {}, false, asked, events)) return;
    const auto open_cases = cases_.of(visit->id, visit->container);
    const bool held = cases_.is_held(visit->id, visit->container);
    const std::vector<std::string> names{open_cases.begin(), open_cases.end()};
    if (held && !act.anyway) {
        asked.refuse("held",
                     visit->container + " is not to leave: case " + bounded(joined(names), 128) +
                         " must be closed first; `anyway` records that it has left nevertheless",
                     events);
        return;
    }
    if (held && !may(act.person, "supervise", false, asked, events)) return;
    if (held && act.reason.empty()) {
        asked.refuse(
            "bad_argument",
            "a case holds " + visit->container + "; that it has left nevertheless needs a `reason`",
            events);
        return;
    }
    if (!names_driver(*visit, act.driver, asked, events)) return;
    visit->left_empty = act.empty;
    visit->departed_by = act.person;
    Cause cause{.circumstances = asked.circumstances,
                .at = asked.now.at,
                .after = {},
                .asked = &asked,
                .data = {{"hold", held}}};
    if (!names.empty()) cause.data["cases"] = bounded(joined(names), 256);
    const auto wrong =
        deviations_of_departure(*visit, position(visit->door), !names.empty(), options_);
    for (const auto what : wrong) deviate(*visit, what, cause, events);
    move(*visit, VisitInput::depart, asked.now.at);
    end(*visit, EventKind::visit_departed, cause, events);
    if (!act.reason.empty()) events.back().personal["reason"] = act.reason;
}

void Visits::apply(const CancelVisit& act, const Asked& asked, Events& events) {
    auto* visit = asked_for(act.visit, asked, events);
    if (visit == nullptr || !may(act.person, {}, false, asked, events)) return;
    if (visit->opened || !next(visit->state, VisitInput::cancel)) {
        asked.refuse("under_way",
                     visit->container + " is " + std::string{to_string(visit->state)} +
                         ": what was cut, opened or sealed departs, it is not cancelled",
                     events);
        return;
    }
    if (cases_.is_held(visit->id, visit->container)) {
        asked.refuse("held", visit->container + " is not to leave: its case must be closed first",
                     events);
        return;
    }
    visit->departed_by = act.person;
    move(*visit, VisitInput::cancel, asked.now.at);
    end(*visit, EventKind::visit_cancelled,
        {.circumstances = asked.circumstances,
         .at = asked.now.at,
         .after = {},
         .asked = &asked,
         .data = {}},
        events);
    events.back().personal["reason"] = act.reason;
}

}  // namespace sealwarden
