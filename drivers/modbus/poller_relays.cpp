// The Poller's fourth part: relays that the profile declares.
#include <algorithm>
#include <cassert>
#include <utility>

#include "drivers/modbus/poller_state.hpp"

namespace sealwarden::modbus {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 5s;         // for its turn
constexpr auto after_no_answer = 1s;  // what it cost the polls is bounded by that

Request request_of(const DeclaredOutput& output, bool on, std::uint8_t unit) {
    return {.unit = unit,
            .function = write_function(output.table),
            .address = output.address,
            .count = 1,
            .values = {on ? output.on : output.off}};
}

}  // namespace

void Poller::State::set(RelayOrder order, Uptime now) {
    const auto device = std::find_if(devices.begin(), devices.end(),
                                     [&](const auto& one) { return one.id == order.device; });
    const auto* output = device == devices.end() ? nullptr : device->profile->output(order.output);
    if (output == nullptr || !up) {
        order.done(false);
        return;
    }
    std::erase_if(relays, [&](const Switch& waiting) {
        if (waiting.output != output || waiting.order.device != order.device) return false;
        waiting.order.done(false);
        return true;
    });
    relays.push_back({.order = std::move(order),
                      .device = static_cast<std::size_t>(device - devices.begin()),
                      .output = output,
                      .until = now + patience});
    idle_until = idle_after = {};  // look again
}

// Too late, or the device is known to be silent: whoever wants it says it again.
void Poller::State::dismiss_relays(Uptime now) {
    std::erase_if(relays, [&](const Switch& waiting) {
        const bool silent = devices[waiting.device].life == Device::Life::silent;
        if (!silent && now < waiting.until) return false;
        waiting.order.done(false);
        return true;
    });
}

// A device must have been heard of, and its answer be told from late ones; where it cannot, the
// polls settle that first.
std::optional<Poller::State::Task> Poller::State::pick_relay(Uptime now) {
    if (now < relays_again) return std::nullopt;
    const auto can_be_switched = [&](const Switch& waiting) {
        const auto& device = devices[waiting.device];
        return device.life == Device::Life::online &&
               (!options.confirm_after_silence || !device.stragglers.possible() ||
                device.stragglers.tells(request_of(*waiting.output, waiting.order.on, device.unit),
                                        true));
    };
    const auto next = std::find_if(relays.begin(), relays.end(), can_be_switched);
    if (next == relays.end()) return std::nullopt;
    switching = std::move(*next);
    relays.erase(next);
    return Task{.kind = Kind::relay, .device = switching->device};
}

// The other place where a write comes from: an output's, which its profile declares.
void Poller::State::prepare_relay(const Task& task) {
    const auto& device = devices[task.device];
    assert(device.profile->output(switching->order.output) == switching->output);
    exchange.request = request_of(*switching->output, switching->order.on, device.unit);
    exchange.timeout = timeout_of(device, task.kind);
    exchange.gap = device.profile->timing.gap;
    exchange.ticket = ++ticket;
    current = task;
}

// When an order that waits is next worth a look.
Uptime Poller::State::relay_deadline(Uptime now) const {
    auto first = Uptime::max();
    for (const auto& waiting : relays) first = std::min(first, waiting.until);
    return now < relays_again ? std::min(first, relays_again) : first;
}

// Like a question it leaves the device's counts, its learnt time-out and its life alone.
bool Poller::State::finish_relay(const Outcome& outcome) {
    const auto done = *std::exchange(switching, std::nullopt);
    auto& device = devices[done.device];
    bool framed = false, written = false;
    if (outcome.kind == Outcome::Kind::answer) {
        const auto checked = check(exchange.request, outcome.pdu);
        written = static_cast<bool>(checked);
        framed = written || checked.error.kind == AnswerError::Kind::exception;
    }
    if (framed) {
        device.stragglers.gone();  // it was asked only because its answer tells
    } else if (options.confirm_after_silence) {
        device.stragglers.asked(exchange.request);
        device.series.count = 0;
        device.series.settled_item.reset();
    }
    if (!framed) relays_again = outcome.at + after_no_answer;
    done.order.done(written);
    return framed;
}

void Poller::State::drop_relays() {
    if (switching) std::exchange(switching, std::nullopt)->order.done(false);
    for (const auto& waiting : std::exchange(relays, {})) waiting.order.done(false);
}

}  // namespace sealwarden::modbus
