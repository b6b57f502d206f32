// What is kept about persons beside the log, and when it goes. Pure: entries and time in, events
// out.
#pragma once

#include <optional>
#include <string>
#include <vector>

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

// `payload.erased` of firmware/evidence/FORMAT.md, about the gateway: the log removes with it what
// is kept beside entry `ref`. `by`: who decided it; empty: a rule of the configuration.
[[nodiscard]] Event erasure(std::uint64_t ref, const std::string& rule, const std::string& by,
                            const std::string& gateway, Uptime at);

}  // namespace sealwarden
