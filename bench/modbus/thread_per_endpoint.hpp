// The reference of figures 1 and 2: what one writes first. A thread an endpoint, libmodbus' own
// read, a sleep until the next period; changes are published to one consumer.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace sealwarden::bench {

class ThreadPerEndpoint {
  public:
    // `published` is called on the consumer's thread for every input that changed.
    using Published = std::function<void(unsigned endpoint, unsigned input)>;
    ThreadPerEndpoint(unsigned endpoints, std::uint16_t port, std::chrono::milliseconds period,
                      unsigned inputs, Published published);
    ~ThreadPerEndpoint();
    ThreadPerEndpoint(const ThreadPerEndpoint&) = delete;
    ThreadPerEndpoint& operator=(const ThreadPerEndpoint&) = delete;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sealwarden::bench
