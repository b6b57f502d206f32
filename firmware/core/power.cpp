#include "firmware/core/power.hpp"

#include <cassert>

namespace sealwarden {
namespace {

constexpr std::int64_t charge_hysteresis_percent = 5;

ContactOptions contact_of(PointId point, std::chrono::milliseconds settle) {
    ContactOptions contact;
    contact.point = point;
    contact.settle = settle;
    return contact;
}

}  // namespace

std::string_view to_string(PowerState state) {
    switch (state) {
        case PowerState::unknown: return "unknown";
        case PowerState::mains: return "mains";
        case PowerState::on_battery: return "on_battery";
    }
    assert(!"every state has a name");
    return "?";
}

Power::Power(PowerOptions options)
    : options_{std::move(options)}, low_{Level::unknown, options_.settle} {
    if (options_.on_battery) source_.emplace(contact_of(*options_.on_battery, options_.settle));
}

PowerOptions Power::nameless() const {
    auto options = options_;
    options.name = {};
    return options;
}

std::vector<PointId> Power::points() const {
    std::vector<PointId> points;
    for (const auto& point : {options_.on_battery, options_.low_battery, options_.charge})
        if (point) points.push_back(*point);
    return points;
}

void Power::apply(const Reading& reading, Events& events) {
    if (source_) {
        std::vector<ContactNews> news;
        source_->apply(reading, news);
        for (const auto& one : news)
            if (const auto* change = std::get_if<ContactChange>(&one)) take_source(*change, events);
    }
    if (reading.point == options_.low_battery || reading.point == options_.charge)
        take_low(reading, events);
}

void Power::tick(Uptime now, Events& events) {
    if (source_) {
        std::vector<ContactNews> news;
        source_->tick(now, news);
        for (const auto& one : news)
            if (const auto* change = std::get_if<ContactChange>(&one)) take_source(*change, events);
    }
    if (const auto change = low_.tick(now)) tell_low(*change, events);
}

std::optional<Uptime> Power::deadline() const {
    return source_ ? sooner(source_->deadline(), low_.deadline()) : low_.deadline();
}

void Power::take_source(const ContactChange& change, Events& events) {
    const auto told = [&](EventKind kind) {
        auto said = make_event(kind, {subject()}, change.at, change.after);
        if (change.to.level == Level::unknown)
            explain(said.data, change.to);
        else if (change.from.level == Level::unknown)
            said.data["from"] = std::string{"unknown"};
        said.source = change.source;
        said.raw = change.raw;
        events.push_back(std::move(said));
    };
    const auto become = [&](PowerState state) {
        if (state_ != state) since_ = change.at;
        state_ = state;
    };
    switch (change.to.level) {
        case Level::unknown:
            become(PowerState::unknown);
            told(EventKind::power_unknown);
            return;
        case Level::active:
            become(PowerState::on_battery);
            was_on_battery_ = true;
            told(EventKind::power_on_battery);
            return;
        case Level::inactive:
            become(PowerState::mains);
            told(std::exchange(was_on_battery_, false) ? EventKind::power_restored
                                                       : EventKind::power_mains);
            return;
    }
}

void Power::take_low(const Reading& reading, Events& events) {
    const auto* value = reading.value();
    auto& level = reading.point == options_.charge ? low_charge_ : low_contact_;
    auto became = Level::unknown;
    if (const auto* flag = value ? std::get_if<bool>(value) : nullptr) {
        became = *flag ? Level::active : Level::inactive;
    } else if (const auto* percent = value ? std::get_if<std::int64_t>(value) : nullptr) {
        charge_ = *percent;
        const auto margin = level == Level::active ? charge_hysteresis_percent : 0;
        became = *percent < options_.low_below_percent + margin ? Level::active : Level::inactive;
    }
    if (reading.point == options_.charge && became == Level::unknown) charge_.reset();
    level = became;
    low_by_ = reading.point;
    low_raw_ = reading.raw;
    if (const auto change = low_.see(low(), reading.at, reading.after)) tell_low(*change, events);
}

Level Power::low() const {
    for (const auto wanted : {Level::active, Level::inactive})
        if (low_contact_ == wanted || low_charge_ == wanted) return wanted;
    return Level::unknown;
}

// An unknown in between is no news: the battery was low before it and is low after it.
void Power::tell_low(const Settle<Level>::Change& change, Events& events) {
    if (change.to == Level::unknown || change.to == low_told_) return;
    low_told_ = change.to;
    const bool from_unknown = change.from == Level::unknown;
    auto said =
        make_event(change.to == Level::active ? EventKind::power_low : EventKind::power_battery_ok,
                   {subject()}, from_unknown ? change.since : change.left,
                   from_unknown ? change.since_after : change.left_after);
    if (charge_) said.data["charge_percent"] = *charge_;
    said.source = low_by_;
    said.raw = low_raw_;
    events.push_back(std::move(said));
}

void Power::describe(State& state) const {
    state.since = since_;
    state.good = source_ ? state_ != PowerState::unknown : low_.value() != Level::unknown;
    state.values["state"] = std::string{to_string(state_)};
    state.values["on_battery"] =
        state_ == PowerState::unknown ? Datum{} : Datum{state_ == PowerState::on_battery};
    state.values["low"] = truth(low_.value());
    state.values["charge"] = charge_ ? Datum{*charge_} : Datum{};
    if (source_ && !state.good) explain(state.values, source_->level());
}

}  // namespace sealwarden
