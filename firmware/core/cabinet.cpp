#include "firmware/core/cabinet.hpp"

#include <cassert>

#include "firmware/core/fact.hpp"

namespace sealwarden {
namespace {

CabinetState state_of(Level level) {
    switch (level) {
        case Level::unknown: return CabinetState::unknown;
        case Level::inactive: return CabinetState::closed;
        case Level::active: return CabinetState::open;
    }
    assert(!"every level is a state");
    return CabinetState::unknown;
}

EventKind kind_of(CabinetState state) {
    switch (state) {
        case CabinetState::unknown: return EventKind::cabinet_unknown;
        case CabinetState::closed: return EventKind::cabinet_closed;
        case CabinetState::open: return EventKind::cabinet_opened;
    }
    assert(!"every state has an event");
    return EventKind::cabinet_unknown;
}

}  // namespace

std::string_view to_string(CabinetState state) {
    switch (state) {
        case CabinetState::unknown: return "unknown";
        case CabinetState::closed: return "closed";
        case CabinetState::open: return "open";
    }
    assert(!"every state has a name");
    return "?";
}

CabinetOptions Cabinet::nameless() const {
    auto options = options_;
    options.name = {};
    return options;
}

void Cabinet::apply(const Reading& reading, Events& events) {
    std::vector<ContactNews> news;
    lid_.apply(reading, news);
    take(news, events);
}

void Cabinet::tick(Uptime now, Events& events) {
    std::vector<ContactNews> news;
    lid_.tick(now, news);
    take(news, events);
}

void Cabinet::take(const std::vector<ContactNews>& news, Events& events) {
    for (const auto& one : news) std::visit([&](const auto& what) { take(what, events); }, one);
}

void Cabinet::take(const ContactChange& change, Events& events) {
    const auto before = std::exchange(state_, state_of(change.to.level));
    if (state_ != before) since_ = change.at;
    auto said = make_event(kind_of(state_), {subject()}, change.at, change.after);
    if (state_ == CabinetState::unknown)
        explain(said.data, change.to);
    else if (before == CabinetState::unknown)
        said.data["from"] = std::string{"unknown"};
    said.source = change.source;
    said.raw = change.raw;
    events.push_back(std::move(said));
}

void Cabinet::take(const Activations::Hidden& hidden, Events& events) {
    const auto after =
        hidden.span.after == Uptime::min() ? std::nullopt : std::optional{hidden.span.after};
    for (const auto kind : {EventKind::cabinet_opened, EventKind::cabinet_closed}) {
        auto said = make_event(kind, {subject()}, hidden.span.at, after);
        said.data["between_polls"] = true;
        said.data["count"] = std::int64_t{hidden.count};
        said.source = hidden.source;
        said.raw = hidden.raw;
        events.push_back(std::move(said));
        // A lid that stands open now was closed and opened again: it is not closed.
        if (state_ == CabinetState::open) return;
    }
}

void Cabinet::take(const CounterRestarted& restarted, Events& events) const {
    events.push_back(restarted_event(restarted, subject()));
}

void Cabinet::describe(State& state) const {
    state.since = since_;
    state.good = state_ != CabinetState::unknown;
    state.values["state"] = std::string{to_string(state_)};
    state.values["open"] = truth(lid_.level().level);
    if (!state.good) explain(state.values, lid_.level());
}

}  // namespace sealwarden
