#include "tests/support/modbus_device.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "drivers/modbus/frame.hpp"
#include "drivers/modbus/now.hpp"

namespace sealwarden::test {
namespace {

using modbus::now;

std::uint16_t word(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

void put(std::vector<std::uint8_t>& out, unsigned value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value & 0xFF));
}

struct Client {
    explicit Client(int socket) : fd{socket} {}
    ~Client() { ::close(fd); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    int fd;
    std::vector<std::uint8_t> received;
};

// One turn of duty: clients, and the pieces of answers that are still to come.
class Duty {
  public:
    Duty(Framing framing, const ModbusDevice::AnswerWith& answer)
        : framing_{framing}, answer_{answer}, epoll_{::epoll_create1(EPOLL_CLOEXEC)} {}
    ~Duty() { ::close(epoll_); }
    Duty(const Duty&) = delete;
    Duty& operator=(const Duty&) = delete;

    void watch(int fd, std::uint64_t id) const {
        epoll_event event{.events = EPOLLIN, .data = {.u64 = id}};
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    }

    void turn(int listener) {
        std::array<epoll_event, 256> events;
        const int ready = ::epoll_wait(epoll_, events.data(), 256, patience_ms());
        for (int i = 0; i < ready; ++i) {
            const auto id = events[static_cast<std::size_t>(i)].data.u64;
            if (id == listener_id)
                accept(listener);
            else if (id != waker_id)
                receive(id);
        }
        while (!later_.empty() && later_.begin()->first <= now()) {
            auto [id, bytes] = std::move(later_.begin()->second);
            later_.erase(later_.begin());
            send(id, bytes);
        }
    }

    static constexpr std::uint64_t listener_id = 0, waker_id = 1;

  private:
    [[nodiscard]] int patience_ms() const {
        if (later_.empty()) return -1;
        const auto left = later_.begin()->first - now();
        return std::max(
            0, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count()));
    }

    void accept(int listener) {
        const int fd = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        clients_.emplace(next_id_, std::make_unique<Client>(fd));
        watch(fd, next_id_++);
    }

    void receive(std::uint64_t id) {
        const auto found = clients_.find(id);
        if (found == clients_.end()) return;
        auto& client = *found->second;
        std::array<std::uint8_t, 512> bytes;
        const auto got = ::recv(client.fd, bytes.data(), bytes.size(), 0);
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) {
            clients_.erase(found);
            return;
        }
        client.received.insert(client.received.end(), bytes.begin(), bytes.begin() + got);
        // Every request here is a read: 12 bytes with MBAP, 8 with CRC.
        const std::size_t length = framing_ == Framing::tcp ? 12 : 8;
        const std::size_t unit_at = framing_ == Framing::tcp ? 6 : 0;
        while (clients_.contains(id) && client.received.size() >= length) {
            const std::span<const std::uint8_t> frame{client.received};
            const Asked asked{
                .number = asked_++,
                .transaction = framing_ == Framing::tcp ? word(frame, 0) : std::uint16_t{0},
                .unit = frame[unit_at],
                .function = frame[unit_at + 1],
                .address = word(frame, unit_at + 2),
                .count = word(frame, unit_at + 4)};
            client.received.erase(client.received.begin(),
                                  client.received.begin() + static_cast<std::ptrdiff_t>(length));
            reply(id, answer_(asked));
        }
    }

    void reply(std::uint64_t id, const Reply& reply) {
        auto at = now();
        for (const auto& piece : reply.pieces) {
            at += piece.after;
            if (piece.after.count() == 0 && &piece == &reply.pieces.front())
                send(id, piece.bytes);
            else
                later_.emplace(at, std::pair{id, piece.bytes});
        }
        if (!reply.reset) return;
        const auto found = clients_.find(id);
        if (found == clients_.end()) return;
        const linger at_once{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(found->second->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        clients_.erase(found);
    }

    void send(std::uint64_t id, std::span<const std::uint8_t> bytes) {
        const auto found = clients_.find(id);
        if (found == clients_.end()) return;
        [[maybe_unused]] const auto sent =
            ::send(found->second->fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }

    Framing framing_;
    const ModbusDevice::AnswerWith& answer_;
    int epoll_;
    std::uint64_t next_id_ = 2;
    std::uint64_t asked_ = 0;
    std::map<std::uint64_t, std::unique_ptr<Client>> clients_;
    std::multimap<Uptime, std::pair<std::uint64_t, std::vector<std::uint8_t>>> later_;
};

}  // namespace

std::vector<std::uint8_t> framed(const Asked& asked, Framing framing,
                                 std::span<const std::uint8_t> pdu) {
    std::vector<std::uint8_t> frame;
    if (framing == Framing::tcp) {
        put(frame, asked.transaction);
        put(frame, 0);
        put(frame, static_cast<unsigned>(pdu.size() + 1));
    }
    frame.push_back(asked.unit);
    frame.insert(frame.end(), pdu.begin(), pdu.end());
    if (framing == Framing::rtu) {
        const auto crc = modbus::crc16(frame);
        frame.push_back(static_cast<std::uint8_t>(crc & 0xFF));
        frame.push_back(static_cast<std::uint8_t>(crc >> 8));
    }
    return frame;
}

std::vector<std::uint8_t> good_answer(const Asked& asked, Framing framing, const RegisterMap& map) {
    std::vector<std::uint8_t> pdu{asked.function};
    const auto value = [&](unsigned offset) {
        return map(asked.unit, static_cast<std::uint16_t>(asked.address + offset));
    };
    if (asked.function <= 2) {
        const auto bytes = (asked.count + 7U) / 8U;
        pdu.push_back(static_cast<std::uint8_t>(bytes));
        pdu.resize(2 + bytes);
        for (unsigned bit = 0; bit < asked.count; ++bit)
            pdu[2 + bit / 8] =
                static_cast<std::uint8_t>(pdu[2 + bit / 8] | (value(bit) & 1U) << bit % 8);
    } else {
        pdu.push_back(static_cast<std::uint8_t>(asked.count * 2));
        for (unsigned index = 0; index < asked.count; ++index) put(pdu, value(index));
    }
    return framed(asked, framing, pdu);
}

ModbusDevice::ModbusDevice(Framing framing, AnswerWith answer, std::uint16_t port)
    : framing_{framing},
      answer_{std::move(answer)},
      listener_{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)} {
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), length) != 0 ||
        ::listen(listener_, 1024) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0)
        throw std::system_error{errno, std::generic_category(), "listen"};
    port_ = ntohs(address.sin_port);
}

ModbusDevice::~ModbusDevice() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    ::close(listener_);
}

void ModbusDevice::start() {
    thread_ = std::jthread{[this](const std::stop_token& stop) {
        const std::stop_callback wake{stop, [this] { waker_.wake(); }};
        serve(stop);
    }};
}

void ModbusDevice::serve(const std::stop_token& stop) {
    Duty duty{framing_, answer_};
    duty.watch(listener_, Duty::listener_id);
    duty.watch(waker_.fd(), Duty::waker_id);
    while (!stop.stop_requested()) duty.turn(listener_);
}

}  // namespace sealwarden::test
