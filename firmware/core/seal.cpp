#include "firmware/core/seal.hpp"

#include <algorithm>
#include <cassert>

#include "firmware/core/alarms.hpp"

namespace sealwarden {
namespace {

constexpr std::size_t longest_number = 128;  // bytes; two go into one entry

EventKind kind_of(SealState state) {
    switch (state) {
        case SealState::unknown: return EventKind::seal_unknown;
        case SealState::absent: return EventKind::seal_absent;
        case SealState::present: return EventKind::seal_present;
        case SealState::intact: return EventKind::seal_intact;
        case SealState::open: return EventKind::seal_open;
        case SealState::tampered: return EventKind::seal_tampered;
    }
    assert(!"every state has an event");
    return EventKind::seal_unknown;
}

bool is_there(SealState state) {
    return state != SealState::unknown && state != SealState::absent;
}

}  // namespace

std::string_view to_string(SealState state) {
    switch (state) {
        case SealState::unknown: return "unknown";
        case SealState::absent: return "absent";
        case SealState::present: return "present";
        case SealState::intact: return "intact";
        case SealState::open: return "open";
        case SealState::tampered: return "tampered";
    }
    assert(!"every state has a name");
    return "?";
}

Seal::Seal(SealOptions options) : options_{std::move(options)}, number_{{}, options_.settle} {
    const auto contact_of = [&](PointId point) {
        ContactOptions contact;
        contact.point = point;
        contact.settle = options_.settle;
        return contact;
    };
    if (options_.present) present_.emplace(contact_of(*options_.present));
    if (options_.intact) intact_.emplace(contact_of(*options_.intact));
    if (options_.tamper) tamper_.emplace(contact_of(*options_.tamper));
    if (options_.battery_low)
        battery_.emplace_back(contact_of(*options_.battery_low), EventKind::seal_battery_low,
                              EventKind::seal_battery_ok);
}

SealOptions Seal::nameless() const {
    auto options = options_;
    options.name = {};
    return options;
}

std::vector<PointId> Seal::points() const {
    std::vector<PointId> points;
    for (const auto& point : {options_.number, options_.present, options_.intact, options_.tamper,
                              options_.battery_low})
        if (point) points.push_back(*point);
    return points;
}

void Seal::caused(Cause cause) {
    if (!cause_ || cause_->at <= cause.at) cause_ = std::move(cause);
}

void Seal::take(const std::vector<ContactNews>& news) {
    for (const auto& one : news)
        if (const auto* change = std::get_if<ContactChange>(&one))
            caused({change->at, change->after, change->source, change->raw});
}

void Seal::feed(std::optional<Contact>& contact, const Reading& reading) {
    if (!contact) return;
    std::vector<ContactNews> news;
    contact->apply(reading, news);
    take(news);
}

void Seal::number(const Reading& reading) {
    Number read;
    if (const auto* value = reading.value()) {
        read.why = Why::known;
        if (const auto* text = std::get_if<std::string>(value))
            read.text = bounded(*text, longest_number);
        else if (const auto* number = std::get_if<std::int64_t>(value); number && *number != 0)
            read.text = std::to_string(*number);
    } else {
        read.why = Why::fault;
        read.fault = *reading.fault();
    }
    const auto change = read.why == Why::fault ? number_.set(read, reading.at, reading.after)
                                               : number_.see(read, reading.at, reading.after);
    if (change) caused({change->since, change->since_after, reading.point, reading.raw});
}

void Seal::apply(const Reading& reading, Events& events) {
    for (auto* contact : {&present_, &intact_, &tamper_}) feed(*contact, reading);
    if (reading.point == options_.number) number(reading);
    decide(events);
    const auto from = events.size();
    for (auto& fact : battery_) fact.apply(reading, events);
    for (auto i = from; i < events.size(); ++i) events[i].subjects = event(events[i].kind).subjects;
}

void Seal::tick(Uptime now, Events& events) {
    std::vector<ContactNews> news;
    for (auto* contact : {&present_, &intact_, &tamper_})
        if (*contact) (*contact)->tick(now, news);
    take(news);
    if (const auto change = number_.tick(now))
        caused({change->since, change->since_after, *options_.number, {}});
    decide(events);
    const auto from = events.size();
    for (auto& fact : battery_) fact.tick(now, events);
    for (auto i = from; i < events.size(); ++i) events[i].subjects = event(events[i].kind).subjects;
}

std::optional<Uptime> Seal::deadline() const {
    auto first = number_.deadline();
    for (const auto* contact : {&present_, &intact_, &tamper_})
        if (*contact) first = sooner(first, (*contact)->deadline());
    for (const auto& fact : battery_) first = sooner(first, fact.deadline());
    return first;
}

Level Seal::presence() const {
    if (present_) return present_->level().level;
    if (!options_.number) return Level::active;  // nothing tells: what it says is what is there
    if (number_.value().why != Why::known) return Level::unknown;
    return number_.value().text.empty() ? Level::inactive : Level::active;
}

// The first thing that is not being read, or Why::known.
ContactLevel Seal::lost() const {
    for (const auto* contact : {&present_, &intact_, &tamper_})
        if (*contact && (*contact)->level().level == Level::unknown) return (*contact)->level();
    if (options_.number && number_.value().why != Why::known)
        return {Level::unknown, number_.value().why, number_.value().fault};
    return {Level::active, Why::known, {}};
}

SealState Seal::now() const {
    if (lost().why != Why::known) return SealState::unknown;
    if (presence() == Level::inactive) return SealState::absent;
    if (tamper_ && tamper_->level().level == Level::active) return SealState::tampered;
    if (intact_ && intact_->level().level == Level::inactive) return SealState::open;
    return tamper_ || intact_ ? SealState::intact : SealState::present;
}

Event Seal::event(EventKind kind) const {
    std::vector<Subject> subjects{subject()};
    if (options_.door) subjects.push_back({"door", *options_.door});
    auto said = make_event(kind, std::move(subjects), cause_ ? cause_->at : Uptime{},
                           cause_ ? cause_->after : std::nullopt);
    if (cause_) {
        said.source = cause_->source;
        said.raw = cause_->raw;
    }
    return said;
}

void Seal::decide(Events& events) {
    if (!cause_) return;
    const auto became = now();
    const auto before = std::exchange(state_, became);
    const auto why = lost();
    const bool news = became == SealState::unknown
                          ? why.why != told_why_ && why.why != Why::never_read
                          : became != before;
    told_why_ = why.why;
    if (became != before) since_ = cause_->at;
    const auto& number = number_.value().text;
    // It came: from absence, or from an unknown, behind which it may be another one.
    if (news && is_there(became) && !is_there(before) && became != SealState::present) {
        auto said = event(EventKind::seal_present);
        if (!number.empty()) said.data["number"] = number;
        if (before == SealState::unknown) said.data["from"] = std::string{"unknown"};
        events.push_back(std::move(said));
    }
    if (news) {
        auto said = event(kind_of(became));
        if (became == SealState::unknown)
            explain(said.data, why);
        else if (before == SealState::unknown)
            said.data["from"] = std::string{"unknown"};
        if (!number.empty() && is_there(became)) said.data["number"] = number;
        if (became == SealState::absent && !last_number_.empty())
            said.data["number"] = last_number_;
        events.push_back(std::move(said));
    }
    if (is_there(became) && !number.empty() && number != last_number_) {
        auto said = event(EventKind::seal_number);
        said.data["number"] = number;
        said.data["previous"] = last_number_.empty() ? Datum{} : Datum{last_number_};
        last_number_ = number;
        events.push_back(std::move(said));
    }
    cause_.reset();
}

void Seal::describe(State& state) const {
    state.since = since_;
    state.good = state_ != SealState::unknown;
    // Consoles know one word for a seal that does not hold.
    const bool broken = state_ == SealState::open || state_ == SealState::tampered;
    state.values["state"] = std::string{broken ? "broken" : to_string(state_)};
    state.values["detail"] = std::string{to_string(state_)};
    state.values["tamper"] = tamper_ ? truth(tamper_->level().level) : Datum{};
    const auto& number = number_.value().text;
    state.values["number"] = is_there(state_) && !number.empty() ? Datum{number} : Datum{};
    if (!battery_.empty()) state.values["battery_low"] = truth(battery_.front().level().level);
    if (!state.good) explain(state.values, lost());
}

}  // namespace sealwarden
