// The yardstick of figures 1 and 2: what the system calls alone cost. One thread and one epoll set,
// a send and a recv a poll, and an answer that is compared but not understood: no codec, time-outs,
// plan, statistics or reconnects. Nothing that polls with these calls can cost less.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

namespace sealwarden::bench {

class BareEpoll {
  public:
    BareEpoll(unsigned endpoints, std::uint16_t port, std::chrono::milliseconds period,
              unsigned inputs);
    ~BareEpoll();
    BareEpoll(const BareEpoll&) = delete;
    BareEpoll& operator=(const BareEpoll&) = delete;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// The parts of a poll of one endpoint, one more with each: a thread that sleeps until the next
// period; that also sends the request (and never looks at the answer); that also takes the answer
// with a blocking recv. Runs `polls` periods on the calling thread.
enum class Parts { sleep, sleep_send, sleep_send_recv };
void bare_thread(Parts parts, std::uint16_t port, std::chrono::milliseconds period,
                 std::uint64_t polls);

}  // namespace sealwarden::bench
