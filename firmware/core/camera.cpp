#include "firmware/core/camera.hpp"

#include <algorithm>
#include <cassert>

namespace sealwarden {

std::string_view to_string(CameraState state) {
    switch (state) {
        case CameraState::unknown: return "unknown";
        case CameraState::ok: return "ok";
        case CameraState::failed: return "failed";
        case CameraState::tampered: return "tampered";
        case CameraState::not_recording: return "not_recording";
    }
    assert(!"every state has a name");
    return "?";
}

Camera::Camera(CameraOptions options) : options_{std::move(options)} {
    const auto add = [&](const std::optional<PointId>& point, EventKind healthy,
                         EventKind faulty) -> std::optional<std::size_t> {
        if (!point) return {};
        ContactOptions contact;
        contact.point = *point;
        contact.inverted = !options_.normally_energised;
        contact.settle = options_.settle;
        facts_.emplace_back(contact, healthy, faulty);
        return facts_.size() - 1;
    };
    operating_ = add(options_.operating, EventKind::camera_operating, EventKind::camera_failed);
    recording_ =
        add(options_.recording, EventKind::camera_recording, EventKind::camera_not_recording);
    untampered_ =
        add(options_.untampered, EventKind::camera_untampered, EventKind::camera_tampered);
}

CameraOptions Camera::nameless() const {
    auto options = options_;
    options.name = {};
    options.stored_picture = false;
    return options;
}

std::vector<PointId> Camera::points() const {
    std::vector<PointId> points;
    for (const auto& fact : facts_) std::ranges::copy(fact.points(), std::back_inserter(points));
    return points;
}

void Camera::apply(const Reading& reading, Events& events) {
    const auto from = events.size();
    for (auto& fact : facts_) fact.apply(reading, events);
    settle(events, from, reading.at, reading.after);
}

void Camera::tick(Uptime now, Events& events) {
    const auto from = events.size();
    for (auto& fact : facts_) fact.tick(now, events);
    settle(events, from, now, {});
}

std::optional<Uptime> Camera::deadline() const {
    std::optional<Uptime> first;
    for (const auto& fact : facts_) first = sooner(first, fact.deadline());
    return first;
}

const Fact* Camera::lost() const {
    const auto found =
        std::ranges::find_if(facts_, [](const Fact& f) { return f.is(Level::unknown); });
    return found == facts_.end() ? nullptr : &*found;
}

CameraState Camera::now() const {
    const auto unhealthy = [&](std::optional<std::size_t> fact) {
        return fact && facts_[*fact].is(Level::inactive);
    };
    if (lost()) return CameraState::unknown;
    if (unhealthy(operating_)) return CameraState::failed;
    if (unhealthy(untampered_)) return CameraState::tampered;
    if (unhealthy(recording_)) return CameraState::not_recording;
    return CameraState::ok;
}

void Camera::settle(Events& events, std::size_t from, Uptime at, std::optional<Uptime> after) {
    for (auto i = from; i < events.size(); ++i) events[i].subjects = {subject()};
    const auto before = std::exchange(state_, now());
    if (state_ != before) since_ = events.size() > from ? events.back().at : at;
    for (auto& fact : facts_)
        if (fact.is(Level::unknown)) fact.forget();
    const auto* fact = lost();
    const auto why = fact ? fact->level().why : Why::known;
    if (why == std::exchange(told_why_, why) || !fact || why == Why::never_read) return;
    auto said = make_event(EventKind::camera_unknown, {subject()}, at, after);
    explain(said.data, fact->level());
    said.source = fact->points().front();
    events.push_back(std::move(said));
}

void Camera::describe(State& state) const {
    const auto level = [&](std::optional<std::size_t> fact) {
        return fact ? facts_[*fact].level().level : Level::unknown;
    };
    state.since = since_;
    state.good = state_ != CameraState::unknown;
    state.values["state"] = std::string{to_string(state_)};
    state.values["live"] = truth(level(operating_));
    const auto recording = level(recording_);
    state.values["recording"] = std::string{recording == Level::unknown  ? "unknown"
                                            : recording == Level::active ? "yes"
                                                                         : "no"};
    state.values["tamper"] = truth(level(untampered_), false);
    if (const auto* fact = lost()) explain(state.values, fact->level());
}

}  // namespace sealwarden
