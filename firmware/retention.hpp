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

// The hold that covers an entry, if any. An entry that cannot be understood is covered.
[[nodiscard]] const config::Hold* hold_over(const eventlog::Entry& entry,
                                            const config::Retention& retention);

// Is the entry's time over, by the rule for its kind, and does no hold cover it? Then the rule as a
// text for the log ("badge.presented after 365 days"). By the entry's own wall time.
[[nodiscard]] std::optional<std::string> rule_over(const eventlog::Entry& entry, WallTime now,
                                                   const config::Retention& retention);

// `payload.erased` of firmware/evidence/FORMAT.md, about the gateway: the log removes with it what
// is kept beside entry `ref`. `by`: who decided it; empty: a rule of the configuration.
[[nodiscard]] Event erasure(std::uint64_t ref, const std::string& rule, const std::string& by,
                            const std::string& gateway, Uptime at);

}  // namespace sealwarden
