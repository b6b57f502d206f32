// How busy a bus will be, computed from the very requests its Poller will make. Pure.
//
// Serial lines (MODBUS over Serial Line V1.02, 2.5.1): what SerialLine spends on an exchange is the
// silence before it (or the longer gap that the device wants), the request's characters, 3.5
// characters and 1 ms until the device begins to answer, and the longest answer's characters.
// TCP: 2 ms an exchange, the round trip of a plain input module on a local network, and that gap.
// A silent device costs a probe now and then: the exchange, its time-out (the profile's ceiling,
// less is learnt), and on a serial line the draining behind it, on TCP the reconnecting.
// What a handshake reads is asked only when something is there, and counts as one exchange that
// others may have to wait for, not in the load.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "drivers/modbus/bus.hpp"

namespace sealwarden::modbus {

class BusPlan {
  public:
    using Microseconds = std::chrono::duration<double, std::micro>;

    struct Read {
        std::size_t device = 0;  // index into BusOptions::devices
        Request request;
        Microseconds cost{};
        Microseconds period{};
        int priority = 0;
        bool scheduled = true;  // false: within a handshake
        std::vector<std::string> points;
    };

    // `serial` empty: a TCP endpoint. Devices without a profile are left out.
    explicit BusPlan(const BusOptions& bus, std::optional<SerialOptions> serial = std::nullopt);

    [[nodiscard]] double load() const;           // 1.0: busy all the time
    [[nodiscard]] double load_one_dead() const;  // with the device silent that costs most so
    [[nodiscard]] const std::vector<Read>& reads() const { return reads_; }

    // From a change at the device to its answer, while another device of the bus is silent: a
    // whole period or a round of the most urgent reads, whichever is longer, the longest wait for
    // something that is on the wire already, and a round once more. 0: not read on this bus.
    [[nodiscard]] std::chrono::milliseconds worst_detection(PointId point) const;

  private:
    [[nodiscard]] Microseconds cost(const Request& request, Microseconds gap) const;
    [[nodiscard]] Microseconds failed_cost(const Request& request,
                                           const ProfileTiming& timing) const;

    BusOptions options_;
    std::optional<SerialOptions> serial_;
    std::vector<Read> reads_;
    std::vector<std::optional<Microseconds>> probes_;  // a device; empty: it has no profile
};

}  // namespace sealwarden::modbus
