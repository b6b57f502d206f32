#include "drivers/modbus/poller.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <optional>
#include <utility>

#include "drivers/modbus/poller_state.hpp"
#include "drivers/modbus/probing.hpp"

namespace sealwarden::modbus {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr int starving_after = 4;  // periods an item waits at most for more urgent ones
constexpr auto probe_starving_after = 1s;
constexpr std::uint64_t slow_probe = 16;      // one in so many waits longer,
constexpr microseconds slow_wait = 50ms;      // so long,
constexpr std::uint64_t slowest_probe = 256;  // and one in so many as long as may be
constexpr unsigned foreign_tries = 2;         // then a device is taken to ignore foreign functions

}  // namespace

// --- what next ---------------------------------------------------------------------------------

// Starving first, the longest waiting of them; then by priority; then by time.
std::optional<Poller::State::Task> Poller::State::pick(Uptime now) {
    struct Best {
        std::size_t device, item;
        bool starves;
        int priority;
        Uptime due;
    };
    constexpr auto probe = std::numeric_limits<std::size_t>::max();
    std::optional<Best> best;
    std::size_t due = 0;
    auto earliest = Uptime::max();
    const auto offer = [&](const Best& one) {
        ++due;
        if (best) {
            if (one.starves != best->starves) {
                if (best->starves) return;
            } else if (!one.starves && one.priority != best->priority) {
                if (one.priority > best->priority) return;
            } else if (one.due >= best->due) {
                return;
            }
        }
        best = one;
    };
    for (std::size_t d = 0; d < devices.size(); ++d) {
        const auto& device = devices[d];
        if (device.items.empty()) continue;
        if (device.life == Device::Life::silent) {
            // Its share of the line is bounded already, and it may be a door: it does not wait.
            if (device.probe_at <= now)
                offer({d, probe, now - device.probe_at > probe_starving_after, 0, device.probe_at});
            else
                earliest = std::min(earliest, device.probe_at);
            continue;
        }
        for (std::size_t i = 0; i < device.items.size(); ++i) {
            const auto& item = device.items[i];
            if (!item.scheduled) continue;
            if (item.due <= now)
                offer(
                    {d, i, now - item.due > starving_after * item.period, item.priority, item.due});
            else
                earliest = std::min(earliest, item.due);
        }
    }
    if (!best) {
        idle_until = earliest;
        return std::nullopt;
    }
    if (best->item == probe) return Task{.kind = Kind::probe, .device = best->device};
    auto& device = devices[best->device];
    auto& item = device.items[best->item];
    take_slot(device, item, now);
    if (due == 1 && questions.empty() && relays.empty()) idle_after = std::min(earliest, item.due);
    return Task{.device = best->device, .item = best->item};
}

// A poll stands for the newest slot of the grid; the slots before it are missed, not made up for.
void Poller::State::take_slot(Device& device, Item& item, Uptime now) const {
    if (item.off_grid) {
        item.off_grid = false;
        item.due = start + ((now - start) / item.period + 1) * item.period;
        return;
    }
    const auto late = now - item.due;
    const auto missed = late / item.period;
    device.report.late_polls += static_cast<std::uint64_t>(missed);
    if (late % item.period > item.period / 2) ++device.report.late_polls;
    item.due += (missed + 1) * item.period;
}

std::optional<Uptime> Poller::State::deadline() const {
    if (!up) return std::nullopt;
    return idle_until;
}

const Exchange* Poller::State::next(Uptime now) {
    if (current) return &exchange;
    if (dead_time) {
        // The line is free again: so much did the silent device cost, draining included.
        auto& device = devices[dead_time->first];
        const auto cost =
            std::min<microseconds>(now - dead_time->second, 4 * device.round_trip.ceiling());
        device.probe_cost += (cost - device.probe_cost) / 4;
        plan_probe(device, dead_time->second);
        dead_time.reset();
        idle_until = {};
    }
    if (question_time) [[unlikely]] {
        charge_question(now);
        idle_until = {};
    }
    if (!up || now < idle_until) return nullptr;
    if (!questions.empty()) [[unlikely]]
        dismiss_questions(now);
    if (!relays.empty()) [[unlikely]]
        dismiss_relays(now);
    while (true) {
        idle_after = {};
        auto task = std::exchange(urgent, std::nullopt);
        if (!task) task = pick_any(now);
        if (!task) return nullptr;
        exchange.question = task->kind == Kind::question || task->kind == Kind::relay;
        if (!prepare(*task)) continue;
        handed_out = now;
        return &exchange;
    }
}

// A question goes before the polls that are due, and so waits for one exchange at most, while
// questions keep to their share of the line; beyond that, when nothing is due.
std::optional<Poller::State::Task> Poller::State::pick_any(Uptime now) {
    if (questions.empty() && relays.empty()) [[likely]]
        return pick(now);
    auto task = pick_relay(now);
    if (!task && now >= questions_first) task = pick_question(now);
    if (!task) task = pick(now);
    if (!task) task = pick_question(now);
    if (!task) idle_until = std::min({idle_until, question_deadline(now), relay_deadline(now)});
    return task;
}

microseconds Poller::State::timeout_of(const Device& device, Kind kind) const {
    const auto& trip = device.round_trip;
    if (kind != Kind::probe) return trip.timeout();
    // It may be back slower than it was. But the neighbours wait meanwhile, so the full time is
    // rare.
    if (device.probes % slowest_probe == slowest_probe - 1) return trip.ceiling();
    if (trip.measured()) {
        const bool slow = device.probes % slow_probe == slow_probe - 1;
        return slow ? std::clamp<microseconds>(slow_wait, trip.alive(), trip.ceiling())
                    : trip.alive();
    }
    // Never heard of: as the slowest of its neighbours, twice.
    std::optional<microseconds> slowest;
    for (const auto& other : devices)
        if (other.round_trip.measured())
            slowest = std::max(slowest.value_or(0us), other.round_trip.alive());
    return slowest ? std::min(2 * *slowest, trip.ceiling()) : trip.ceiling();
}

bool Poller::State::prepare(Task& task) {
    if (task.kind == Kind::write) return prepare_write(task);
    if (task.kind == Kind::question) {
        prepare_question(task);
        return true;
    }
    if (task.kind == Kind::relay) {
        prepare_relay(task);
        return true;
    }
    auto& device = devices[task.device];
    if (task.kind == Kind::probe) task.item = device.probe_item();
    exchange.request = task.kind == Kind::probe ? device.probe() : device.items[task.item].request;
    if (options.confirm_after_silence && device.stragglers.possible()) [[unlikely]] {
        const Stragglers::Allowed allowed{
            .parts = device.parts_work,
            .foreign = device.foreign_works || device.foreign_misses < foreign_tries};
        if (!device.stragglers.tells(exchange.request, false)) {
            if (auto marker = device.stragglers.marker(exchange.request, allowed)) {
                exchange.request = std::move(*marker);
                if (task.kind == Kind::poll) task.kind = Kind::marker;
            }
        }
    }
    exchange.timeout = timeout_of(device, task.kind);
    exchange.gap = device.profile->timing.gap;
    exchange.ticket = ++ticket;
    current = task;
    return true;
}

// Writes come from handshakes, which the profile declares, and from its relays (poller_relays.cpp).
bool Poller::State::prepare_write(Task& task) {
    auto& device = devices[task.device];
    auto& handshake = device.handshakes[*task.handshake];
    if (options.confirm_after_silence && device.stragglers.possible()) {
        handshake.abort();  // the next period reads again first
        return false;
    }
    const auto& declared = device.profile->writes;
    assert(std::any_of(declared.begin(), declared.end(), [&](const DeclaredWrite& write) {
        return write.name == handshake.profile->write && write.address == handshake.write.address &&
               write_function(write.table) == handshake.write.function;
    }));
    if (handshake.echo) {
        const auto taken =
            std::find_if(handshake.taken.begin(), handshake.taken.end(),
                         [&](const auto& one) { return one.point == *handshake.echo; });
        assert(taken != handshake.taken.end());
        const auto& point = device.profile->points[*handshake.echo];
        std::uint64_t value = 0;
        for (const auto word : taken->registers) value = value << 16 | word;
        value = (value & point.mask) + handshake.profile->add;
        handshake.write.values[0] = static_cast<std::uint16_t>(value % handshake.profile->modulo);
    }
    exchange.request = handshake.write;
    exchange.timeout = timeout_of(device, task.kind);
    exchange.gap = device.profile->timing.gap;
    exchange.ticket = ++ticket;
    current = task;
    return true;
}

// --- silent devices ----------------------------------------------------------------------------

void Poller::State::silent(std::size_t index, Fault fault, Uptime at,
                           std::vector<Reading>& readings) {
    auto& device = devices[index];
    if (device.life != Device::Life::silent) {
        device.probes = 0;
        device.probe_cost = timeout_of(device, Kind::probe);
    }
    device.go_silent(fault, at, readings);
    plan_probe(device, at);
}

void Poller::State::plan_probe(Device& device, Uptime at) {
    microseconds cost{0};
    for (const auto& one : devices)
        if (one.life == Device::Life::silent) cost += one.probe_cost;
    device.probe_at = at + probe_interval(cost, options);
    idle_after = {};
}

void Poller::State::link_down(Uptime at, std::vector<Reading>& readings) {
    current.reset();
    urgent.reset();
    dead_time.reset();
    question_time.reset();
    drop_questions(Reply::Kind::port_gone, "the link went down before this was answered");
    drop_relays();
    idle_until = {};
    const bool news = up;
    up = false;
    // Said again once a second, so that silence still means that the driver itself is gone.
    if (!news && down_said && at < *down_said + 1s) return;
    down_said = at;
    for (auto& device : devices) {
        device.stragglers.gone();
        device.go_silent(Fault::port_gone, at, readings);
    }
}

// --- the interface -----------------------------------------------------------------------------

Poller::Poller(BusOptions options, Uptime start)
    : state_{std::make_unique<State>(std::move(options), start)} {}
Poller::~Poller() {
    if (!state_) return;
    state_->drop_questions(Reply::Kind::not_asked, "the bus is being closed; ask again");
    state_->drop_relays();
}
Poller::Poller(Poller&&) noexcept = default;
Poller& Poller::operator=(Poller&&) noexcept = default;

const Exchange* Poller::next(Uptime now) {
    return state_->next(now);
}

std::optional<Uptime> Poller::deadline() const {
    return state_->deadline();
}

bool Poller::finish(const Outcome& outcome, std::vector<Reading>& readings) {
    return state_->finish(outcome, readings);
}

void Poller::ask(Question question, Uptime now) {
    state_->ask(std::move(question), now);
}

void Poller::set(RelayOrder order, Uptime now) {
    state_->set(std::move(order), now);
}

bool Poller::has(std::string_view device) const {
    return std::any_of(state_->devices.begin(), state_->devices.end(),
                       [&](const auto& one) { return one.id == device; });
}

void Poller::link_down(Uptime at, std::vector<Reading>& readings) {
    state_->link_down(at, readings);
}

void Poller::link_up(Uptime at) {
    state_->up = true;
    state_->idle_until = at;
    for (auto& device : state_->devices) {
        if (device.life != Device::Life::silent) continue;
        device.probe_at = at;
        // Never heard of, it gets its full time at least once.
        if (!device.round_trip.measured()) device.probes = slowest_probe - 1;
    }
}

std::vector<DeviceReport> Poller::report() const {
    std::vector<DeviceReport> reports;
    for (const auto& device : state_->devices) {
        reports.push_back(device.report);
        reports.back().timeout = device.round_trip.timeout();
    }
    return reports;
}

}  // namespace sealwarden::modbus
