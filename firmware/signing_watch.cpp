#include "firmware/signing_watch.hpp"

#include <algorithm>

#include "firmware/core/site.hpp"

namespace sealwarden {
namespace {

bool is_active(const std::vector<Alarm>& alarms, std::string_view kind) {
    return std::ranges::any_of(
        alarms, [&](const Alarm& alarm) { return alarm.kind == kind && alarm.active; });
}

}  // namespace

SigningWatch::SigningWatch(std::string gateway, const std::vector<Alarm>& alarms)
    : gateway_{"gateway", std::move(gateway)},
      held_back_{is_active(alarms, "log-unsigned")},
      doubted_{is_active(alarms, "clock-doubted")} {}

Events SigningWatch::look(const eventlog::SigningState& signing, Uptime now) {
    using Signing = eventlog::SigningState::State;
    Events events;
    const auto say = [&](EventKind kind, std::map<std::string, Datum> data) {
        Event event;
        event.kind = kind;
        event.at = now;
        event.subjects = {gateway_};
        event.data = std::move(data);
        events.push_back(std::move(event));
    };
    const auto epoch = Datum{static_cast<std::int64_t>(signing.epoch)};
    const bool held_back = signing.state == Signing::held_back;
    if (signing.state != Signing::waiting && held_back != held_back_) {
        held_back_ = held_back;
        if (held_back) {
            say(EventKind::log_held_back, {{"why", signing.why}});
        } else {
            say(EventKind::log_signed, {{"epoch", epoch}});
        }
    }
    // Without signatures no epoch ends, and the clock is of no account.
    if (signing.state == Signing::signing && signing.clock_held_back != doubted_) {
        doubted_ = signing.clock_held_back;
        say(doubted_ ? EventKind::clock_doubted : EventKind::clock_believed, {{"epoch", epoch}});
    }
    return events;
}

}  // namespace sealwarden
