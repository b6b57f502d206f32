#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "drivers/modbus/frame.hpp"
#include "firmware/sim/wires.hpp"

namespace sealwarden::sim {
namespace asio = boost::asio;

namespace {

// A request's length, from its first bytes; 0: more are needed. Functions as Device::answer() knows
// them.
std::size_t request_length(std::span<const std::uint8_t> head) {
    if (head.size() < 2) return 0;
    switch (head[1]) {
        case 0x2B: return 7;
        case 0x10: return head.size() < 7 ? 0 : 9U + head[6];
        default: return 8;
    }
}

bool crc_fits(std::span<const std::uint8_t> frame) {
    const auto crc = modbus::crc16(frame.first(frame.size() - 2));
    return frame[frame.size() - 2] == (crc & 0xFFU) && frame[frame.size() - 1] == crc >> 8U;
}

std::vector<std::uint8_t> rtu_frame(const Reply& reply) {
    std::vector<std::uint8_t> frame{reply.unit};
    frame.insert(frame.end(), reply.pdu.begin(), reply.pdu.end());
    const auto crc = modbus::crc16(frame);
    frame.push_back(static_cast<std::uint8_t>(crc & 0xFFU));
    frame.push_back(static_cast<std::uint8_t>(crc >> 8U));
    if (reply.way == Reply::Way::partial) frame.resize(frame.size() / 2);
    if (reply.way == Reply::Way::garbage) {
        for (auto& byte : frame) byte = static_cast<std::uint8_t>(byte * 31U + 7U);
    }
    return frame;
}

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error{"the simulator " + what + ": " + std::strerror(errno)};
}

int open_master() {
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (master < 0 || ::grantpt(master) != 0 || ::unlockpt(master) != 0)
        fail("gets no pseudo-terminal");
    return master;
}

// Held open so that the master survives the gateway closing its end.
int open_other_end(int master) {
    std::array<char, 128> name{};
    if (::ptsname_r(master, name.data(), name.size()) != 0) fail("cannot name its pseudo-terminal");
    const int slave = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0) fail("cannot open its pseudo-terminal");
    termios raw{};
    ::tcgetattr(slave, &raw);
    ::cfmakeraw(&raw);
    ::tcsetattr(slave, TCSANOW, &raw);
    return slave;
}

}  // namespace

struct RtuSlaves::State {
    asio::posix::stream_descriptor master;
    asio::posix::stream_descriptor other_end;
    std::filesystem::path link;
    Devices devices;
    std::chrono::microseconds character;  // on the wire
};

namespace {

asio::awaitable<void> serve(std::shared_ptr<asio::posix::stream_descriptor> master, Devices devices,
                            std::chrono::microseconds character) {
    std::vector<std::uint8_t> received;
    asio::steady_timer wire{master->get_executor()};
    try {
        while (true) {
            std::array<std::uint8_t, 512> chunk{};
            const auto count =
                co_await master->async_read_some(asio::buffer(chunk), asio::use_awaitable);
            received.insert(received.end(), chunk.begin(),
                            chunk.begin() + static_cast<std::ptrdiff_t>(count));
            const auto length = request_length(received);
            if (length == 0 || received.size() < length) continue;
            const std::span<const std::uint8_t> frame{received.data(), length};
            std::shared_ptr<Device> device;
            for (const auto& one : devices) {
                if (one->unit() == frame[0]) device = one;
            }
            const bool good = crc_fits(frame);
            std::vector<std::uint8_t> answer;
            std::chrono::milliseconds extra{0};
            if (good && device) {
                const auto reply = device->answer(frame.subspan(1, length - 3));
                if (reply.way != Reply::Way::none) answer = rtu_frame(reply);
                extra = reply.delay;
            }
            // A line carries one request at a time; what stands behind a damaged one is noise.
            if (good)
                received.erase(received.begin(),
                               received.begin() + static_cast<std::ptrdiff_t>(length));
            else
                received.clear();
            if (answer.empty()) continue;
            wire.expires_after(character * (length + answer.size()) + extra);
            co_await wire.async_wait(asio::use_awaitable);
            co_await asio::async_write(*master, asio::buffer(answer), asio::use_awaitable);
        }
    } catch (const boost::system::system_error&) {
        // Closed: the simulation ends.
    }
}

}  // namespace

RtuSlaves::RtuSlaves(asio::io_context& loop, const modbus::SerialOptions& options,
                     Devices devices) {
    const int master = open_master();
    const int slave = open_other_end(master);
    std::array<char, 128> name{};
    ::ptsname_r(master, name.data(), name.size());
    std::error_code error;
    if (std::filesystem::is_symlink(options.path, error))
        std::filesystem::remove(options.path, error);
    std::filesystem::create_symlink(name.data(), options.path, error);
    if (error)
        throw std::runtime_error{"the simulator cannot link its serial line as " + options.path +
                                 ": " + error.message()};
    // 11 bits a character: MODBUS over Serial Line V1.02, 2.5.1.
    state_ = std::make_shared<State>(
        asio::posix::stream_descriptor{loop, master}, asio::posix::stream_descriptor{loop, slave},
        options.path, std::move(devices), std::chrono::microseconds{11'000'000 / options.baud});
    std::shared_ptr<asio::posix::stream_descriptor> served{state_, &state_->master};  // keeps it
    asio::co_spawn(loop, serve(std::move(served), state_->devices, state_->character),
                   asio::detached);
}

RtuSlaves::~RtuSlaves() {
    if (!state_) return;  // moved from
    std::error_code ignored;
    std::filesystem::remove(state_->link, ignored);
    boost::system::error_code closed;
    state_->master.close(closed);
}

}  // namespace sealwarden::sim
