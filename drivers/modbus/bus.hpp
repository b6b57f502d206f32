// The transports: what main builds from the configuration, one object a bus.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "drivers/modbus/poller.hpp"
#include "drivers/report.hpp"

namespace sealwarden::modbus {

enum class Parity { none, even, odd };

struct SerialOptions {
    std::string path;  // prefer /dev/serial/by-id/...: it survives another name after a replug
    int baud = 19200;
    Parity parity = Parity::even;
    int stop_bits = 1;
    bool rs485 = false;  // direction by the kernel (TIOCSRS485)
};

struct TcpOptions {
    std::string host;  // numeric address, or a name that is resolved at each connect
    std::uint16_t port = 502;
    bool rtu_framing = false;  // RTU over TCP
};

// One RTU line: a thread of its own, which is the only one to touch its libmodbus context.
// Start on construction, stop and join on destruction, which takes at most one answer's time-out.
// `sink` is called on that thread. Throws std::invalid_argument for a baud rate or unit that no
// serial line has; a port that cannot be opened is said in the reports and tried again.
class SerialLine {
  public:
    SerialLine(SerialOptions serial, BusOptions bus, ReportSink sink);
    ~SerialLine();
    // Never blocks; one thread at a time asks. See Poller::ask().
    void ask(const Question& question);
    // Never blocks; the same thread. See Poller::set().
    void set(const RelayOrder& order);
    [[nodiscard]] std::uint64_t progress() const;  // grows while the thread turns; for the watchdog

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// All that the endpoints have to say after one turn of their loop: a report a bus, only of buses
// that have something to say, never empty.
using TickSink = std::function<void(std::vector<BusReport>)>;

// Every Modbus TCP endpoint, multiplexed on one thread. `sink` is called on that thread.
class TcpBuses {
  public:
    struct Endpoint {
        TcpOptions tcp;
        BusOptions bus;
    };
    TcpBuses(const std::vector<Endpoint>& endpoints, TickSink sink);
    ~TcpBuses();
    // Never blocks; one thread at a time asks. See Poller::ask().
    void ask(const Question& question);
    // Never blocks; the same thread. See Poller::set().
    void set(const RelayOrder& order);
    [[nodiscard]] std::uint64_t progress() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sealwarden::modbus
