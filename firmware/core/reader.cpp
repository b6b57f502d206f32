#include "firmware/core/reader.hpp"

#include <cassert>

#include "firmware/core/fact.hpp"

namespace sealwarden {
namespace {

// `fresh` and a new number so close together are one presentation told twice.
constexpr std::chrono::seconds same_presentation{1};
// The number is read again at least every second; longer than this it is taken as it stands.
constexpr std::chrono::seconds number_patience{3};

std::string text_of(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* number = std::get_if<std::int64_t>(&value))
        return *number == 0 ? std::string{} : std::to_string(*number);
    return {};
}

}  // namespace

std::string_view to_string(ReaderState state) {
    switch (state) {
        case ReaderState::unknown: return "unknown";
        case ReaderState::ready: return "ready";
    }
    assert(!"every state has a name");
    return "?";
}

ReaderOptions BadgeReader::nameless() const {
    auto options = options_;
    options.name = {};
    return options;
}

std::vector<PointId> BadgeReader::points() const {
    std::vector<PointId> points{options_.number};
    if (options_.fresh) points.push_back(*options_.fresh);
    if (options_.facility) points.push_back(*options_.facility);
    return points;
}

std::vector<Subject> BadgeReader::subjects() const {
    std::vector<Subject> subjects{subject()};
    if (options_.door) subjects.push_back({"door", *options_.door});
    return subjects;
}

void BadgeReader::apply(const Reading& reading, Events& events) {
    if (reading.point == options_.facility) {
        if (const auto* value = reading.value()) facility_ = text_of(*value);
    } else if (reading.point == options_.number) {
        number(reading, events);
    } else if (reading.point == options_.fresh) {
        fresh(reading, events);
    }
}

void BadgeReader::lost(const Reading& reading, Events& events) {
    const bool told = why_.why == Why::fault;
    why_ = {Level::unknown, Why::fault, *reading.fault()};
    if (told) return;
    since_ = reading.at;
    state_ = ReaderState::unknown;
    auto lost = make_event(EventKind::reader_unknown, subjects(), reading.at, reading.after);
    explain(lost.data, why_);
    lost.source = reading.point;
    events.push_back(std::move(lost));
}

void BadgeReader::answers(const Reading& reading, Events& events) {
    if (state_ != ReaderState::unknown) return;
    state_ = ReaderState::ready;
    why_ = {};
    since_ = reading.at;
    auto ready = make_event(EventKind::reader_ready, subjects(), reading.at, reading.after);
    ready.source = reading.point;
    events.push_back(std::move(ready));
}

void BadgeReader::number(const Reading& reading, Events& events) {
    const auto* value = reading.value();
    if (!value) {
        lost(reading, events);
        return;
    }
    answers(reading, events);
    const auto was = std::exchange(number_, text_of(*value));
    // What stands there when the reader is first read was presented before anybody watched, unless
    // `fresh` was seen to speak.
    if (!std::exchange(ever_read_, true) && !waiting_) return;
    const Span when{reading.after.value_or(reading.at), reading.at};
    if (number_ != was && !number_.empty()) {
        untaken_.push_back(when);
        present(when, reading.point, events);
        waiting_.reset();
    } else if (waiting_ && reading.at >= waiting_->at) {
        present(*waiting_, reading.point, events);
        waiting_.reset();
    }
}

void BadgeReader::fresh(const Reading& reading, Events& events) {
    const auto* value = reading.value();
    if (!value) {
        fresh_lost_ = true;
        lost(reading, events);
        return;
    }
    // A number that is read by a transaction is not read before a badge comes: until then `fresh`
    // says that the reader is there. A number that fails while `fresh` answers stays lost.
    if (why_.why == Why::never_read || fresh_lost_) answers(reading, events);
    fresh_lost_ = false;
    const auto was = std::exchange(fresh_, *value);
    if (!was || *was == *value) return;
    if (const auto* flag = std::get_if<bool>(value); flag && !*flag) return;
    if (presented_ && reading.at - *presented_ < same_presentation) return;
    waiting_ = Span{reading.after.value_or(reading.at), reading.at};
    untaken_.push_back(*waiting_);
    tick(reading.at, events);
}

void BadgeReader::present(Span when, PointId source, Events& events) {
    presented_ = when.at;
    const auto after = when.after < when.at ? std::optional{when.after} : std::nullopt;
    auto badge = make_event(EventKind::badge_presented, subjects(), when.at, after);
    if (!number_.empty()) badge.personal["badge"] = number_;
    if (!facility_.empty()) badge.personal["facility"] = facility_;
    badge.source = source;
    events.push_back(std::move(badge));
}

void BadgeReader::tick(Uptime now, Events& events) {
    if (!waiting_ || now < waiting_->at + number_patience) return;
    present(*waiting_, *options_.fresh, events);
    waiting_.reset();
}

std::optional<Uptime> BadgeReader::deadline() const {
    if (!waiting_) return {};
    return waiting_->at + number_patience;
}

std::vector<Span> BadgeReader::take_presented() {
    return std::exchange(untaken_, {});
}

void BadgeReader::describe(State& state) const {
    state.since = since_;
    state.good = state_ != ReaderState::unknown;
    state.values["state"] = std::string{to_string(state_)};
    if (!state.good) explain(state.values, why_);
}

}  // namespace sealwarden
