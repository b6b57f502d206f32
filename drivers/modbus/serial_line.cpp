#include <fcntl.h>
#include <modbus.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include "drivers/modbus/back_off.hpp"
#include "drivers/modbus/bus.hpp"
#include "drivers/modbus/bus_reporter.hpp"
#include "drivers/modbus/frame.hpp"
#include "drivers/modbus/now.hpp"
#include "drivers/modbus/question_inbox.hpp"
#include "drivers/modbus/serial_timing.hpp"
#include "drivers/modbus/tty_claim.hpp"
#include "drivers/modbus/waker.hpp"

namespace sealwarden::modbus {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr auto reopen_first = 250ms;
constexpr auto reopen_most = 5s;
constexpr auto longest_sleep = 1s;      // so that the watchdog sees an idle line turn
constexpr auto longest_babble = 500ms;  // then a line that is never silent counts as a bad frame
// USB adapters hand bytes over every 16 ms when nobody tells them otherwise (FTDI application note
// AN232B-04): an answer that is late by less is not late.
constexpr auto timeout_floor = 20ms;
constexpr int highest_unit = 247;  // MODBUS over Serial Line V1.02, 2.2

struct ContextDeleter {
    void operator()(modbus_t* context) const {
        modbus_close(context);
        modbus_free(context);
    }
};

char parity_letter(Parity parity) {
    switch (parity) {
        case Parity::none: return 'N';
        case Parity::even: return 'E';
        case Parity::odd: return 'O';
    }
    return 'E';
}

// The descriptor is dead and only opening the path again can help.
bool vanished(int error) {
    return error == EIO || error == ENXIO || error == ENODEV || error == EBADF ||
           error == ECONNRESET || error == EPIPE;
}

// How long each unit may take at most, by its profile.
using WorstAnswers = std::array<microseconds, 256>;
WorstAnswers worst_answers(const BusOptions& bus) {
    WorstAnswers worst{};
    for (const auto& device : bus.devices)
        if (device.profile)
            worst[device.unit] =
                std::max<microseconds>(worst[device.unit], device.profile->timing.timeout);
    return worst;
}

// An open tty with what is known of its wire. Throws nothing; belongs to the line's thread.
class Port {
  public:
    // Empty, and a sentence for the installer in `error`, when the port cannot be had.
    static std::optional<Port> open(const SerialOptions& options, std::string& error);

    // One exchange. The PDU of an answer is a view into this port, until the next call.
    [[nodiscard]] Outcome ask(const Exchange& exchange);

    enum class Line { quiet, babbles, gone, stopped };
    // Waits until nothing was on the wire for `silence`; what comes meanwhile is thrown away.
    [[nodiscard]] Line keep_silence(microseconds silence, const Waker& waker,
                                    const std::stop_token& stop);
    // Takes what a late or broken answer still brings: until `until`, or until something came and
    // the wire was silent behind it, for a request has but one answer. False: the port is gone.
    [[nodiscard]] bool drain(Uptime until, const Waker& waker, const std::stop_token& stop);

    [[nodiscard]] int fd() const { return modbus_get_socket(context_.get()); }
    [[nodiscard]] microseconds wire(std::size_t characters) const {
        return wire_time(characters, baud_, character_bits_);
    }
    [[nodiscard]] microseconds silence() const { return frame_silence(baud_); }

  private:
    using Context = std::unique_ptr<modbus_t, ContextDeleter>;
    Port(std::unique_ptr<TtyClaim> claim, Context context, const SerialOptions& options)
        : claim_{std::move(claim)},
          context_{std::move(context)},
          baud_{options.baud},
          character_bits_{character_bits(options.parity != Parity::none, options.stop_bits)} {}

    [[nodiscard]] bool take_away();
    [[nodiscard]] int receive(const Request& request, microseconds wait);
    [[nodiscard]] int receive_identification(const Request& request, microseconds wait);

    std::unique_ptr<TtyClaim> claim_;  // goes last: nobody gets in while the context is open
    Context context_;
    int baud_;
    int character_bits_;
    Uptime last_byte_ = now();  // on the wire, as far as we know
    std::array<std::uint8_t, MODBUS_RTU_MAX_ADU_LENGTH> answer_{};
};

std::optional<Port> Port::open(const SerialOptions& options, std::string& error) {
    auto claim = TtyClaim::take(options.path, error);
    if (!claim) return std::nullopt;
    Context context{modbus_new_rtu(options.path.c_str(), options.baud,
                                   parity_letter(options.parity), 8, options.stop_bits)};
    if (!context || modbus_connect(context.get()) != 0) {
        error = "cannot set up " + options.path + ": " + modbus_strerror(errno);
        return std::nullopt;
    }
    if (modbus_get_socket(context.get()) >= FD_SETSIZE) {
        // libmodbus waits by select(2): such a descriptor would end the process.
        error = "cannot use " + options.path + ": the process has " + std::to_string(FD_SETSIZE) +
                " files open";
        return std::nullopt;
    }
    if (options.rs485 && modbus_rtu_set_serial_mode(context.get(), MODBUS_RTU_RS485) != 0) {
        error = "the driver of " + options.path + " cannot switch the RS-485 direction (" +
                modbus_strerror(errno) +
                "): set rs485 = false and use an adapter that switches by itself";
        return std::nullopt;
    }
    // With byte time-outs on, every byte would start the wait again, and a dripping device hold the
    // line for minutes. Off, the response time-out bounds the whole answer.
    modbus_set_byte_timeout(context.get(), 0, 0);
    claim->shut_out_others();
    return Port{std::move(claim), std::move(context), options};
}

bool Port::take_away() {
    std::array<std::uint8_t, 256> noise;
    for (;;) {
        const auto got = ::read(fd(), noise.data(), noise.size());
        // With VMIN and VTIME 0, as libmodbus sets them, an empty line reads as 0, not as EAGAIN
        // (termios(3)); a port that is gone is told by poll(), before anything is read here.
        if (got == 0) return true;
        if (got < 0) return errno == EAGAIN || errno == EINTR;
        last_byte_ = now();
    }
}

Port::Line Port::keep_silence(microseconds silence, const Waker& waker,
                              const std::stop_token& stop) {
    const auto patience = now() + longest_babble;
    for (;;) {
        const auto time = now();
        const auto quiet_at = last_byte_ + silence;
        const auto has = waker.wait(quiet_at - time, fd(), POLLIN);
        if (stop.stop_requested()) return Line::stopped;
        if ((has & (POLLERR | POLLHUP | POLLNVAL)) != 0) return Line::gone;
        if ((has & POLLIN) != 0) {
            if (!take_away()) return Line::gone;
            if (now() > patience) return Line::babbles;
        } else if (now() >= quiet_at) {
            return Line::quiet;
        }
    }
}

bool Port::drain(Uptime until, const Waker& waker, const std::stop_token& stop) {
    for (auto time = now(); time < until && !stop.stop_requested(); time = now()) {
        const auto has = waker.wait(until - time, fd(), POLLIN);
        if ((has & (POLLERR | POLLHUP | POLLNVAL)) != 0) return false;
        if ((has & POLLIN) == 0) continue;
        if (!take_away()) return false;
        until = std::min(until, last_byte_ + 2 * silence());
    }
    return true;
}

int Port::receive(const Request& request, microseconds wait) {
    if (request.function == Function::read_device_identification)
        return receive_identification(request, wait);
    const auto whole = std::chrono::floor<std::chrono::seconds>(wait);
    modbus_set_response_timeout(context_.get(), static_cast<std::uint32_t>(whole.count()),
                                static_cast<std::uint32_t>((wait - whole).count()));
    return modbus_receive_confirmation(context_.get(), answer_.data());
}

// libmodbus cannot tell the length of an answer to function 43, so we cut this one out ourselves.
int Port::receive_identification(const Request& request, microseconds wait) {
    const auto until = now() + wait;
    std::size_t have = 0;
    for (auto time = now(); time < until; time = now()) {
        if (wait_for(fd(), POLLIN, until - time) == 0) continue;
        const auto got = ::read(fd(), answer_.data() + have, answer_.size() - have);
        if (got == 0) errno = ECONNRESET;
        if (got <= 0) return -1;
        have += static_cast<std::size_t>(got);
        const auto split = split_rtu(request, std::span{answer_}.first(have));
        if (split.kind == Split::Kind::frame) return static_cast<int>(split.length);
        if (split.kind == Split::Kind::garbage || have == answer_.size()) {
            errno = EMBBADDATA;
            return -1;
        }
    }
    errno = ETIMEDOUT;
    return -1;
}

Outcome Port::ask(const Exchange& exchange) {
    const auto& request = exchange.request;
    std::array<std::uint8_t, 1 + max_pdu> raw{request.unit};
    const auto length = encode(request, std::span{raw}.subspan<1>());
    modbus_set_slave(context_.get(), request.unit);
    modbus_flush(context_.get());

    Outcome outcome;
    outcome.sent = outcome.at = now();
    const auto failed = [&] {
        outcome.at = now();
        outcome.kind = vanished(errno)      ? Outcome::Kind::port_gone
                       : errno == ETIMEDOUT ? Outcome::Kind::no_answer
                                            : Outcome::Kind::bad_frame;
        return outcome;
    };
    if (modbus_send_raw_request(context_.get(), raw.data(), static_cast<int>(length + 1)) < 0)
        return failed();
    // The call returns while the bytes are still leaving.
    const auto left = outcome.sent + wire(1 + length + 2);
    outcome.sent = last_byte_ = left;

    const auto until = left + exchange.timeout + wire(longest_answer(request));
    const int got = receive(request, until - now());
    if (got < 0) return failed();
    outcome.at = last_byte_ = now();
    outcome.sent = std::min(outcome.sent, outcome.at);  // a pseudo-terminal has no wire
    // libmodbus says 0 to another unit's frame, and takes a broadcast's for any.
    if (got < 4 || answer_[0] != request.unit) {
        outcome.kind = Outcome::Kind::bad_frame;
    } else if (outcome.at > until) {
        outcome.kind = Outcome::Kind::no_answer;
    } else {
        outcome.kind = Outcome::Kind::answer;
        outcome.pdu = std::span{answer_}.subspan(1, static_cast<std::size_t>(got) - 3);
    }
    return outcome;
}

}  // namespace

//   closed ──open──► open ──exchanges──► open
//     ▲  back-off     │ EIO, hang-up …
//     └───────────────┘
struct SerialLine::State {
    State(SerialOptions serial, BusOptions bus, ReportSink to)
        : options{std::move(serial)},
          reporter{bus},
          worst_answer{worst_answers(bus)},
          poller{std::move(bus), now()},
          sink{std::move(to)} {}

    void run(const std::stop_token& stop) {
        // The silence before a request is 1.75 ms; the default slack of timers would add 3 % to it.
        ::prctl(PR_SET_TIMERSLACK, 1);
        ::prctl(PR_SET_NAME, "line");
        while (!stop.stop_requested()) {
            turns.fetch_add(1, std::memory_order_relaxed);
            inbox.take([this](Question question) { poller.ask(std::move(question), now()); });
            relays.take([this](RelayOrder order) { poller.set(std::move(order), now()); });
            if (!port)
                reopen();
            else if (const auto* exchange = poller.next(now()))
                poll(*exchange, stop);
            else
                idle();
            tell();
        }
    }

    void reopen() {
        const auto time = now();
        if (time < reopen_at) {
            poller.link_down(time, readings);  // which says it again once a second
            (void)waker.wait(std::min(reopen_at, reporter.due()) - time);
            return;
        }
        port = Port::open(options, error);
        if (port) {
            error.clear();
            back_off.reset();
            poller.link_up(now());
        } else {
            close();
        }
    }

    void close() {
        port.reset();
        if (error.empty()) error = "the port " + options.path + " is gone";
        reopen_at = now() + back_off.next();
        poller.link_down(now(), readings);
    }

    void idle() {
        const auto time = now();
        auto until = std::min(time + longest_sleep, reporter.due());
        if (const auto due = poller.deadline()) until = std::min(until, *due);
        const auto has = waker.wait(until - time, port->fd());
        if ((has & (POLLERR | POLLHUP | POLLNVAL)) != 0) close();
    }

    void poll(const Exchange& exchange, const std::stop_token& stop) {
        const auto answer = port->wire(longest_answer(exchange.request));
        const auto patience = exchange.timeout;
        const auto worst =
            std::min<microseconds>(2 * patience, worst_answer[exchange.request.unit]);
        const auto line = port->keep_silence(std::max(port->silence(), exchange.gap), waker, stop);
        Outcome outcome;
        outcome.sent = outcome.at = now();
        switch (line) {
            case Port::Line::stopped: return;
            case Port::Line::quiet: outcome = port->ask(exchange); break;
            case Port::Line::babbles: outcome.kind = Outcome::Kind::bad_frame; break;
            case Port::Line::gone: outcome.kind = Outcome::Kind::port_gone; break;
        }
        if (poller.finish(outcome, readings)) return;
        if (outcome.kind == Outcome::Kind::port_gone ||
            !port->drain(outcome.sent + std::max(worst, patience) + answer, waker, stop))
            close();
    }

    void tell() {
        if (auto report = reporter.collect(now(), readings, poller, error))
            sink(std::move(*report));
    }

    SerialOptions options;
    BusReporter reporter;
    WorstAnswers worst_answer;
    Poller poller;
    ReportSink sink;
    Waker waker;
    QuestionInbox inbox;
    RelayInbox relays;
    BackOff back_off{reopen_first, reopen_most};
    std::optional<Port> port;
    std::string error;  // why there is no port
    Uptime reopen_at{};
    std::vector<Reading> readings;
    std::atomic<std::uint64_t> turns{0};
    std::jthread thread;  // last
};

SerialLine::SerialLine(SerialOptions serial, BusOptions bus, ReportSink sink) {
    if (!known_baud(serial.baud))
        throw std::invalid_argument{serial.path + ": " + std::to_string(serial.baud) +
                                    " is not a baud rate of serial lines"};
    for (const auto& device : bus.devices)
        if (device.unit == 0 || device.unit > highest_unit)
            throw std::invalid_argument{device.id + ": unit " + std::to_string(device.unit) +
                                        " cannot be on a serial line (1 to 247)"};
    bus.timeout_floor = std::max<microseconds>(bus.timeout_floor, timeout_floor);
    bus.character_time =
        wire_time(1, serial.baud, character_bits(serial.parity != Parity::none, serial.stop_bits));
    state_ = std::make_unique<State>(std::move(serial), std::move(bus), std::move(sink));
    state_->thread = std::jthread{[state = state_.get()](const std::stop_token& stop) {
        const std::stop_callback wake{stop, [state] { state->waker.wake(); }};
        state->run(stop);
    }};
}

SerialLine::~SerialLine() = default;

void SerialLine::ask(const Question& question) {
    state_->inbox.put(question);
    state_->waker.wake();
}

void SerialLine::set(const RelayOrder& order) {
    state_->relays.put(order);
    state_->waker.wake();
}

std::uint64_t SerialLine::progress() const {
    return state_->turns.load(std::memory_order_relaxed);
}

}  // namespace sealwarden::modbus
