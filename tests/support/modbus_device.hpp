// A Modbus device of our own making that answers as it is told to: well, late, in pieces, wrongly,
// or not at all. TCP or RTU framing on loopback; one thread or process for any number of links.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <thread>
#include <vector>

#include "drivers/modbus/waker.hpp"

namespace sealwarden::test {

// A read as it came over the wire.
struct Asked {
    std::uint64_t number = 0;  // of all requests to this device, from 0
    std::uint16_t transaction = 0;
    std::uint8_t unit = 0;
    std::uint8_t function = 0;
    std::uint16_t address = 0;
    std::uint16_t count = 0;
};

struct Reply {
    struct Piece {
        std::chrono::microseconds after{};  // the piece before, or the request
        std::vector<std::uint8_t> bytes;
    };
    std::vector<Piece> pieces;  // none: silence
    bool reset = false;         // then the connection is reset
};

enum class Framing { tcp, rtu };

using RegisterMap = std::function<std::uint16_t(std::uint8_t unit, std::uint16_t address)>;

// The frame of a good answer: a bit is the lowest of the map's value, a register all of it.
[[nodiscard]] std::vector<std::uint8_t> good_answer(const Asked& asked, Framing framing,
                                                    const RegisterMap& map);
// The frame round any PDU.
[[nodiscard]] std::vector<std::uint8_t> framed(const Asked& asked, Framing framing,
                                               std::span<const std::uint8_t> pdu);
[[nodiscard]] inline Reply at_once(std::vector<std::uint8_t> frame) {
    return {.pieces = {{.after = {}, .bytes = std::move(frame)}}};
}

// Serves until told to end. `answer` is called on the serving thread.
class ModbusDevice {
  public:
    using AnswerWith = std::function<Reply(const Asked&)>;

    // Listens on 127.0.0.1; port 0: a free one.
    ModbusDevice(Framing framing, AnswerWith answer, std::uint16_t port = 0);
    ~ModbusDevice();
    ModbusDevice(const ModbusDevice&) = delete;
    ModbusDevice& operator=(const ModbusDevice&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    void start();                             // serve on a thread of its own
    void serve(const std::stop_token& stop);  // serve on this thread

  private:
    Framing framing_;
    AnswerWith answer_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    modbus::Waker waker_;
    std::jthread thread_;  // last
};

}  // namespace sealwarden::test
