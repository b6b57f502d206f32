#include "firmware/core/light.hpp"

#include <algorithm>
#include <cassert>

namespace sealwarden {
namespace {

// A relay that switches bounces; whether it is dark settles with the lamp's failing.
constexpr std::chrono::seconds lamp_settle{1};

ContactOptions contact_of(PointId point, std::chrono::milliseconds settle) {
    ContactOptions contact;
    contact.point = point;
    contact.settle = settle;
    return contact;
}

}  // namespace

std::string_view to_string(LightState state) {
    switch (state) {
        case LightState::unknown: return "unknown";
        case LightState::on: return "on";
        case LightState::off: return "off";
        case LightState::failed: return "failed";
    }
    assert(!"every state has a name");
    return "?";
}

Light::Light(LightOptions options)
    : options_{std::move(options)},
      lamp_{contact_of(options_.lamp, lamp_settle), EventKind::light_on, EventKind::light_off},
      failing_{Failing::unknown, options_.settle} {
    if (options_.dark) dark_.emplace(contact_of(*options_.dark, std::chrono::milliseconds{0}));
}

LightOptions Light::nameless() const {
    auto options = options_;
    options.name = {};
    return options;
}

std::vector<PointId> Light::points() const {
    auto points = lamp_.points();
    if (options_.dark) points.push_back(*options_.dark);
    return points;
}

void Light::apply(const Reading& reading, Events& events) {
    const auto from = events.size();
    lamp_.apply(reading, events);
    std::vector<ContactNews> dark;
    if (dark_) dark_->apply(reading, dark);
    settle(events, from, reading.at, reading.after);
}

void Light::tick(Uptime now, Events& events) {
    const auto from = events.size();
    lamp_.tick(now, events);
    std::vector<ContactNews> dark;
    if (dark_) dark_->tick(now, dark);
    settle(events, from, now, {});
}

std::optional<Uptime> Light::deadline() const {
    auto first = sooner(lamp_.deadline(), failing_.deadline());
    if (dark_) first = sooner(first, dark_->deadline());
    return first;
}

const Contact* Light::lost() const {
    if (lamp_.is(Level::unknown)) return &lamp_.contact();
    if (dark_ && dark_->level().level == Level::unknown) return &*dark_;
    return nullptr;
}

Light::Failing Light::failing() const {
    if (!dark_ || lost()) return Failing::unknown;
    const bool dark = dark_->level().level == Level::active;
    return dark && lamp_.is(Level::inactive) ? Failing::yes : Failing::no;
}

LightState Light::now() const {
    if (lost()) return LightState::unknown;
    if (failing_.value() == Failing::yes) return LightState::failed;
    return lamp_.is(Level::active) ? LightState::on : LightState::off;
}

void Light::settle(Events& events, std::size_t from, Uptime at, std::optional<Uptime> after) {
    for (auto i = from; i < events.size(); ++i) events[i].subjects = {subject()};
    // The lamp went off at its first edge, not when it had settled.
    if (events.size() > from)
        weigh(events, events.back().at, events.back().after);
    else
        weigh(events, at, after);
    const auto before = std::exchange(state_, now());
    if (state_ != before) since_ = events.size() > from ? events.back().at : at;
    if (lamp_.is(Level::unknown)) lamp_.forget();
    const auto* contact = lost();
    const auto why = contact ? contact->level().why : Why::known;
    if (why == std::exchange(told_why_, why) || !contact || why == Why::never_read) return;
    auto said = make_event(EventKind::light_unknown, {subject()}, at, after);
    explain(said.data, contact->level());
    said.source = contact->points().front();
    events.push_back(std::move(said));
}

// What cannot be known counts at once; what it comes to has to last.
void Light::weigh(Events& events, Uptime at, std::optional<Uptime> after) {
    const auto failing = this->failing();
    if (failing == Failing::unknown) {
        failing_.set(failing, at, after);
        return;
    }
    const auto change = failing_.see(failing, at, after);
    if (!change) return;
    auto said =
        make_event(failing == Failing::yes ? EventKind::light_failed : EventKind::light_well,
                   {subject()}, change->since, change->since_after);
    if (change->from == Failing::unknown) said.data["from"] = std::string{"unknown"};
    events.push_back(std::move(said));
}

void Light::describe(State& state) const {
    state.since = since_;
    state.good = state_ != LightState::unknown;
    state.values["state"] = std::string{to_string(state_)};
    state.values["on"] = truth(lamp_.level().level);
    state.values["dark"] = truth(dark_ ? dark_->level().level : Level::unknown);
    if (const auto* contact = lost()) explain(state.values, contact->level());
}

}  // namespace sealwarden
