// How long to wait before the next try to open a port or a connection. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace sealwarden::modbus {

// Doubles from `first` to `most`.
class BackOff {
  public:
    using Duration = std::chrono::milliseconds;
    BackOff(Duration first, Duration most) : first_{first}, most_{most}, next_{first} {}

    [[nodiscard]] Duration next() {
        const auto wait = next_;
        next_ = std::min(most_, next_ * 2);
        return wait;
    }
    // Full jitter: anything from nothing to next(), so that a hundred links that broke together do
    // not come back together.
    template <class Random>
    [[nodiscard]] Duration next_jittered(Random& random) {
        return Duration{std::uniform_int_distribution<Duration::rep>{0, next().count()}(random)};
    }
    void reset() { next_ = first_; }

  private:
    Duration first_, most_, next_;
};

}  // namespace sealwarden::modbus
