#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <stop_token>
#include <system_error>
#include <thread>

#include "drivers/descriptor.hpp"
#include "drivers/modbus/bus.hpp"
#include "drivers/modbus/now.hpp"
#include "drivers/modbus/question_inbox.hpp"
#include "drivers/modbus/tcp_link.hpp"
#include "drivers/modbus/tick_grid.hpp"
#include "drivers/modbus/waker.hpp"

namespace sealwarden::modbus {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_sleep = 1s;  // so that the watchdog sees idle buses turn
constexpr std::uint64_t waker_index = ~std::uint64_t{0};
constexpr std::uint64_t names_index = waker_index - 1;

class Epoll {
  public:
    Epoll() : fd_{::epoll_create1(EPOLL_CLOEXEC)} {
        if (!fd_) throw std::system_error{errno, std::generic_category(), "epoll_create1"};
    }

    void add(int fd, std::uint64_t index) const {
        epoll_event event{.events = EPOLLIN, .data = {.u64 = index}};
        if (::epoll_ctl(fd_.get(), EPOLL_CTL_ADD, fd, &event) != 0)
            throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
    }
    [[nodiscard]] std::span<const epoll_event> wait(std::chrono::microseconds wait) {
        const auto limited = std::max(wait, std::chrono::microseconds{0});
        const auto whole = std::chrono::floor<std::chrono::seconds>(limited);
        const timespec time{.tv_sec = whole.count(),
                            .tv_nsec = std::chrono::nanoseconds{limited - whole}.count()};
        int ready = -1;
        if (fine_) ready = ::epoll_pwait2(fd_.get(), events_.data(), capacity, &time, nullptr);
        if (ready < 0 && (!fine_ || errno == ENOSYS)) {
            fine_ = false;
            const auto ms = std::chrono::ceil<std::chrono::milliseconds>(limited);
            ready = ::epoll_wait(fd_.get(), events_.data(), capacity, static_cast<int>(ms.count()));
        }
        return std::span{events_}.first(static_cast<std::size_t>(std::max(0, ready)));
    }
    [[nodiscard]] int fd() const { return fd_.get(); }

  private:
    Descriptor fd_;
    bool fine_ = true;  // epoll_pwait2, which came with Linux 5.11
    static constexpr int capacity = 256;
    std::array<epoll_event, capacity> events_{};
};

unsigned seed() {
    unsigned value = 1;
    [[maybe_unused]] const auto got = ::getrandom(&value, sizeof value, 0);
    return value;
}

}  // namespace

// A plain epoll set and no asynchronous operation per poll: a poll is one send, one recv and its
// share of one epoll_pwait2. With Asio every wait for an answer is one more system call (it arms
// its edge-triggered set anew, or tries a recv that finds nothing).
struct TcpBuses::State {
    State(const std::vector<Endpoint>& endpoints, TickSink to)
        : sink{std::move(to)}, grid{tick_grid(endpoints)} {
        const auto start = now();
        links.reserve(endpoints.size());
        for (const auto& [tcp, bus] : endpoints) links.emplace_back(tcp, bus, links.size(), start);
        dues.assign(links.size(), start);
        epoll.add(waker.fd(), waker_index);
        epoll.add(names.fd(), names_index);
    }

    void run(const std::stop_token& stop) {
        auto time = now();
        while (!stop.stop_requested()) {
            turns.fetch_add(1, std::memory_order_relaxed);
            if (time >= wake_at) {
                turn_due(time);
                time = now();
            }
            if (!reports.empty()) sink(std::exchange(reports, {}));
            wake_at = next_wake(time);
            const auto events = epoll.wait(wake_at - time);
            time = now();
            for (const auto& event : events) take(event, time);
        }
    }

    // Everything that is due by now, in one go.
    void turn_due(Uptime time) {
        for (std::size_t index = 0; index < links.size(); ++index) {
            if (dues[index] > time) continue;
            links[index].turn(time, loop);
            look_after(index, time);
        }
    }

    // Looked for before every sleep, which costs a hundred times as much: an answer that came takes
    // its time-out away, and a wake-up for nothing would be a third of what a fast poll costs.
    [[nodiscard]] Uptime next_wake(Uptime time) const {
        auto earliest = time + longest_sleep;
        for (const auto due : dues) earliest = std::min(earliest, due);
        return std::min(time + longest_sleep, ceil_to(grid, earliest));
    }

    void take(const epoll_event& event, Uptime time) {
        if (event.data.u64 == waker_index) {
            waker.clear();
            inbox.take([&](Question question) { pass_on(std::move(question), time); });
            relays.take([&](RelayOrder order) { pass_on(std::move(order), time); });
            return;
        }
        if (event.data.u64 == names_index) {
            for (const auto& found : names.take()) {
                links[found.who].resolved(found, time, loop);
                look_after(found.who, time);
            }
            return;
        }
        links[event.data.u64].ready(event.events, time, loop);
        look_after(event.data.u64, time);
    }

    void pass_on(Question question, Uptime time) {
        for (std::size_t index = 0; index < links.size(); ++index) {
            if (!links[index].has(question.device)) continue;
            links[index].take(std::move(question), time, loop);
            look_after(index, time);
            return;
        }
        question.done(
            {.kind = Reply::Kind::not_asked,
             .values = {},
             .why = "there is no device " + question.device + " on a Modbus TCP endpoint"});
    }

    void pass_on(RelayOrder order, Uptime time) {
        for (std::size_t index = 0; index < links.size(); ++index) {
            if (!links[index].has(order.device)) continue;
            links[index].take(std::move(order), time, loop);
            look_after(index, time);
            return;
        }
        order.done(false);
    }

    void look_after(std::size_t index, Uptime time) {
        if (auto report = links[index].report(time)) reports.push_back(std::move(*report));
        dues[index] = links[index].due();
    }

    TickSink sink;
    std::chrono::milliseconds grid;
    Epoll epoll;
    Waker waker;
    QuestionInbox inbox;
    RelayInbox relays;
    NameLookup names;
    std::minstd_rand random{seed()};
    TcpLink::Loop loop{.epoll = epoll.fd(), .names = names, .random = random};
    std::vector<TcpLink> links;
    std::vector<Uptime> dues;  // beside the links, so that a scan touches little memory
    Uptime wake_at{};
    std::vector<BusReport> reports;
    std::atomic<std::uint64_t> turns{0};
    std::jthread thread;  // last
};

TcpBuses::TcpBuses(const std::vector<Endpoint>& endpoints, TickSink sink)
    : state_{std::make_unique<State>(endpoints, std::move(sink))} {
    state_->thread = std::jthread{[state = state_.get()](const std::stop_token& stop) {
        const std::stop_callback wake{stop, [state] { state->waker.wake(); }};
        ::prctl(PR_SET_NAME, "buses");
        state->run(stop);
    }};
}

TcpBuses::~TcpBuses() = default;

void TcpBuses::ask(const Question& question) {
    state_->inbox.put(question);
    state_->waker.wake();
}

void TcpBuses::set(const RelayOrder& order) {
    state_->relays.put(order);
    state_->waker.wake();
}

std::uint64_t TcpBuses::progress() const {
    return state_->turns.load(std::memory_order_relaxed);
}

}  // namespace sealwarden::modbus
