#include "firmware/core/device.hpp"

#include <cassert>

#include "firmware/core/alarms.hpp"
#include "firmware/core/fact.hpp"

namespace sealwarden {
namespace {

constexpr std::size_t longest_identity = 1024;  // bytes; two go into one entry of 4 KiB

PointId point_of(const std::string& device, std::string_view point) {
    return device + "." + std::string{point};
}

}  // namespace

std::string_view to_string(DeviceState state) {
    switch (state) {
        case DeviceState::unknown: return "unknown";
        case DeviceState::online: return "online";
        case DeviceState::offline: return "offline";
    }
    assert(!"every state has a name");
    return "?";
}

Device::Device(DeviceWatch watch, std::string identity, Uptime start)
    : coverage_{std::move(watch), start},
      online_{point_of(coverage_.watch().id, online_point)},
      identity_point_{point_of(coverage_.watch().id, identity_point)},
      identity_{std::move(identity)},
      since_{start},
      heard_{start} {}

std::vector<PointId> Device::points() const {
    auto points = coverage_.watch().points;
    points.push_back(online_);
    points.push_back(identity_point_);
    return points;
}

void Device::apply(const Reading& reading, Events& events) {
    const auto* value = reading.value();
    // A fault the driver tells is a word from the driver; one we made up for its silence is not.
    if (value || !silent_) heard(reading.at);
    if (value && silent_) {
        silent_ = false;
        if (reading.point != online_)
            become(DeviceState::online, reading.at, reading.after, {}, events);
    }
    if (reading.point == online_) {
        if (const auto* online = value ? std::get_if<bool>(value) : nullptr)
            become(*online ? DeviceState::online : DeviceState::offline, reading.at, reading.after,
                   "no_answer", events);
    } else if (reading.point == identity_point_) {
        identify(reading, events);
    }
    if (value)
        coverage_.good(reading.point, reading.at, events);
    else
        coverage_.bad(reading.point, reading.at, reading.after,
                      silent_ ? "silent" : to_string(*reading.fault()), events);
}

void Device::become(DeviceState state, Uptime at, std::optional<Uptime> after,
                    std::string_view reason, Events& events) {
    if (state == state_) return;
    state_ = state;
    since_ = at;
    const bool offline = state == DeviceState::offline;
    coverage_.offline(offline, at);
    auto said = make_event(offline ? EventKind::device_offline : EventKind::device_online,
                           {subject()}, at, after);
    if (offline) said.data["reason"] = std::string{reason};
    events.push_back(std::move(said));
}

void Device::identify(const Reading& reading, Events& events) {
    const auto* value = reading.value();
    const auto* text = value ? std::get_if<std::string>(value) : nullptr;
    if (!text || text->empty()) return;
    auto seen = bounded(*text, longest_identity);
    if (seen == identity_) return;
    const bool first = identity_.empty();
    auto said = make_event(first ? EventKind::device_identified : EventKind::device_replaced,
                           {subject()}, reading.at, reading.after);
    said.data["identity"] = seen;
    if (!first) said.data["previous"] = identity_;
    said.source = reading.point;
    events.push_back(std::move(said));
    identity_ = std::move(seen);
}

void Device::tick(Uptime now, Events& events) {
    if (!silent_ && heard_ + coverage_.watch().silent_after <= now) {
        silent_ = silenced_ = true;
        become(DeviceState::offline, heard_ + coverage_.watch().silent_after, heard_, "silent",
               events);
    }
    coverage_.tick(now, events);
}

std::optional<Uptime> Device::deadline() const {
    const auto first = coverage_.deadline();
    if (silent_) return first;
    return sooner(first, heard_ + coverage_.watch().silent_after);
}

void Device::describe(State& state) const {
    state.since = since_;
    state.good = state_ == DeviceState::online && coverage_.lost() == 0;
    state.values["state"] = std::string{to_string(state_)};
    state.values["online"] =
        state_ == DeviceState::unknown ? Datum{} : Datum{state_ == DeviceState::online};
    state.values["points"] = static_cast<std::int64_t>(coverage_.watch().points.size());
    state.values["lost"] = static_cast<std::int64_t>(coverage_.lost());
}

}  // namespace sealwarden
