// Tells when the wall clock stepped or its synchronisation changed. Pure.
#pragma once

#include <optional>

#include "firmware/clock.hpp"
#include "firmware/core/event.hpp"

namespace sealwarden {

class ClockWatch {
  public:
    // A wall clock that moved more than this against the monotonic one was stepped (evidence.md 2.9
    // records steps over 1 s); slewing stays far below it between two looks.
    static constexpr std::chrono::microseconds step_limit = std::chrono::seconds{1};

    explicit ClockWatch(ClockSample first, std::string subject_id);

    // To be called every second or so. Events: clock.step {by_ms, before, now}, clock.sync {sync}.
    [[nodiscard]] Events look(const ClockSample& sample);

  private:
    ClockSample last_;
    Subject gateway_;
};

}  // namespace sealwarden
