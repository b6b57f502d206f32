#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <string_view>

#include "drivers/modbus/poller_state.hpp"

namespace sealwarden::modbus {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr unsigned most_retries = 2;       // of one request, at once
constexpr auto refused_again = 10min;      // what a device refused is asked again
constexpr auto failed_again = 10s;         // what it leaves unanswered while it answers the rest
constexpr std::uint8_t busy_first = 4;     // 7: device failure, acknowledge, busy, parity
constexpr std::uint8_t gateway_path = 10;  // 7: the gateway speaks for a unit that does not
constexpr std::uint8_t gateway_target = 11;

std::string_view table_of(Function function) {
    switch (function) {
        case Function::read_coils: return "coils";
        case Function::read_discrete_inputs: return "discrete inputs";
        case Function::read_holding_registers: return "holding registers";
        case Function::read_input_registers: return "input registers";
        case Function::write_single_coil: return "write of a coil";
        case Function::write_single_register: return "write of a register";
        case Function::write_multiple_registers: return "write of registers";
        case Function::read_device_identification: return "device identification";
    }
    assert(!"every function has a name");
    return "?";
}

std::string describe(const Request& request) {
    const auto what = table_of(request.function);
    if (request.function == Function::read_device_identification) return std::string{what};
    if (request.writes()) return fmt::format("{} at {}", what, request.address);
    return fmt::format("{} {} to {}", what, request.address, request.address + request.count - 1);
}

}  // namespace

// --- what came of it ---------------------------------------------------------------------------

Poller::State::Verdict Poller::State::judge(Device& device, const Outcome& outcome,
                                            Answer& answer) {
    auto& report = device.report;
    last_kind = outcome.kind;
    exception = false;
    if (outcome.kind == Outcome::Kind::no_answer) {
        ++report.timeouts;
        return Verdict::no_answer;
    }
    if (outcome.kind == Outcome::Kind::port_gone) return Verdict::port_gone;
    if (outcome.kind != Outcome::Kind::answer) {
        ++report.bad_answers;
        return Verdict::bad_answer;
    }
    const auto checked = check(exchange.request, outcome.pdu);
    if (checked) {
        answer = checked.answer;
        return Verdict::good;
    }
    last_error = checked.error;
    if (checked.error.kind != AnswerError::Kind::exception) {
        ++report.bad_answers;
        return Verdict::bad_answer;
    }
    ++report.exceptions;
    exception = true;
    const auto code = checked.error.exception;
    if (code == gateway_path || code == gateway_target) return Verdict::no_answer;
    return code < busy_first ? Verdict::refused : Verdict::wrong_now;
}

bool Poller::State::finish(const Outcome& outcome, std::vector<Reading>& readings) {
    assert(current);
    const auto task = *current;
    current.reset();
    idle_until = {};
    if (task.kind == Kind::question) [[unlikely]]
        return finish_question(outcome);
    if (task.kind == Kind::relay) [[unlikely]]
        return finish_relay(outcome);
    auto& device = devices[task.device];
    Answer answer;
    auto verdict = judge(device, outcome, answer);
    const bool framed = verdict == Verdict::good || exception;  // it fits the request
    if (framed) note_round_trip(device, outcome);
    if (options.confirm_after_silence && (!framed || device.stragglers.possible())) [[unlikely]]
        verdict = mind_stragglers(task, verdict);
    switch (verdict) {
        case Verdict::good:
            ++device.report.exchanges;
            device.report.last_good = outcome.at;
            good(task, answer, outcome.at, readings);
            if (!urgent) idle_until = idle_after;
            return true;
        case Verdict::refused: refused(task, outcome.at, readings); return true;
        case Verdict::wrong_now:
        case Verdict::no_answer:
        case Verdict::bad_answer:
        case Verdict::port_gone: break;
    }
    if (task.kind == Kind::probe) dead_time = {task.device, handed_out};
    failed(task, verdict, outcome.at, readings);
    return framed;
}

void Poller::State::note_round_trip(Device& device, const Outcome& outcome) const {
    const auto took = std::max<microseconds>(outcome.at - outcome.sent, 0us);
    const auto& bounds = DeviceReport::round_trip_bounds;
    std::size_t place = 0;
    while (place < bounds.size() && took > bounds[place]) ++place;
    ++device.report.round_trips[place];
    const auto wire = options.character_time * static_cast<int>(outcome.pdu.size() + 3);
    device.round_trip.answered(std::max<microseconds>(took - wire, 0us));
}

// The exchange failed, or answers of earlier ones may still come.
Poller::State::Verdict Poller::State::mind_stragglers(const Task& task, Verdict verdict) {
    auto& device = devices[task.device];
    const bool foreign = task.kind == Kind::marker &&
                         exchange.request.function != device.items[task.item].request.function;
    const bool framed = verdict == Verdict::good || exception;
    if (foreign && framed) device.foreign_works = true;
    if (foreign && verdict == Verdict::no_answer) ++device.foreign_misses;
    if (framed && device.stragglers.tells(exchange.request, exception)) {
        device.stragglers.gone();
        return verdict;
    }
    device.stragglers.asked(exchange.request);
    if (!exception) return verdict;
    // It may be a late one's: nothing is refused on its word.
    if (task.kind == Kind::marker) device.parts_work = false;
    return Verdict::bad_answer;
}

void Poller::State::good(const Task& task, Answer answer, Uptime at,
                         std::vector<Reading>& readings) {
    auto& device = devices[task.device];
    switch (task.kind) {
        case Kind::poll: good_poll(task, answer, at, readings); return;
        case Kind::marker:
            urgent = task;  // now the request itself
            urgent->kind = Kind::poll;
            return;
        case Kind::probe: come_back(device, at, readings); return;
        case Kind::write: good_write(task, at, readings); return;
        case Kind::question:
        case Kind::relay: break;
    }
    assert(!"finish_question() takes what comes of a question");
}

void Poller::State::come_back(Device& device, Uptime at, std::vector<Reading>& readings) {
    // Long away, it may be another device: what it does with markers is open again.
    if (device.probes > 1 && !device.foreign_works) device.foreign_misses = 0;
    device.report.last_error.clear();
    device.come_back(at, readings);
    idle_after = {};
}

void Poller::State::good_poll(const Task& task, Answer answer, Uptime at,
                              std::vector<Reading>& readings) {
    auto& device = devices[task.device];
    auto& item = device.items[task.item];
    if (options.confirm_after_silence && device.stragglers.possible()) [[unlikely]] {
        if (!settled(device, task, answer.data)) {
            urgent = task;
            return;
        }
    }
    if (device.life == Device::Life::starting)
        device.come_back(at, readings), take_slot(device, item, at);
    if (item.failed_rounds > 0 || item.refused) recovered(item, device);
    if (item.request.function == Function::read_device_identification) {
        if (device.take_identification(item, answer.data, at, readings)) urgent = task;
        return;
    }
    device.take(item, answer.data, at, readings);
    if (task.handshake)
        handshake_read(task, at, readings);
    else if (!device.handshakes.empty())
        on_handshake(task, at);
}

// No marker is left that this device answers, so the request itself is made once more than answers
// can be behind: the last answer is then one to this request, whatever was late. It says nothing of
// the next request, unless another request of this look was settled just before with other data:
// had answers been behind, the first of this series would have been that one's.
bool Poller::State::settled(Device& device, const Task& task,
                            std::span<const std::uint8_t> data) const {
    auto& series = device.series;
    if (series.count == 0 || series.item != task.item) {
        series.count = 0;
        series.item = task.item;
        series.first.assign(data.begin(), data.end());
        series.alike = true;
    }
    series.alike = series.alike &&
                   std::equal(series.first.begin(), series.first.end(), data.begin(), data.end());
    if (++series.count <= Stragglers::depth) return false;
    series.count = 0;
    const bool proved = series.alike && series.settled_item && *series.settled_item != task.item &&
                        series.settled != series.first;
    bool alone = true;
    for (std::size_t i = 0; i < device.items.size(); ++i)
        if (i != task.item &&
            Stragglers::look_alike(device.items[i].request, device.items[task.item].request))
            alone = false;
    // A late answer to the only request of its look is at least the right point's.
    if (proved || alone) device.stragglers.gone();
    series.settled_item = task.item;
    series.settled = series.first;
    return true;
}

void Poller::State::on_handshake(const Task& task, Uptime at) {
    auto& device = devices[task.device];
    const auto& points = device.items[task.item].plan.points;
    for (std::size_t h = 0; h < device.handshakes.size(); ++h) {
        auto& handshake = device.handshakes[h];
        if (std::find(points.begin(), points.end(), handshake.when) == points.end()) continue;
        if (!device.is_true(handshake.when)) {
            handshake.nothing_there();
            continue;
        }
        const auto waits = [&](std::size_t index) {
            return device.items[index].refused && device.items[index].due > at;
        };
        if (std::any_of(handshake.items.begin(), handshake.items.end(), waits)) continue;
        if (urgent) continue;  // two at once: the other one's turn is the next period
        handshake.begin();
        urgent = Task{.device = task.device, .item = handshake.items.front(), .handshake = h};
    }
}

void Poller::State::handshake_read(const Task& task, Uptime at, std::vector<Reading>& readings) {
    auto& device = devices[task.device];
    auto& handshake = device.handshakes[*task.handshake];
    const auto& item = device.items[task.item];
    for (const auto point : item.plan.points)
        handshake.taken.push_back({.point = point, .registers = device.registers_of(item, point)});
    if (++handshake.reading < handshake.items.size()) {
        urgent = Task{.device = task.device,
                      .item = handshake.items[handshake.reading],
                      .handshake = task.handshake};
        return;
    }
    if (handshake.news()) {
        handshake.said();
        device.say_handshake(handshake, at, readings);
    }
    handshake.step = HandshakeState::Step::writing;
    urgent = Task{
        .kind = Kind::write, .device = task.device, .item = task.item, .handshake = task.handshake};
}

void Poller::State::good_write(const Task& task, Uptime at, std::vector<Reading>& readings) {
    auto& device = devices[task.device];
    auto& handshake = device.handshakes[*task.handshake];
    handshake.written();
    device.say_written(handshake, at, readings);
}

void Poller::State::recovered(Item& item, Device& device) const {
    item.failed_rounds = 0;
    item.refused = false;
    const auto bad = [](const Item& one) { return one.failed_rounds > 0 || one.refused; };
    if (std::none_of(device.items.begin(), device.items.end(), bad))
        device.report.last_error.clear();
}

void Poller::State::refused(const Task& task, Uptime at, std::vector<Reading>& readings) {
    auto& device = devices[task.device];
    device.report.last_good = at;
    // A device that says no is there.
    if (task.kind == Kind::probe || device.life == Device::Life::starting) {
        come_back(device, at, readings);
        if (task.kind == Kind::probe) return;
    }
    if (task.kind == Kind::marker) {
        urgent = task;
        urgent->kind = Kind::poll;
        return;
    }
    device.report.last_error =
        fmt::format("refuses {}: {}", describe(exchange.request), modbus::describe(last_error));
    if (task.kind == Kind::write) {
        device.handshakes[*task.handshake].refused();
        return;
    }
    if (task.handshake) device.handshakes[*task.handshake].abort();
    const bool address = last_error.exception == illegal_data_address;
    if (address && device.split(task.item)) {
        if (task.handshake) return;
        for (const auto half : {task.item, device.items.size() - 1}) {
            device.items[half].due = at;
            device.items[half].off_grid = true;
        }
        return;
    }
    auto& item = device.items[task.item];
    item.due = at + refused_again;
    item.off_grid = true;
    if (item.request.function == Function::read_device_identification) item.request.address = 0;
    device.refuse(item, at, readings);
}

Fault Poller::State::fault_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::no_answer: return Fault::no_answer;
        case Verdict::port_gone: return Fault::port_gone;
        case Verdict::refused: return Fault::refused;
        case Verdict::good:
        case Verdict::wrong_now:
        case Verdict::bad_answer: break;
    }
    return Fault::bad_answer;
}

void Poller::State::failed(const Task& task, Verdict verdict, Uptime at,
                           std::vector<Reading>& readings) {
    auto& device = devices[task.device];
    urgent.reset();
    device.series.count = 0;
    device.series.settled_item.reset();
    if (verdict == Verdict::no_answer && task.kind != Kind::probe) device.round_trip.timed_out();
    const auto fault = fault_of(verdict);
    if (task.kind == Kind::probe) {
        ++device.probes;
        silent(task.device, fault, at, readings);
        return;
    }
    if (task.kind == Kind::write) {
        device.report.last_error =
            fmt::format("does not confirm the {}", describe(exchange.request));
        device.handshakes[*task.handshake].unanswered();
        return;
    }
    // A device not heard of yet is not asked thrice: its neighbours wait to be read at all.
    const bool starting = device.life == Device::Life::starting;
    const bool first_round = device.items[task.item].failed_rounds == 0;
    if (!task.witness && !starting && first_round && task.attempt < most_retries) {
        urgent = task;
        urgent->kind = Kind::poll;
        ++urgent->attempt;
        return;
    }
    give_up(task, fault, at, readings);
}

// For the installer: what failed, and how.
std::string Poller::State::sentence(const Request& request, Fault fault) const {
    const auto what = describe(request);
    if (fault == Fault::no_answer)
        return fmt::format("does not answer {} within {} ms", what,
                           (exchange.timeout + 999us) / 1ms);
    if (fault == Fault::port_gone) return fmt::format("the connection ends at {}", what);
    if (last_kind == Outcome::Kind::bad_frame)
        return fmt::format("a broken or foreign frame answers {}", what);
    return fmt::format("answers wrongly to {}: {}", what, modbus::describe(last_error));
}

// The request failed for good. Is it this request, or the device? Another request tells.
void Poller::State::give_up(const Task& task, Fault fault, Uptime at,
                            std::vector<Reading>& readings) {
    auto& device = devices[task.device];
    auto& item = device.items[task.item];
    if (task.handshake) device.handshakes[*task.handshake].abort();
    device.report.last_error = sentence(item.request, fault);
    if (task.witness || device.life == Device::Life::starting) {
        silent(task.device, fault, at, readings);
        return;
    }
    ++item.failed_rounds;
    if (item.request.function == Function::read_device_identification) item.request.address = 0;
    item.off_grid = true;
    const auto doubled = item.period * (1 << std::min(item.failed_rounds - 1, 10U));
    item.due =
        at + std::min<microseconds>(std::max<microseconds>(item.period, failed_again), doubled);

    std::optional<std::size_t> witness;
    for (std::size_t i = 0; i < device.items.size(); ++i) {
        const auto& other = device.items[i];
        if (i == task.item || !other.scheduled || other.refused || other.failed_rounds > 0)
            continue;
        if (!witness || other.due < device.items[*witness].due) witness = i;
    }
    if (!witness) {
        silent(task.device, fault, at, readings);
        return;
    }
    device.fail(item, fault, at, readings);
    urgent = Task{.device = task.device, .item = *witness, .witness = true};
}

}  // namespace sealwarden::modbus
