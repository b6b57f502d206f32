// What is kept about persons beside the log, and when it goes. Pure: entries and time in, events
// out.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/clock.hpp"
#include "firmware/config/config.hpp"
#include "firmware/core/event.hpp"
#include "firmware/eventlog/entry.hpp"

namespace sealwarden {

// The hold that covers an entry, if any. One that cannot be understood is covered; one written
// under a clock that was not synchronised may be of any time, so only the hold's subject can leave
// it out.
[[nodiscard]] const config::Hold* hold_over(const eventlog::Entry& entry,
                                            const config::Retention& retention);

struct Aged {
    std::uint64_t entry = 0;
    std::string rule;  // for the log: "badge.presented after 365 days"
    friend bool operator==(const Aged&, const Aged&) = default;
};
// Of these entries, by rising index, those whose time is over by the rule for their kind and which
// no hold covers. An entry's time counts when its clock was synchronised; else that of the next one
// here whose clock was, which came later; without such a one it stays.
[[nodiscard]] std::vector<Aged> aged(const std::vector<eventlog::Entry>& entries, WallTime now,
                                     const config::Retention& retention);

// The walk over what is kept, a page a minute, round and round; says when a page may be looked at.
// What is erased is gone: only by a clock that is synchronised, that nobody doubts, and that has
// gone by itself since the look before.
class AgedWalk {
  public:
    static constexpr std::chrono::seconds every{60}, step{10};
    static constexpr std::size_t page = 500;  // entries

    // The index to read a page from; nothing: not now. `doubted`: the log's epochs do not believe
    // the wall clock (eventlog::SigningState::clock_held_back).
    [[nodiscard]] std::optional<std::uint64_t> look(const ClockSample& now, bool doubted);
    void go_on_from(std::uint64_t index) { from_ = index; }  // 0: a new round

  private:
    Uptime due_;
    std::optional<std::chrono::microseconds> offset_;  // wall less uptime, at the look before
    std::uint64_t from_ = 0;
};

// `payload.erased` of firmware/evidence/FORMAT.md, about the gateway: the log removes with it what
// is kept beside entry `ref`. `by`: who decided it; empty: a rule of the configuration.
[[nodiscard]] Event erasure(std::uint64_t ref, const std::string& rule, const std::string& by,
                            const std::string& gateway, Uptime at);

}  // namespace sealwarden
