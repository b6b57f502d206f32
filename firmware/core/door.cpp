#include "firmware/core/door.hpp"

#include <algorithm>
#include <cassert>

#include "firmware/core/fact.hpp"
#include "firmware/core/said.hpp"

namespace sealwarden {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::size_t grants_kept = 8;

bool is_tampered(const ContactLevel& level) {
    switch (level.why) {
        case Why::known: return level.level == Level::active;
        case Why::cut:
        case Why::shorted:
        case Why::in_between:
        case Why::disagree: return true;  // whoever works on the tamper loop is tampering
        case Why::never_read:
        case Why::fault:
        case Why::chattering: return false;
    }
    assert(!"every reason is weighed");
    return true;
}

// Whether one of the spans may have come before the opening, and the opening in time behind it.
bool within(const std::deque<Span>& spans, Span opening, milliseconds time) {
    return std::ranges::any_of(spans, [&](const Span& span) {
        return span.after <= opening.at && opening.after <= span.at + time;
    });
}

Datum name_of(Level was) {
    switch (was) {
        case Level::unknown: return {};
        case Level::inactive: return std::string{"closed"};
        case Level::active: return std::string{"open"};
    }
    assert(!"every level is a door state");
    return {};
}

}  // namespace

std::string_view to_string(DoorState state) {
    switch (state) {
        case DoorState::unknown: return "unknown";
        case DoorState::closed: return "closed";
        case DoorState::open: return "open";
    }
    assert(!"every state has a name");
    return "?";
}

Door::Door(DoorOptions options) : options_{std::move(options)}, contact_{options_.contact} {
    if (options_.tamper) tamper_.emplace(*options_.tamper);
}

DoorOptions Door::nameless() const {
    auto options = options_;
    options.name = {};
    return options;
}

std::vector<PointId> Door::points() const {
    auto points = contact_.points();
    if (tamper_) std::ranges::copy(tamper_->points(), std::back_inserter(points));
    if (options_.request_to_exit) points.push_back(*options_.request_to_exit);
    return points;
}

Event Door::event(EventKind kind, Uptime at, std::optional<Uptime> after) const {
    return make_event(kind, {subject()}, at, after);
}

void Door::apply(const Reading& reading, Events& events) {
    if (reading.point == options_.request_to_exit) request_to_exit(reading, events);
    std::vector<ContactNews> news;
    contact_.apply(reading, news);
    take(news, events);
    if (!tamper_) return;
    news.clear();
    tamper_->apply(reading, news);
    for (const auto& one : news)
        if (const auto* change = std::get_if<ContactChange>(&one)) take_tamper(*change, events);
}

void Door::tick(Uptime now, Events& events) {
    std::vector<ContactNews> news;
    contact_.tick(now, news);
    take(news, events);
    if (tamper_) {
        news.clear();
        tamper_->tick(now, news);
        for (const auto& one : news)
            if (const auto* change = std::get_if<ContactChange>(&one)) take_tamper(*change, events);
    }
    if (const auto at = warned_at(); at && *at <= now) {
        warned_ = true;
        auto warned = event(EventKind::door_warned, *at, {});
        warned.data["held_in_ms"] = duration_cast<milliseconds>(*held_at() - *at).count();
        events.push_back(std::move(warned));
    }
    if (const auto at = held_at(); at && *at <= now) {
        held_ = true;
        auto held = event(EventKind::door_held, *at, {});
        held.data["open_ms"] = duration_cast<milliseconds>(*at - *opened_at_).count();
        held.data["counted_from"] = std::string{"opening"};
        events.push_back(std::move(held));
    }
    if (const auto at = stuck_at(); at && *at <= now) {
        stuck_ = true;
        auto stuck = event(EventKind::door_stuck, *at, {});
        stuck.data["state"] = std::string{to_string(state_)};
        events.push_back(std::move(stuck));
    }
}

// Held since the opening, but not before it is known to be open again.
std::optional<Uptime> Door::held_at() const {
    if (options_.held_open_after.count() == 0 || held_ || state_ != DoorState::open) return {};
    return std::max(*opened_at_ + options_.held_open_after, since_);
}

// Not when there is no time left to close it.
std::optional<Uptime> Door::warned_at() const {
    const auto held = held_at();
    if (options_.warn_before_held.count() == 0 || warned_ || !held) return {};
    const auto at = std::max(*held - options_.warn_before_held, since_);
    if (at >= *held) return {};
    return at;
}

std::optional<Uptime> Door::stuck_at() const {
    if (options_.stuck_after.count() == 0 || stuck_ || state_ == DoorState::unknown) return {};
    return std::max(*moved_at_ + options_.stuck_after, since_);
}

std::optional<Uptime> Door::deadline() const {
    auto first = sooner(contact_.deadline(), sooner(held_at(), stuck_at()));
    first = sooner(first, warned_at());
    if (tamper_) first = sooner(first, tamper_->deadline());
    return first;
}

void Door::take(const std::vector<ContactNews>& news, Events& events) {
    for (const auto& one : news) std::visit([&](const auto& what) { take(what, events); }, one);
}

void Door::take(const ContactChange& change, Events& events) {
    const bool from_unknown = state_ == DoorState::unknown;
    const auto told = [&](EventKind kind) {
        auto said = event(kind, change.at, change.after);
        said.source = change.source;
        said.raw = change.raw;
        if (from_unknown && kind != EventKind::door_unknown) {
            said.data["from"] = std::string{"unknown"};
            said.data["was"] = name_of(change.was);
        }
        return said;
    };
    switch (change.to.level) {
        case Level::unknown: {
            auto lost = told(EventKind::door_unknown);
            explain(lost.data, change.to);
            lost.data["was"] = name_of(change.was);
            events.push_back(std::move(lost));
            if (!from_unknown) since_ = change.at;
            state_ = DoorState::unknown;
            return;
        }
        case Level::active: {
            state_ = DoorState::open;
            since_ = change.at;
            // Closed before and open now is an opening, whatever lies between.
            const bool opening = change.was == Level::inactive;
            const Span span{change.after.value_or(change.at), change.at};
            auto opened = told(EventKind::door_opened);
            if (opening) tell_exit(span, opened);
            tell_counter(opened);
            events.push_back(std::move(opened));
            if (opening || !opened_at_) opened_at_ = change.at;
            if (opening || !moved_at_) moved_at_ = change.at;
            if (!opening) return;
            held_ = warned_ = forced_ = stuck_ = false;
            if (!options_.controlled || allowed(span)) return;
            forced_ = true;
            events.push_back(told(EventKind::door_forced));
            return;
        }
        case Level::inactive: {
            state_ = DoorState::closed;
            since_ = change.at;
            auto closed = told(EventKind::door_closed);
            if (change.was == Level::active && opened_at_)
                closed.data["open_ms"] =
                    duration_cast<milliseconds>(change.at - *opened_at_).count();
            tell_counter(closed);
            events.push_back(std::move(closed));
            opened_at_.reset();
            held_ = warned_ = forced_ = false;
            if (change.was == Level::active) stuck_ = false;
            if (change.was == Level::active || !moved_at_) moved_at_ = change.at;
            return;
        }
    }
}

void Door::take(const Activations::Hidden& hidden, Events& events) {
    const auto after =
        hidden.span.after == Uptime::min() ? std::nullopt : std::optional{hidden.span.after};
    auto said = event(EventKind::door_opened_between_polls, hidden.span.at, after);
    said.data["count"] = std::int64_t{hidden.count};
    const Span span{after.value_or(hidden.span.at), hidden.span.at};
    tell_exit(span, said);
    if (options_.controlled) said.data["forced"] = !allowed(span);
    said.source = hidden.source;
    said.raw = hidden.raw;
    tell_counter(said);
    events.push_back(std::move(said));
    moved_at_ = hidden.span.at;
    stuck_ = false;
}

void Door::take(const CounterRestarted& restarted, Events& events) {
    events.push_back(restarted_event(restarted, subject()));
}

void Door::take(const Recounted& recounted, Events& events) {
    auto said = event(EventKind::door_recounted, recounted.at, recounted.after);
    said.data["count"] = recounted.count;
    said.data["counter_from"] = recounted.from;
    said.data["counter_to"] = recounted.to;
    said.source = recounted.source;
    tell_counter(said);
    events.push_back(std::move(said));
}

void Door::tell_counter(Event& moved) const {
    const auto counter = contact_.counter();
    if (!counter) return;
    moved.data["counter"] = *counter;
    if (contact_.uncounted() > 0) moved.data["uncounted"] = contact_.uncounted();
}

void Door::take_tamper(const ContactChange& change, Events& events) {
    const bool tampered = is_tampered(change.to);
    if (change.to.level == Level::unknown && !tampered) return;
    if (tampered_ == tampered) return;
    tampered_ = tampered;
    auto said = event(tampered ? EventKind::door_tamper : EventKind::door_untampered, change.at,
                      change.after);
    if (change.to.level == Level::unknown) explain(said.data, change.to);
    said.source = change.source;
    said.raw = change.raw;
    events.push_back(std::move(said));
}

void Door::grant(Span presented) {
    grants_.push_back(presented);
    if (grants_.size() > grants_kept) grants_.pop_front();
}

void Door::request_to_exit(const Reading& reading, Events& events) {
    const auto* value = reading.value();
    const bool asked = value && std::get_if<bool>(value) && std::get<bool>(*value);
    if (asked && !exit_requested_) {
        exit_requested_ = reading.after.value_or(reading.at);
        auto said = event(EventKind::door_exit_requested, reading.at, reading.after);
        said.source = reading.point;
        said.raw = reading.raw;
        events.push_back(std::move(said));
    }
    if (asked || !exit_requested_) return;
    exits_.push_back({*exit_requested_, reading.at});
    if (exits_.size() > grants_kept) exits_.pop_front();
    exit_requested_.reset();
}

bool Door::asked_to_leave(Span opening) const {
    if (exit_requested_ && *exit_requested_ <= opening.at) return true;
    return within(exits_, opening, options_.access_time);
}

bool Door::allowed(Span opening) const {
    return asked_to_leave(opening) || within(grants_, opening, options_.access_time);
}

// Whoever was denied outside is not who opened then.
void Door::tell_exit(Span opening, Event& said) const {
    if (asked_to_leave(opening)) said.data["exit_requested"] = true;
}

void Door::restore(std::string_view alarm_kind) {
    if (alarm_kind == "door-held") held_ = true;
    if (alarm_kind == "door-forced") forced_ = true;
}

void Door::resume(const Record& counted, Uptime until) {
    const auto number = [&](std::string_view name) {
        const auto* datum = counted.data.find(name);
        const auto* found = datum == nullptr ? nullptr : std::get_if<std::int64_t>(datum);
        return found == nullptr ? std::nullopt : std::optional{*found};
    };
    const auto counter = number("counter");
    if (!counter || !options_.contact.edge_counter) return;
    contact_.resume({.until = until,
                     .counter = *counter,
                     .uncounted = number("uncounted").value_or(0),
                     .active = flag_of(counted.data, "open")});
}

void Door::describe(State& state) const {
    state.since = since_;
    state.good = state_ != DoorState::unknown;
    state.values["state"] = std::string{to_string(state_)};
    state.values["open"] = truth(contact_.level().level);
    state.values["held"] = held_;
    state.values["forced"] = forced_;
    state.values["mode"] = std::string{"secure"};
    if (!state.good) explain(state.values, contact_.level());
    if (tamper_) {
        const auto& level = tamper_->level();
        state.values["tamper"] = level.level == Level::unknown && !is_tampered(level)
                                     ? Datum{}
                                     : Datum{is_tampered(level)};
    }
}

}  // namespace sealwarden
