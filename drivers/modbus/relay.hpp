// A relay to be switched: the one thing besides handshakes that is ever written to a device. It can
// say which output of which device, and on or off; where that is written only the profile says.
#pragma once

#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace sealwarden::modbus {

struct RelayOrder {
    std::string device;
    std::string output;  // of its profile's [[output]]
    bool on = false;
    // Called once, on the thread of the bus or on the asking one: did the device confirm it? Must
    // not block. Whether the relay follows is read, not believed.
    std::function<void(bool written)> done;
};

// Orders on their way from the thread that asks to the thread of a bus. No lock: one thread asks,
// one takes.
class RelayInbox {
  public:
    RelayInbox() = default;
    ~RelayInbox() {
        take([](const RelayOrder& order) { order.done(false); });
    }
    RelayInbox(const RelayInbox&) = delete;
    RelayInbox& operator=(const RelayInbox&) = delete;

    // The asking thread. A full inbox answers at once.
    void put(const RelayOrder& order) {
        if (!orders_.push(order)) order.done(false);
    }
    // The thread of the bus.
    template <class Take>
    void take(Take to) {
        orders_.consume_all([&](RelayOrder& order) { to(std::move(order)); });
    }

  private:
    static constexpr std::size_t capacity = 64;
    boost::lockfree::spsc_queue<RelayOrder, boost::lockfree::capacity<capacity>> orders_;
};

}  // namespace sealwarden::modbus
