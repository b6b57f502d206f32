// The transports: what main builds from the configuration, one object a bus.
#pragma once

#include <chrono>
#include <cstdint>
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
// Start on construction, stop and join on destruction. `sink` is called on that thread.
class SerialLine {
  public:
    SerialLine(SerialOptions serial, BusOptions bus, ReportSink sink);
    ~SerialLine();
    [[nodiscard]] std::uint64_t progress() const;  // grows while the thread turns; for the watchdog

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// Every Modbus TCP endpoint, multiplexed on one thread. `sink` is called on that thread, once a
// tick for all endpoints whose readings came in it.
class TcpBuses {
  public:
    struct Endpoint {
        TcpOptions tcp;
        BusOptions bus;
    };
    TcpBuses(std::vector<Endpoint> endpoints, ReportSink sink);
    ~TcpBuses();
    [[nodiscard]] std::uint64_t progress() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sealwarden::modbus
