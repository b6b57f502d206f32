#include "drivers/modbus/one_shot.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "drivers/descriptor.hpp"
#include "drivers/modbus/frame.hpp"

namespace sealwarden::modbus {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds connect_patience{3'000};

// A descriptor with deadlines.
class Wire {
  public:
    explicit Wire(int fd) : fd_{fd} {}

    [[nodiscard]] int fd() const { return fd_.get(); }

    [[nodiscard]] bool wait(short events, SteadyClock::time_point until) const {
        for (;;) {
            const auto left = std::chrono::ceil<milliseconds>(until - SteadyClock::now());
            pollfd waiting{.fd = fd_.get(), .events = events, .revents = 0};
            const int ready =
                ::poll(&waiting, 1, static_cast<int>(std::max(left, milliseconds{0}).count()));
            if (ready >= 0) return ready > 0;
            if (errno != EINTR) throw WireError{std::strerror(errno)};
        }
    }

    void write(std::span<const std::uint8_t> bytes) const {
        const auto until = SteadyClock::now() + connect_patience;
        while (!bytes.empty()) {
            const auto written = ::write(fd_.get(), bytes.data(), bytes.size());
            if (written > 0) {
                bytes = bytes.subspan(static_cast<std::size_t>(written));
            } else if (errno != EAGAIN && errno != EINTR) {
                throw WireError{std::strerror(errno)};
            } else if (!wait(POLLOUT, until)) {
                throw WireError{"nothing can be written"};
            }
        }
    }

    // What is there; 0: the peer is gone.
    [[nodiscard]] std::size_t read(std::span<std::uint8_t> room) const {
        for (;;) {
            const auto size = ::read(fd_.get(), room.data(), room.size());
            if (size >= 0) return static_cast<std::size_t>(size);
            if (errno != EINTR) throw WireError{std::strerror(errno)};
        }
    }

    // Throws away what a late answer has left behind.
    void drain(milliseconds quiet) const {
        std::array<std::uint8_t, 256> rubbish;
        while (wait(POLLIN, SteadyClock::now() + quiet)) {
            if (read(rubbish) == 0) return;
        }
    }

  private:
    Descriptor fd_;
};

OneAnswer judge(const Request& request, std::span<const std::uint8_t> pdu) {
    const auto checked = check(request, pdu);
    if (checked) {
        return {.kind = OneAnswer::Kind::answer,
                .data = {checked.answer.data.begin(), checked.answer.data.end()},
                .why = {}};
    }
    const bool said_no = checked.error.kind == AnswerError::Kind::exception;
    return {.kind = said_no ? OneAnswer::Kind::exception : OneAnswer::Kind::garbage,
            .data = {},
            .why = describe(checked.error)};
}

// Reads until `split` knows what came.
template <class SplitBytes>
OneAnswer receive(const Wire& wire, const Request& request, milliseconds timeout,
                  SplitBytes split) {
    std::array<std::uint8_t, 2 * max_tcp_frame> received{};
    std::size_t size = 0;
    const auto until = SteadyClock::now() + timeout;
    while (wire.wait(POLLIN, until)) {
        const auto more = wire.read(std::span{received}.subspan(size));
        if (more == 0) throw WireError{"the connection was closed"};
        size += more;
        const auto cut = split(std::span{received}.first(size));
        if (cut.kind == Split::Kind::frame) return judge(request, cut.pdu);
        if (cut.kind == Split::Kind::garbage || size == received.size()) {
            return {.kind = OneAnswer::Kind::garbage, .data = {}, .why = cut.why};
        }
    }
    if (size == 0) return {};
    return {.kind = OneAnswer::Kind::garbage, .data = {}, .why = "half an answer"};
}

void refuse_writes(const Request& request) {
    if (request.writes()) throw std::logic_error{"a one-shot question never writes"};
}

Wire connect_to(const TcpOptions& tcp) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const auto where = tcp.host + ":" + std::to_string(tcp.port);
    if (const int bad =
            ::getaddrinfo(tcp.host.c_str(), std::to_string(tcp.port).c_str(), &hints, &found);
        bad != 0) {
        throw WireError{tcp.host + ": " + ::gai_strerror(bad)};
    }
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list{found, &::freeaddrinfo};
    std::string why = "no address";
    for (const auto* one = found; one != nullptr; one = one->ai_next) {
        Wire wire{::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
        if (wire.fd() < 0) continue;
        if (::connect(wire.fd(), one->ai_addr, one->ai_addrlen) == 0) return wire;
        int error = errno;
        if (error == EINPROGRESS) {
            socklen_t size = sizeof error;
            if (!wire.wait(POLLOUT, SteadyClock::now() + connect_patience)) {
                error = ETIMEDOUT;
            } else {
                ::getsockopt(wire.fd(), SOL_SOCKET, SO_ERROR, &error, &size);
            }
        }
        if (error == 0) return wire;
        why = std::strerror(error);
    }
    throw WireError{where + ": " + why};
}

class TcpShot final : public OneShot {
  public:
    explicit TcpShot(TcpOptions options) : options_{std::move(options)} {
        wire_ = connect_to(options_);
    }

    OneAnswer ask(const Request& request, milliseconds timeout) override {
        refuse_writes(request);
        if (!wire_) wire_ = connect_to(options_);
        OneAnswer answer;
        try {
            answer = options_.rtu_framing ? ask_rtu(request, timeout) : ask_tcp(request, timeout);
        } catch (const WireError&) {
            wire_.reset();
            throw;
        }
        // A late answer must not be taken for the next one's.
        if (answer.kind == OneAnswer::Kind::silence || answer.kind == OneAnswer::Kind::garbage) {
            wire_.reset();
        }
        return answer;
    }

  private:
    OneAnswer ask_tcp(const Request& request, milliseconds timeout) {
        const auto transaction = ++transaction_;
        std::array<std::uint8_t, max_tcp_frame> frame{};
        wire_->write(std::span{frame}.first(encode_tcp(request, transaction, frame)));
        return receive(*wire_, request, timeout, [&](std::span<const std::uint8_t> bytes) {
            return split_tcp(request, transaction, bytes);
        });
    }
    OneAnswer ask_rtu(const Request& request, milliseconds timeout) {
        std::array<std::uint8_t, max_rtu_frame> frame{};
        wire_->write(std::span{frame}.first(encode_rtu(request, frame)));
        return receive(*wire_, request, timeout, [&](std::span<const std::uint8_t> bytes) {
            return split_rtu(request, bytes);
        });
    }

    TcpOptions options_;
    std::optional<Wire> wire_;
    std::uint16_t transaction_ = 0;
};

std::optional<speed_t> speed_of(int baud) {
    switch (baud) {
        case 1'200: return B1200;
        case 2'400: return B2400;
        case 4'800: return B4800;
        case 9'600: return B9600;
        case 19'200: return B19200;
        case 38'400: return B38400;
        case 57'600: return B57600;
        case 115'200: return B115200;
        case 230'400: return B230400;
        default: return std::nullopt;
    }
}

Wire open_tty(const SerialOptions& serial) {
    const auto fail = [&serial](const std::string& why) {
        throw WireError{serial.path + ": " + why};
    };
    Wire wire{::open(serial.path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)};
    if (wire.fd() < 0) {
        fail(errno == EACCES ? "no permission; join the group dialout" : std::strerror(errno));
    }
    if (::flock(wire.fd(), LOCK_EX | LOCK_NB) != 0) fail("another program uses this line");
    termios settings{};
    if (::tcgetattr(wire.fd(), &settings) != 0) fail("this is no serial line");
    const auto speed = speed_of(serial.baud);
    if (!speed) fail("a serial line has no rate of " + std::to_string(serial.baud) + " baud");
    ::cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD;
    if (serial.parity != Parity::none) settings.c_cflag |= PARENB;
    if (serial.parity == Parity::odd) settings.c_cflag |= PARODD;
    if (serial.stop_bits == 2) settings.c_cflag |= CSTOPB;
    ::cfsetispeed(&settings, *speed);
    ::cfsetospeed(&settings, *speed);
    if (::tcsetattr(wire.fd(), TCSANOW, &settings) != 0) fail(std::strerror(errno));
    ::ioctl(wire.fd(), TIOCEXCL);
    return wire;
}

class SerialShot final : public OneShot {
  public:
    explicit SerialShot(const SerialOptions& options) : wire_{open_tty(options)} {}

    OneAnswer ask(const Request& request, milliseconds timeout) override {
        refuse_writes(request);
        wire_.drain(milliseconds{5});  // also the 3.5 characters of silence, from 9,600 baud up
        std::array<std::uint8_t, max_rtu_frame> frame{};
        wire_.write(std::span{frame}.first(encode_rtu(request, frame)));
        auto answer = receive(wire_, request, timeout, [&](std::span<const std::uint8_t> bytes) {
            return split_rtu(request, bytes);
        });
        if (answer.kind == OneAnswer::Kind::garbage) wire_.drain(milliseconds{50});
        return answer;
    }

  private:
    Wire wire_;
};

}  // namespace

std::unique_ptr<OneShot> open_wire(const WireOptions& options) {
    if (const auto* tcp = std::get_if<TcpOptions>(&options)) return std::make_unique<TcpShot>(*tcp);
    return std::make_unique<SerialShot>(std::get<SerialOptions>(options));
}

}  // namespace sealwarden::modbus
