// Whether the log's heads leave the gateway: somebody who closes the roads on which they do can
// change what nobody outside has seen. Told once at each change. Pure: time is an argument.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "firmware/core/alarm.hpp"
#include "firmware/core/event.hpp"

namespace sealwarden {

class OutsideWatch {
  public:
    // A broker's restart is no alarm.
    static constexpr std::chrono::seconds shortest_cadence{60};

    // `alarms`: as the log tells of them, so that a start neither repeats nor forgets one.
    OutsideWatch(std::string gateway, const std::vector<Alarm>& alarms);

    struct State {
        // Something is signed, and a road leads out. While not, nothing is decided: who takes the
        // road away does not end the alarm.
        bool watched = false;
        std::chrono::seconds cadence{};  // in which a head must have left
        std::uint64_t generation = 1;    // of the log
        // Entries under signed heads that somebody outside should see. Behind them there may be
        // entries that only record what somebody outside vouched for: else an idle log would
        // never rest.
        std::uint64_t size = 0;
        std::uint64_t seen_size = 0;  // the largest head that was seen outside; 0: none yet
    };
    // log_kept_in when a head with entries that nobody outside has seen is older than the cadence;
    // log_seen when it was seen, and no later one is overdue.
    Events look(const State& state, Uptime now);

  private:
    // A head that nobody outside has seen, and when it was there at the latest.
    struct Unseen {
        std::uint64_t size = 0;
        Uptime since;
    };
    // So many tell how far behind the outside is; what comes after the last of them is marked when
    // the first ones were seen.
    static constexpr std::size_t marks = 16;

    void mark(const State& state, Uptime now);
    [[nodiscard]] Event event(EventKind kind, const State& state, Uptime now) const;

    Subject gateway_;
    bool kept_in_ = false;
    std::optional<std::uint64_t> owed_;  // kept in: this size must be seen
    std::uint64_t generation_ = 0;
    std::deque<Unseen> unseen_;  // rising
};

}  // namespace sealwarden
