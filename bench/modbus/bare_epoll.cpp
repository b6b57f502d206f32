#include "bench/modbus/bare_epoll.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <thread>
#include <vector>

#include "drivers/modbus/now.hpp"

namespace sealwarden::bench {
namespace {

int connected_to(std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
        throw std::runtime_error{"cannot connect"};
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

// Read 16 discrete inputs from 0 of unit 1; the count is its last byte.
constexpr std::array<std::uint8_t, 12> read_inputs{0, 1, 0, 0, 0, 6, 1, 2, 0, 0, 0, 16};

}  // namespace

struct BareEpoll::State {
    using Answer = std::array<std::uint8_t, 32>;

    State(unsigned endpoints, std::uint16_t port, std::chrono::milliseconds every, unsigned inputs)
        : epoll{::epoll_create1(EPOLL_CLOEXEC)}, period{every} {
        request[11] = static_cast<std::uint8_t>(inputs);
        last.resize(endpoints);
        for (unsigned i = 0; i < endpoints; ++i) {
            sockets.push_back(connected_to(port));
            epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
            ::epoll_ctl(epoll, EPOLL_CTL_ADD, sockets.back(), &event);
        }
    }
    ~State() {
        thread = {};  // stops and joins
        for (const int socket : sockets) ::close(socket);
        ::close(epoll);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    void run(const std::stop_token& stop) {
        std::array<epoll_event, 256> events;
        auto next = modbus::now();
        while (!stop.stop_requested()) {
            auto left = next - modbus::now();
            if (left.count() <= 0) {
                for (const int socket : sockets)
                    ::send(socket, request.data(), request.size(), MSG_NOSIGNAL);
                next += period;
                left = next - modbus::now();
            }
            const timespec wait{.tv_sec = 0, .tv_nsec = std::max<long>(0, left.count() * 1'000)};
            const int ready = ::epoll_pwait2(epoll, events.data(), events.size(), &wait, nullptr);
            for (int i = 0; i < ready; ++i) receive(events[static_cast<std::size_t>(i)].data.u64);
        }
    }

    void receive(std::size_t index) {
        Answer answer{};
        if (::recv(sockets[index], answer.data(), answer.size(), 0) <= 0)
            throw std::runtime_error{"the bare loop got no answer"};
        if (answer != last[index]) {
            last[index] = answer;
            ++changes;
        }
    }

    int epoll;
    std::chrono::milliseconds period;
    std::array<std::uint8_t, 12> request = read_inputs;
    std::vector<int> sockets;
    std::vector<Answer> last;
    std::uint64_t changes = 0;
    std::jthread thread;  // last
};

BareEpoll::BareEpoll(unsigned endpoints, std::uint16_t port, std::chrono::milliseconds period,
                     unsigned inputs)
    : state_{std::make_unique<State>(endpoints, port, period, inputs)} {
    state_->thread =
        std::jthread{[state = state_.get()](const std::stop_token& stop) { state->run(stop); }};
}

BareEpoll::~BareEpoll() = default;

void bare_thread(Parts parts, std::uint16_t port, std::chrono::milliseconds period,
                 std::uint64_t polls) {
    const int socket = connected_to(port);
    std::array<std::uint8_t, 32> answer;
    auto next = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < polls; ++i) {
        if (parts != Parts::sleep)
            ::send(socket, read_inputs.data(), read_inputs.size(), MSG_NOSIGNAL);
        if (parts == Parts::sleep_send_recv) (void)::recv(socket, answer.data(), answer.size(), 0);
        next += period;
        std::this_thread::sleep_until(next);
    }
    ::close(socket);
}

}  // namespace sealwarden::bench
