#include "firmware/core/access/badges.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "firmware/core/options.hpp"

namespace sealwarden {
namespace {

constexpr std::array denials{Denial::unknown_badge, Denial::revoked,    Denial::not_yet_valid,
                             Denial::expired,       Denial::wrong_zone, Denial::outside_hours,
                             Denial::anti_passback};
constexpr std::array told{EventKind::access_granted, EventKind::access_taken,
                          EventKind::access_not_taken};

// An opening is told when its contact has settled and was looked at: up to so much later.
constexpr std::chrono::seconds late_look{2};

bool holds(const std::vector<std::string>& list, std::string_view one) {
    return std::ranges::find(list, one) != list.end();
}
bool meet(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::ranges::any_of(a, [&](const auto& one) { return holds(b, one); });
}
void add(std::vector<std::string>& list, const std::string& one) {
    if (!holds(list, one)) list.push_back(one);
}

std::optional<Denial> denial_of(Standing standing) {
    switch (standing) {
        case Standing::valid: return {};
        case Standing::revoked: return Denial::revoked;
        case Standing::not_yet_valid: return Denial::not_yet_valid;
        case Standing::expired: return Denial::expired;
    }
    assert(!"every standing is weighed");
    return Denial::unknown_badge;
}

std::string kept_beside(const Event& event, const std::string& key) {
    const auto found = event.personal.find(key);
    return found == event.personal.end() ? std::string{} : found->second;
}

}  // namespace

std::string_view to_string(Denial why) {
    switch (why) {
        case Denial::unknown_badge: return "unknown_badge";
        case Denial::revoked: return "revoked";
        case Denial::not_yet_valid: return "not_yet_valid";
        case Denial::expired: return "expired";
        case Denial::wrong_zone: return "wrong_zone";
        case Denial::outside_hours: return "outside_hours";
        case Denial::anti_passback: return "anti_passback";
    }
    assert(!"every reason has a name");
    return "?";
}
std::span<const Denial> values(Denial) {
    return denials;
}

RecordKind Badges::record_kind() {
    return {"presence", told, {}};
}

void Badges::configure(const Circumstances& circumstances) {
    const auto& options = circumstances.options;
    places_.clear();
    auto before = std::exchange(doors_, {});
    for (const auto& reader : options.readers) {
        auto& place = places_[reader.id];
        if (reader.door) add(place.doors, *reader.door);
    }
    for (const auto& door : options.doors) {
        auto& view = doors_[door.id];
        if (const auto old = before.find(door.id); old != before.end()) view = old->second;
        view.access_time = door.access_time;
        view.patience = door.access_time + door.contact.settle + late_look;
        if (door.reader) add(places_[*door.reader].doors, door.id);
    }
    for (auto& [id, place] : places_)
        for (const auto& door : place.doors)
            if (const auto view = doors_.find(door); view != doors_.end())
                place.patience = std::max(place.patience, view->second.patience);
    for (const auto& zone : options.zones) {
        for (const auto& reader : zone.readers) {
            add(places_[reader].enters, zone.id);
            if (!zone.exits.empty()) add(places_[reader].counted, zone.id);
            const auto& schedules = options.access.schedules;
            const auto hours = std::ranges::find(schedules, zone.schedule, &Schedule::id);
            if (hours != schedules.end()) places_[reader].hours.push_back(*hours);
        }
        for (const auto& reader : zone.exits) add(places_[reader].leaves, zone.id);
    }
}

void Badges::restore(const Record& record, const Circumstances& circumstances) {
    if (record.subject.kind != "presence") return;
    auto presence = read_fields<Presence>(record, circumstances.now);
    if (!presence) return;
    if (std::exchange(presence->waits, false) && presence->granted) {
        Attempt attempt{.presented = {*presence->granted, *presence->granted},
                        .reader = presence->reader,
                        .person = record.subject.id,
                        .subjects = {{"reader", presence->reader}},
                        .blind = true};
        const auto& place = place_of(attempt.reader);
        for (const auto& door : place.doors) attempt.subjects.push_back({"door", door});
        attempt.subjects.push_back({"person", attempt.person});
        const auto over = std::max(attempt.presented.at + place.patience, circumstances.now.at);
        attempts_.emplace(over, std::move(attempt));
    }
    presences_.insert_or_assign(record.subject.id, std::move(*presence));
}

void Badges::carry(const Circumstances& circumstances, Events& events) const {
    for (const auto& [person, presence] : presences_)
        events.push_back(carried_record({"presence", person}, EventKind::access_taken, presence,
                                        circumstances.now));
}

const Badges::Place& Badges::place_of(const std::string& reader) const {
    static const Place nowhere;
    const auto found = places_.find(reader);
    return found == places_.end() ? nowhere : found->second;
}

bool Badges::came_back(const Person& person, const Place& place, const std::string& reader,
                       Uptime at, const AccessOptions& options) const {
    const auto found = presences_.find(person.id);
    if (found == presences_.end()) return false;
    const auto& presence = found->second;
    switch (options.anti_passback) {
        case AntiPassback::off: return false;
        case AntiPassback::timed:
            if (!presence.granted || at - *presence.granted >= options.passback_time) return false;
            return presence.reader == reader ||
                   meet(place_of(presence.reader).enters, place.enters);
        case AntiPassback::area: return meet(presence.inside, place.counted);
    }
    assert(!"every kind is weighed");
    return false;
}

std::optional<Denial> Badges::denial(const Person* person, const Place& place,
                                     const std::string& reader, Uptime at,
                                     const Circumstances& circumstances) const {
    if (person == nullptr) return Denial::unknown_badge;
    if (const auto why = denial_of(standing(*person, circumstances.now.wall_ms(at)))) return why;
    const auto enters = [&](const std::string& zone) {
        return holds(person->zones, "*") || holds(person->zones, zone);
    };
    if (!std::ranges::all_of(place.enters, enters)) return Denial::wrong_zone;
    if (!std::ranges::all_of(place.hours, [&](const Schedule& hours) {
            return is_within(hours, circumstances.options.access.holidays, circumstances.now,
                             circumstances.now.wall_ms(at));
        }))
        return Denial::outside_hours;
    if (came_back(*person, place, reader, at, circumstances.options.access))
        return Denial::anti_passback;
    return {};
}

void Badges::decide(const Event& presented, const Circumstances& circumstances, Events& events) {
    const auto& reader = presented.subjects.front().id;
    const auto& place = place_of(reader);
    const auto badge = kept_beside(presented, "badge");
    const auto* person = circumstances.people.by_badge(badge, kept_beside(presented, "facility"));

    Attempt attempt{.presented = span_of(presented),
                    .reader = reader,
                    .person = person == nullptr ? std::string{} : person->id,
                    .subjects = {presented.subjects.front()},
                    .denied = denial(person, place, reader, presented.at, circumstances)};
    for (const auto& door : place.doors) attempt.subjects.push_back({"door", door});
    if (person != nullptr) attempt.subjects.push_back({"person", person->id});
    for (const auto& zone : place.enters) attempt.subjects.push_back({"zone", zone});
    for (const auto& zone : place.leaves) attempt.subjects.push_back({"zone", zone});

    const std::string direction = !place.enters.empty()   ? "in"
                                  : !place.leaves.empty() ? "out"
                                                          : "none";
    if (attempt.denied) {
        auto said =
            make_event(EventKind::access_denied, attempt.subjects, presented.at, presented.after);
        said.data["direction"] = direction;
        said.data["reason"] = std::string{to_string(*attempt.denied)};
        if (badge.empty()) said.data["unread"] = true;
        events.push_back(std::move(said));
    } else {
        auto& presence = presences_[attempt.person];
        attempt.reader_before = std::exchange(presence.reader, reader);
        attempt.granted_before = std::exchange(presence.granted, presented.at);
        auto waiting = presence;
        waiting.waits = true;
        tell_presence(EventKind::access_granted, attempt, waiting, presented, circumstances,
                      {{"direction", direction}}, events);
    }
    if (answered(attempt, place, circumstances, events)) return;
    for (const auto& door : place.doors)
        if (const auto view = doors_.find(door); view != doors_.end())
            attempt.blind |= view->second.level == Level::unknown;
    const auto over = attempt.presented.at + place.patience;
    attempts_.emplace(over, std::move(attempt));
}

bool Badges::answered(const Attempt& attempt, const Place& place,
                      const Circumstances& circumstances, Events& events) {
    const auto cause = make_event({}, {}, attempt.presented.at, attempt.presented.after);
    if (place.doors.empty()) {
        if (!attempt.denied) tell_taken(attempt, "no_door", 1, cause, circumstances, events);
        return true;
    }
    for (const auto& door : place.doors) {
        const auto found = doors_.find(door);
        if (found == doors_.end()) continue;
        auto& view = found->second;
        // The number of the badge was read later than its door opened.
        if (view.last && attempt.presented.at <= view.last->span.at &&
            view.last->span.after <= attempt.presented.at + view.access_time) {
            if (!attempt.denied) {
                view.last->explained = true;
                const auto by = make_event({}, {}, view.last->span.at, view.last->span.after);
                tell_taken(attempt, "opened", 1, by, circumstances, events);
            } else if (!view.last->explained) {
                view.last->explained = true;  // and told
                tell_denied_and_opened(attempt, door, view.last->span, events);
            }
            return true;
        }
        if (!attempt.denied && view.level == Level::active) {
            tell_taken(attempt, "stood_open", 1, cause, circumstances, events);
            return true;
        }
    }
    return false;
}

void Badges::opened(const Event& opened, const Circumstances& circumstances, Events& events) {
    const auto& door = opened.subjects.front().id;
    const auto found = doors_.find(door);
    if (found == doors_.end()) return;
    const auto span = span_of(opened);
    std::vector<Attempt> fitting;
    for (auto one = attempts_.begin(); one != attempts_.end();) {
        const auto& attempt = one->second;
        // A denial must have come before the opening; a grant may have.
        const auto since = attempt.denied ? attempt.presented.at : attempt.presented.after;
        if (since <= span.at && span.after <= attempt.presented.at + found->second.access_time &&
            holds(place_of(attempt.reader).doors, door)) {
            fitting.push_back(std::move(one->second));
            one = attempts_.erase(one);
        } else {
            ++one;
        }
    }
    const auto granted = std::ranges::count_if(fitting, [](const auto& a) { return !a.denied; });
    const bool explained = granted > 0 || flag_of(opened, "exit_requested");
    found->second.last = Opening{span, explained || !fitting.empty()};
    const auto* how =
        opened.kind == EventKind::door_opened_between_polls ? "between_polls" : "opened";
    for (const auto& attempt : fitting)
        if (!attempt.denied) tell_taken(attempt, how, granted, opened, circumstances, events);
    if (!explained && !fitting.empty()) tell_denied_and_opened(fitting.back(), door, span, events);
}

void Badges::tell_taken(const Attempt& attempt, std::string_view how, std::int64_t together,
                        const Event& cause, const Circumstances& circumstances, Events& events) {
    const auto& place = place_of(attempt.reader);
    auto& presence = presences_[attempt.person];
    std::erase_if(presence.inside, [&](const auto& zone) { return holds(place.leaves, zone); });
    for (const auto& zone : place.counted) add(presence.inside, zone);
    tell_presence(EventKind::access_taken, attempt, presence, cause, circumstances,
                  {{"how", std::string{how}}, {"together", together}}, events);
}

void Badges::tell_presence(EventKind kind, const Attempt& attempt, const Presence& presence,
                           const Event& cause, const Circumstances& circumstances,
                           std::map<std::string, Datum> more, Events& events) {
    auto said = make_event(kind, {{"presence", attempt.person}}, cause.at, cause.after);
    std::ranges::copy(attempt.subjects, std::back_inserter(said.subjects));
    write_fields(presence, circumstances.now, said);
    said.data.merge(more);
    events.push_back(std::move(said));
}

void Badges::tell_denied_and_opened(const Attempt& attempt, const std::string& door, Span span,
                                    Events& events) {
    assert(attempt.denied);
    auto found = finding("opened_after_denial", {{"door", door}}, span.at, span.after);
    for (const auto& subject : attempt.subjects)
        if (subject != found.subjects.front()) found.subjects.push_back(subject);
    found.data["reason"] = std::string{to_string(*attempt.denied)};
    events.push_back(std::move(found));
}

void Badges::blinded(const std::string& door) {
    for (auto& [over, attempt] : attempts_)
        if (holds(place_of(attempt.reader).doors, door)) attempt.blind = true;
}

void Badges::take(const Event& said, const Circumstances& circumstances, Events& events) {
    const auto see = [&](Level level) {
        const auto found = doors_.find(said.subjects.front().id);
        if (found != doors_.end()) found->second.level = level;
    };
    switch (said.kind) {
        case EventKind::badge_presented:
            if (circumstances.options.access.decide) decide(said, circumstances, events);
            return;
        case EventKind::door_opened:
            see(Level::active);
            if (is_opening(said)) opened(said, circumstances, events);
            return;
        case EventKind::door_opened_between_polls: opened(said, circumstances, events); return;
        case EventKind::door_closed: see(Level::inactive); return;
        case EventKind::door_unknown:
            see(Level::unknown);
            blinded(said.subjects.front().id);
            return;
        default: return;  // most events are no matter of a badge
    }
}

void Badges::tick(const Circumstances& circumstances, Events& events) {
    while (!attempts_.empty() && attempts_.begin()->first <= circumstances.now.at) {
        const auto [over, attempt] = std::move(*attempts_.begin());
        attempts_.erase(attempts_.begin());
        if (attempt.denied) continue;
        auto& presence = presences_[attempt.person];
        if (presence.reader == attempt.reader && presence.granted == attempt.presented.at) {
            presence.reader = attempt.reader_before;
            presence.granted = attempt.granted_before;
        }
        tell_presence(EventKind::access_not_taken, attempt, presence, make_event({}, {}, over),
                      circumstances, {{"blind", attempt.blind}}, events);
    }
}

std::optional<Uptime> Badges::deadline() const {
    if (attempts_.empty()) return {};
    return attempts_.begin()->first;
}

}  // namespace sealwarden
