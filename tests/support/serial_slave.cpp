#include "tests/support/serial_slave.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "drivers/modbus/now.hpp"
#include "drivers/modbus/serial_timing.hpp"

namespace sealwarden::test {

using modbus::frame_silence;
using modbus::now;
using modbus::wire_time;

SerialSlave::SerialSlave(int baud, ModbusDevice::AnswerWith answer)
    : baud_{baud},
      answer_{std::move(answer)},
      master_{::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)} {
    std::array<char, 64> name{};
    if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0 ||
        ::ptsname_r(master_, name.data(), name.size()) != 0)
        throw std::system_error{errno, std::generic_category(), "pseudo-terminal"};
    path_ = name.data();
    keeper_ = ::open(path_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    termios raw{};
    ::tcgetattr(keeper_, &raw);
    ::cfmakeraw(&raw);
    ::tcsetattr(keeper_, TCSANOW, &raw);
}

SerialSlave::~SerialSlave() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    ::close(keeper_);
    ::close(master_);
}

void SerialSlave::start() {
    thread_ = std::jthread{[this](const std::stop_token& stop) {
        const std::stop_callback wake{stop, [this] { waker_.wake(); }};
        serve(stop);
    }};
}

void SerialSlave::serve(const std::stop_token& stop) {
    ::prctl(PR_SET_TIMERSLACK, 1);
    while (!stop.stop_requested()) {
        if ((waker_.wait(std::chrono::seconds{10}, master_, POLLIN) & POLLIN) != 0) hear(stop);
    }
}

bool SerialSlave::reach(Uptime at, const std::stop_token& stop) const {
    for (auto time = now(); time < at && !stop.stop_requested(); time = now())
        (void)waker_.wait(at - time);
    return !stop.stop_requested();
}

void SerialSlave::hear(const std::stop_token& stop) {
    const auto began = now();
    std::array<std::uint8_t, 256> frame;
    const auto got = ::read(master_, frame.data(), frame.size());
    if (got <= 0) return;
    // A master that gave up an answer may talk into it: no silence was there to be kept. When such
    // a request came nobody knows, and the next one is not held against it.
    const bool has_waited = std::exchange(interrupted_, false);
    if (!has_waited && began < last_byte_ + frame_silence(baud_)) ++violations_;
    const auto end = began + wire_time(static_cast<std::size_t>(got), baud_);
    if (!has_waited) last_byte_ = end;
    const auto number = requests_++;
    if (got != 8) return;
    const Asked asked{.number = number,
                      .transaction = 0,
                      .unit = frame[0],
                      .function = frame[1],
                      .address = static_cast<std::uint16_t>(frame[2] << 8 | frame[3]),
                      .count = static_cast<std::uint16_t>(frame[4] << 8 | frame[5])};
    say(answer_(asked), end, stop);
}

void SerialSlave::say(const Reply& reply, Uptime request_end, const std::stop_token& stop) {
    auto at = request_end + frame_silence(baud_);
    bool is_first = true, fell_silent = false;
    for (const auto& piece : reply.pieces) {
        at += piece.after;
        for (std::size_t sent = 0; sent < piece.bytes.size(); ++sent) {
            at += wire_time(1, baud_);
            if (!reach(at, stop)) return;
            // Not behind the write: whoever hears the byte may answer before this thread goes on.
            const auto time = now();
            fell_silent |= !is_first && time >= last_byte_ + frame_silence(baud_);
            is_first = false;
            last_byte_ = time;
            [[maybe_unused]] const auto wrote = ::write(master_, &piece.bytes[sent], 1);
        }
    }
    // Where this thread was kept from its next byte for so long, the master could take the answer
    // for ended, and its request may still be on its way here.
    interrupted_ =
        fell_silent || modbus::wait_for(master_, POLLIN, std::chrono::microseconds{0}) != 0;
}

}  // namespace sealwarden::test
