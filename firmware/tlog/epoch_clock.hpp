// Which epoch it is. A wall clock can be wrong or be set wrong on purpose; a burnt key does not
// come back. Pure: time is an argument.
#pragma once

#include <chrono>
#include <cstdint>

#include "drivers/reading.hpp"

namespace sealwarden::tlog {

struct EpochPlan {
    std::chrono::sys_seconds start;  // of epoch 0
    std::chrono::seconds length{3600};
    std::uint64_t keys = 0;  // epochs 0 to keys - 1; the last one does not end
    [[nodiscard]] std::chrono::sys_seconds begin_of(std::uint64_t epoch) const {
        return start + length * static_cast<std::int64_t>(epoch);
    }
    // Its end is, or lies behind, a midnight of UTC that its begin lies before: its closing is the
    // last one of that day.
    [[nodiscard]] bool ends_a_day(std::uint64_t epoch) const;
    friend bool operator==(const EpochPlan&, const EpochPlan&) = default;
};

// Epochs go on by the monotonic clock. The wall clock is followed
// - forward, unsynchronised: by one day in all since this was made, which is since the start;
// - forward, synchronised: by 90 days in all;
// - back, only when synchronised and by at most a day at once; the epoch itself never goes back, it
//   waits, and no epoch lasts longer than a day and its own length by the monotonic clock.
// What lies beyond is not believed until somebody says so, with trust().
class EpochClock {
  public:
    struct Sample {
        std::chrono::sys_time<std::chrono::microseconds> wall;
        Uptime uptime;
        bool synchronised = false;
    };
    static constexpr std::chrono::microseconds unsynchronised_limit = std::chrono::days{1};
    static constexpr std::chrono::microseconds synchronised_limit = std::chrono::days{90};

    // `epoch` is the one whose key we hold: it is at least then.
    EpochClock(const EpochPlan& plan, std::uint64_t epoch, Uptime now);

    // The epoch now; never below what it said before.
    std::uint64_t look(const Sample& now);
    // An operator says that the wall clock is right.
    std::uint64_t trust(const Sample& now);

    // The wall clock says a later time than is believed: epochs go on behind it.
    [[nodiscard]] bool holds_back() const { return holds_back_; }
    [[nodiscard]] std::chrono::sys_time<std::chrono::microseconds> believed() const {
        return believed_;
    }

  private:
    [[nodiscard]] bool follows(std::chrono::microseconds step, bool synchronised);
    void move_to_epoch_of(Uptime now);

    EpochPlan plan_;
    std::uint64_t epoch_;
    std::chrono::sys_time<std::chrono::microseconds> believed_;
    Uptime last_, began_;
    std::chrono::microseconds forward_{0}, forward_unsynchronised_{0};
    bool holds_back_ = false;
};

}  // namespace sealwarden::tlog
