// How busy a bus will be, computed from its profiles before anything is polled.
//
// Serial lines (Modbus over Serial Line V1.02, 2.5.1): a character is 1 start, 8 data, 0 or 1
// parity and 1 or 2 stop bits. A read costs 8 characters of request, 5 and the data as answer, 3.5
// characters of silence (1.75 ms above 19,200 baud) behind each of them, or the longer gap that the
// device wants before a request, and 1 ms until the device begins to answer.
// TCP: 2 ms a read, the round trip of a plain input module on a local network.
// A silent device costs its time-out once a probe: the profile's ceiling, less is learnt.
#pragma once

#include <chrono>
#include <vector>

#include "firmware/config/config.hpp"

namespace sealwarden::config {

class BusPlan {
  public:
    using Microseconds = std::chrono::duration<double, std::micro>;

    struct Read {
        std::size_t device = 0;
        Microseconds cost{};
        std::chrono::milliseconds period{};
        int priority = 0;
        std::vector<std::string> points;
    };

    explicit BusPlan(const Bus& bus);

    [[nodiscard]] double load() const;           // 1.0: busy all the time
    [[nodiscard]] double load_one_dead() const;  // with the device silent that costs most so
    [[nodiscard]] const std::vector<Read>& reads() const { return reads_; }

    // From a change at the device to its answer, while another device of the bus is silent: a
    // whole period or a round of the most urgent reads, whichever is longer, the longest wait for
    // something that is on the wire already, and a round once more. 0: not read on this bus.
    [[nodiscard]] std::chrono::milliseconds worst_detection(PointId point) const;

  private:
    void plan_device(std::size_t index);

    modbus::BusOptions options_;
    std::optional<modbus::SerialOptions> serial_;
    std::vector<Read> reads_;
};

}  // namespace sealwarden::config
