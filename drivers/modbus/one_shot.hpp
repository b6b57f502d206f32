// One question and its answer, blocking: for commissioning tools. The gateway itself never uses
// this; it polls through SerialLine and TcpBuses.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "drivers/modbus/bus.hpp"
#include "drivers/modbus/pdu.hpp"

namespace sealwarden::modbus {

using WireOptions = std::variant<SerialOptions, TcpOptions>;

// The wire cannot be had or is lost; one sentence for the installer.
struct WireError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct OneAnswer {
    enum class Kind { answer, exception, silence, garbage };
    Kind kind = Kind::silence;
    std::vector<std::uint8_t> data;  // of an answer: as Answer::data
    std::string why;                 // of an exception or garbage
};

class OneShot {
  public:
    virtual ~OneShot() = default;
    // Asks and waits at most `timeout` for the whole answer. Refuses to write: throws
    // std::logic_error for a request that writes. Throws WireError.
    virtual OneAnswer ask(const Request& request, std::chrono::milliseconds timeout) = 0;
};

// Opens a TCP endpoint, or a serial line for exclusive use. Throws WireError, also when another
// program has the line.
[[nodiscard]] std::unique_ptr<OneShot> open_wire(const WireOptions& options);

}  // namespace sealwarden::modbus
