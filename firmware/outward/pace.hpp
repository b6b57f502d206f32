// When somebody outside is asked again: once a period, and after a failure with full jitter, so
// that the gateways of a site do not all come at once. Pure: time and chance are arguments.
#pragma once

#include <chrono>
#include <functional>

#include "drivers/reading.hpp"

namespace sealwarden::outward {

class Pace {
  public:
    static constexpr std::chrono::seconds first_range{1}, longest_range{300};
    // Uniform in [0, 1).
    using Random = std::function<double()>;

    // The first time within the first range from now.
    Pace(std::chrono::seconds period, Random random, Uptime now);

    [[nodiscard]] Uptime due() const { return due_; }
    void succeeded(Uptime now);  // again in a period
    void failed(Uptime now);     // uniform in a range that doubles with each failure in a row
    void at(Uptime when) { due_ = when; }
    // Not before a period has passed since a success of another run of this program, so long ago.
    void succeeded_before(std::chrono::seconds ago, Uptime now);

  private:
    [[nodiscard]] std::chrono::microseconds within(std::chrono::seconds range) const;

    std::chrono::seconds period_;
    Random random_;
    unsigned failures_ = 0;  // in a row
    Uptime due_;
};

}  // namespace sealwarden::outward
