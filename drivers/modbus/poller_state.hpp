// Inside of the Poller: what it keeps, and its parts: what goes next (poller.cpp), what came of it
// (poller_outcome.cpp), questions from outside (poller_questions.cpp), and relays
// (poller_relays.cpp).
//
// A device:  starting ──answer──► online ──one request unanswered thrice, another once──► silent
//                 └──────────────unanswered──────────────►┘   ▲──────answer to a probe──────┘
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "drivers/modbus/device.hpp"
#include "drivers/modbus/poller.hpp"

namespace sealwarden::modbus {

struct Poller::State {
    enum class Kind {
        poll,
        marker,  // goes before a poll whose answer could be a late one's (stragglers.hpp)
        probe,   // of a silent device
        write,   // of a handshake
        question,
        relay,
    };

    enum class Verdict {
        good,
        refused,    // the device said no, and will tomorrow
        wrong_now,  // the device said no, and may say yes next time
        no_answer,
        bad_answer,
        port_gone,
    };
    static Fault fault_of(Verdict verdict);

    // A question that waits for its turn.
    struct Waiting {
        Question question;
        std::size_t device = 0;
        Uptime until;
    };
    static constexpr std::size_t most_questions = 8;
    // A relay that waits to be switched.
    struct Switch {
        RelayOrder order;
        std::size_t device = 0;
        const DeclaredOutput* output = nullptr;
        Uptime until;
    };

    State(BusOptions bus, Uptime at) : options{std::move(bus)}, start{at} {
        for (const auto& device : options.devices) devices.emplace_back(device, options, start);
    }

    // What is under way, or what goes next whatever else is due.
    struct Task {
        Kind kind = Kind::poll;
        std::size_t device = 0, item = 0;
        std::optional<std::size_t> handshake;
        unsigned attempt = 0;
        bool witness = false;  // asked to tell one request's silence from the device's
        Fault witnessed = Fault::no_answer;
    };

    const Exchange* next(Uptime now);
    std::optional<Task> pick_any(Uptime now);
    std::optional<Task> pick(Uptime now);
    bool prepare(Task& task);
    bool prepare_write(Task& task);
    std::chrono::microseconds timeout_of(const Device& device, Kind kind) const;

    void ask(Question question, Uptime now);
    void dismiss_questions(Uptime now);
    std::optional<Task> pick_question(Uptime now);
    void prepare_question(const Task& task);
    [[nodiscard]] Uptime question_deadline(Uptime now) const;
    bool finish_question(const Outcome& outcome);
    void charge_question(Uptime now);
    void drop_questions(Reply::Kind kind, const std::string& why);

    void set(RelayOrder order, Uptime now);
    void dismiss_relays(Uptime now);
    std::optional<Task> pick_relay(Uptime now);
    void prepare_relay(const Task& task);
    [[nodiscard]] Uptime relay_deadline(Uptime now) const;
    bool finish_relay(const Outcome& outcome);
    void drop_relays();

    bool finish(const Outcome& outcome, std::vector<Reading>& readings);
    Verdict mind_stragglers(const Task& task, Verdict verdict);
    void note_round_trip(Device& device, const Outcome& outcome) const;
    void come_back(Device& device, Uptime at, std::vector<Reading>& readings);
    Verdict judge(Device& device, const Outcome& outcome, Answer& answer);
    void good(const Task& task, Answer answer, Uptime at, std::vector<Reading>& readings);
    void good_poll(const Task& task, Answer answer, Uptime at, std::vector<Reading>& readings);
    void good_write(const Task& task, Uptime at, std::vector<Reading>& readings);
    bool settled(Device& device, const Task& task, std::span<const std::uint8_t> data) const;
    void on_handshake(const Task& task, Uptime at);
    void handshake_read(const Task& task, Uptime at, std::vector<Reading>& readings);
    void refused(const Task& task, Uptime at, std::vector<Reading>& readings);
    void failed(const Task& task, Verdict verdict, Uptime at, std::vector<Reading>& readings);
    void give_up(const Task& task, Fault fault, Uptime at, std::vector<Reading>& readings);
    [[nodiscard]] std::string sentence(const Request& request, Fault fault) const;
    void recovered(Item& item, Device& device) const;
    void silent(std::size_t device, Fault fault, Uptime at, std::vector<Reading>& readings);
    void plan_probe(Device& device, Uptime at);
    void take_slot(Device& device, Item& item, Uptime now) const;
    void link_down(Uptime at, std::vector<Reading>& readings);
    std::optional<Uptime> deadline() const;

    BusOptions options;
    Uptime start;
    std::vector<Device> devices;
    bool up = true;
    std::optional<Uptime> down_said;

    std::optional<Task> urgent;   // the very next exchange
    std::optional<Task> current;  // under way
    Exchange exchange;
    Uptime handed_out{};  // when the exchange under way was
    Uptime idle_until{};  // nothing is due before; in the past: look again
    Uptime idle_after{};  // the same, once the exchange under way has gone well
    std::uint32_t ticket = 0;
    std::optional<std::pair<std::size_t, Uptime>> dead_time;  // a failed probe still holds the line
    std::vector<Waiting> questions;                           // the oldest first
    std::optional<Waiting> asking;                            // under way
    std::vector<Switch> relays;                               // the oldest first
    std::optional<Switch> switching;                          // under way
    Uptime relays_again{};                                    // none is switched before
    struct QuestionTime {
        Uptime began;
        bool answered = false;
    };
    std::optional<QuestionTime> question_time;  // of one that may still hold the line
    Uptime questions_first{};                   // from then on one may go before a poll that is due
    Uptime questions_again{};                   // none is asked before
    bool exception = false;                     // the last answer was one
    AnswerError last_error;
    Outcome::Kind last_kind = Outcome::Kind::answer;
};

}  // namespace sealwarden::modbus
