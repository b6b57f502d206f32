// A descriptor that one thread waits on and any thread can raise: how a sleeping bus is told to
// end, or that there is something to do.
#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <span>
#include <system_error>

#include "drivers/descriptor.hpp"
#include "drivers/reading.hpp"

namespace sealwarden::modbus {

// ppoll(2) with a time-out that may be over; less than 0 entries ready is none.
inline int wait_for(std::span<pollfd> set, std::chrono::microseconds wait) {
    const auto limited = std::max(wait, std::chrono::microseconds{0});
    const auto whole = std::chrono::floor<std::chrono::seconds>(limited);
    const timespec time{.tv_sec = whole.count(),
                        .tv_nsec = std::chrono::nanoseconds{limited - whole}.count()};
    return std::max(0, ::ppoll(set.data(), set.size(), &time, nullptr));
}
inline short wait_for(int fd, short events, std::chrono::microseconds wait) {
    pollfd one{.fd = fd, .events = events, .revents = 0};
    return wait_for({&one, 1}, wait) > 0 ? one.revents : short{0};
}

class Waker {
  public:
    Waker() : fd_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
        if (!fd_) throw std::system_error{errno, std::generic_category(), "eventfd"};
    }

    void wake() const {  // any thread
        ::eventfd_write(fd_.get(), 1);
    }
    void clear() const {
        ::eventfd_t count = 0;
        ::eventfd_read(fd_.get(), &count);
    }
    [[nodiscard]] int fd() const { return fd_.get(); }

    // Waits at most `wait`, or until wake(), or until `fd` has one of `events` (poll(2); POLLERR
    // and POLLHUP always count). Returns what `fd` has, 0 for nothing. `fd` -1: no descriptor.
    // A wake() ends one wait: look what it was for before the next.
    [[nodiscard]] short wait(std::chrono::microseconds wait, int fd = -1, short events = 0) const {
        std::array<pollfd, 2> set{{{.fd = fd_.get(), .events = POLLIN, .revents = 0},
                                   {.fd = fd, .events = events, .revents = 0}}};
        if (wait_for(set, wait) == 0) return 0;
        if (set[0].revents != 0) clear();
        return set[1].revents;
    }

  private:
    Descriptor fd_;
};

}  // namespace sealwarden::modbus
