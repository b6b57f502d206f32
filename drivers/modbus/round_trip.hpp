// The answer time of one device, learnt. Pure.
// Source: RFC 6298, clauses 2 and 5.5: smoothed time plus four deviations, doubled after a
// time-out.
#pragma once

#include <algorithm>
#include <chrono>

namespace sealwarden::modbus {

class RoundTrip {
  public:
    using Time = std::chrono::microseconds;

    RoundTrip(Time floor, Time ceiling) : floor_{std::min(floor, ceiling)}, ceiling_{ceiling} {}

    void answered(Time took) {
        if (!measured()) {
            smoothed_ = took;
            deviation_ = took / 2;
        } else {
            const auto error = took - smoothed_;
            deviation_ += ((error < Time{0} ? -error : error) - deviation_) / 4;
            smoothed_ += error / 8;
        }
        measured_ = true;
        timeout_ = alive();
    }
    void timed_out() { timeout_ = std::min(2 * timeout(), ceiling_); }

    [[nodiscard]] bool measured() const { return measured_; }
    // For the next request; the ceiling until something was measured.
    [[nodiscard]] Time timeout() const { return measured_ ? timeout_ : ceiling_; }
    // Of when it last answered, without the doubling; the ceiling when it never did.
    [[nodiscard]] Time alive() const {
        return measured_ ? std::clamp(smoothed_ + 4 * deviation_, floor_, ceiling_) : ceiling_;
    }
    [[nodiscard]] Time floor() const { return floor_; }
    [[nodiscard]] Time ceiling() const { return ceiling_; }

  private:
    Time floor_, ceiling_;
    Time smoothed_{}, deviation_{}, timeout_{};
    bool measured_ = false;
};

}  // namespace sealwarden::modbus
