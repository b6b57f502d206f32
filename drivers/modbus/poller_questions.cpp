// The Poller's third part: questions from outside its plan.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "drivers/modbus/poller_state.hpp"

namespace sealwarden::modbus {
namespace {

using namespace std::chrono_literals;

// Of a busy line's time, for all questions together; and of any line's for those that get no
// answer, which hold it up longest.
constexpr double question_share = 0.05;

bool is_bits(Table table) {
    return table == Table::coil || table == Table::discrete_input;
}

// What the specification or the device's profile forbids, as a sentence; empty: it can be asked.
std::string forbidden(const Question& question, const Profile& profile) {
    if (!question.table) {
        if (question.count < 1 || question.count > 4)
            return "the read code of an identification is 1 to 4";
        if (question.address > 0xFF) return "the objects of an identification are 0 to 255";
        return {};
    }
    const bool bits = is_bits(*question.table);
    const auto most = bits ? std::min<std::uint16_t>(profile.timing.max_bits, 2000)
                           : std::min<std::uint16_t>(profile.timing.max_registers, 125);
    const auto* const what = bits ? "bits" : "registers";
    if (question.count < 1 || question.count > most)
        return fmt::format("{} takes 1 to {} {} a read", question.device, most, what);
    if (std::uint32_t{question.address} + question.count > 0x10000)
        return fmt::format("there are no {} behind 65535", what);
    return {};
}

Request request_of(const Question& question, std::uint8_t unit) {
    return {.unit = unit,
            .function = question.table ? read_function(*question.table)
                                       : Function::read_device_identification,
            .address = question.address,
            .count = question.count,
            .values = {}};
}

std::vector<std::uint16_t> values_of(const Question& question, const Answer& answer) {
    std::vector<std::uint16_t> values;
    if (!question.table) {
        values.assign(answer.data.begin(), answer.data.end());
        return values;
    }
    for (std::size_t i = 0; i < question.count; ++i)
        values.push_back(is_bits(*question.table) ? std::uint16_t{answer.bit(i)} : answer.word(i));
    return values;
}

void reply(const Question& question, Reply::Kind kind, std::string why) {
    question.done({.kind = kind, .values = {}, .exception = 0, .why = std::move(why)});
}

}  // namespace

void Poller::State::ask(Question question, Uptime now) {
    const auto device = std::find_if(devices.begin(), devices.end(),
                                     [&](const auto& one) { return one.id == question.device; });
    if (device == devices.end()) {
        reply(question, Reply::Kind::not_asked,
              fmt::format("there is no device {} on this bus", question.device));
        return;
    }
    if (auto why = forbidden(question, *device->profile); !why.empty()) {
        reply(question, Reply::Kind::not_asked, std::move(why));
        return;
    }
    if (!up) {
        reply(question, Reply::Kind::port_gone,
              fmt::format("the link to {} is down", question.device));
        return;
    }
    if (questions.size() >= most_questions) {
        reply(question, Reply::Kind::not_asked,
              fmt::format("{} questions wait for this bus already; try again", most_questions));
        return;
    }
    const auto until = now + question.patience;
    questions.push_back({.question = std::move(question),
                         .device = static_cast<std::size_t>(device - devices.begin()),
                         .until = until});
    idle_until = idle_after = {};  // look again
}

// Those that need no turn any more: too late, or the device is known to be silent. It is looked
// for anyway, and a question would cost its neighbours a time-out.
void Poller::State::dismiss_questions(Uptime now) {
    std::erase_if(questions, [&](const Waiting& waiting) {
        const auto& [question, index, until] = waiting;
        const auto& device = devices[index];
        if (device.life == Device::Life::silent) {
            reply(question, Reply::Kind::no_answer,
                  fmt::format("{} is silent: {}", device.id, device.report.last_error));
        } else if (now >= until) {
            reply(question, Reply::Kind::not_asked,
                  fmt::format("no turn for {} came within {} ms; try again", device.id,
                              question.patience / 1ms));
        } else {
            return false;
        }
        return true;
    });
}

// The oldest question that can be asked now. A device must have been heard of, and its answer be
// told from late ones; where it cannot, the polls settle that first.
std::optional<Poller::State::Task> Poller::State::pick_question(Uptime now) {
    if (now < questions_again) return std::nullopt;
    const auto can_be_asked = [&](const Waiting& waiting) {
        const auto& device = devices[waiting.device];
        return device.life == Device::Life::online &&
               (!options.confirm_after_silence || !device.stragglers.possible() ||
                device.stragglers.tells(request_of(waiting.question, device.unit), true));
    };
    const auto next = std::find_if(questions.begin(), questions.end(), can_be_asked);
    if (next == questions.end()) return std::nullopt;
    asking = std::move(*next);
    questions.erase(next);
    return Task{.kind = Kind::question, .device = asking->device};
}

void Poller::State::prepare_question(const Task& task) {
    const auto& device = devices[task.device];
    exchange.request = request_of(asking->question, device.unit);
    exchange.timeout = timeout_of(device, task.kind);
    exchange.gap = device.profile->timing.gap;
    exchange.ticket = ++ticket;
    current = task;
}

// When a question that waits is next worth a look.
Uptime Poller::State::question_deadline(Uptime now) const {
    auto first = Uptime::max();
    for (const auto& waiting : questions) first = std::min(first, waiting.until);
    return now < questions_again ? std::min(first, questions_again) : first;
}

// Leaves the device's counts, its learnt time-out and its life alone: those tell how its polls
// fare.
bool Poller::State::finish_question(const Outcome& outcome) {
    const auto [question, index, until] = *std::exchange(asking, std::nullopt);
    auto& device = devices[index];
    bool framed = false;
    Reply answer;
    switch (outcome.kind) {
        case Outcome::Kind::answer: {
            const auto checked = check(exchange.request, outcome.pdu);
            const bool refused = checked.error.kind == AnswerError::Kind::exception;
            framed = checked || refused;
            if (checked) {
                answer.kind = Reply::Kind::values;
                answer.values = values_of(question, checked.answer);
                break;
            }
            answer.kind = refused ? Reply::Kind::refused : Reply::Kind::bad_answer;
            answer.exception = refused ? checked.error.exception : std::uint8_t{0};
            answer.why = fmt::format("{} answers: {}", device.id, describe(checked.error));
            break;
        }
        case Outcome::Kind::no_answer:
            answer.kind = Reply::Kind::no_answer;
            answer.why = fmt::format("{} did not answer this within {} ms", device.id,
                                     (exchange.timeout + 999us) / 1ms);
            break;
        case Outcome::Kind::bad_frame:
            answer.kind = Reply::Kind::bad_answer;
            answer.why =
                fmt::format("a broken or foreign frame came instead of {}'s answer", device.id);
            break;
        case Outcome::Kind::port_gone:
            answer.kind = Reply::Kind::port_gone;
            answer.why = fmt::format("the connection to {} ended at this question", device.id);
            break;
    }
    if (framed) {
        device.stragglers.gone();  // it was asked only because its answer tells
    } else if (options.confirm_after_silence) {
        device.stragglers.asked(exchange.request);
        device.series.count = 0;
        device.series.settled_item.reset();
    }
    question_time = {handed_out, framed};
    question.done(std::move(answer));
    return framed;
}

// The line is free again: so much did the question cost.
void Poller::State::charge_question(Uptime now) {
    const auto [began, answered] = *std::exchange(question_time, std::nullopt);
    const auto pause = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::duration<double, std::micro>{now - began} / question_share);
    questions_first = began + pause;
    if (!answered) questions_again = began + pause;
}

void Poller::State::drop_questions(Reply::Kind kind, const std::string& why) {
    if (asking) reply(std::exchange(asking, std::nullopt)->question, kind, why);
    for (const auto& waiting : std::exchange(questions, {})) reply(waiting.question, kind, why);
}

}  // namespace sealwarden::modbus
