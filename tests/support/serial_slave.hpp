// RTU slaves on a pseudo-terminal that keep the byte timing of a real line, which a pseudo-terminal
// has not: a request ends when its bytes would have, an answer comes byte by byte.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

#include "drivers/modbus/waker.hpp"
#include "tests/support/modbus_device.hpp"

namespace sealwarden::test {

class SerialSlave {
  public:
    // `answer` may be empty of pieces: no unit of that number, or a dead one. The first piece's
    // `after` is on top of the silence every slave keeps.
    SerialSlave(int baud, ModbusDevice::AnswerWith answer);
    ~SerialSlave();
    SerialSlave(const SerialSlave&) = delete;
    SerialSlave& operator=(const SerialSlave&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    void start();
    void serve(const std::stop_token& stop);

    [[nodiscard]] std::uint64_t requests() const { return requests_; }
    // Requests that began less than 3.5 characters after the last byte on the wire. A request that
    // came while a late answer was still on its way is none: it could not know. Nor is one behind
    // an answer in which the slave itself fell silent for that long.
    [[nodiscard]] std::uint64_t silence_violations() const { return violations_; }

  private:
    void hear(const std::stop_token& stop);
    void say(const Reply& reply, Uptime request_end, const std::stop_token& stop);
    // Waits without looking at the line; false: told to end.
    [[nodiscard]] bool reach(Uptime at, const std::stop_token& stop) const;

    int baud_;
    ModbusDevice::AnswerWith answer_;
    int master_ = -1;
    int keeper_ = -1;  // the slave side, held open so that the line outlives its user
    std::string path_;
    Uptime last_byte_{};
    bool interrupted_ = false;  // a request may have come before the last answer had ended
    std::atomic<std::uint64_t> requests_{0};
    std::atomic<std::uint64_t> violations_{0};
    modbus::Waker waker_;
    std::jthread thread_;  // last
};

}  // namespace sealwarden::test
