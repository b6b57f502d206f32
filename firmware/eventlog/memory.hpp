// What the log remembers for the next start.
#pragma once

#include <optional>
#include <string>

#include "firmware/core/site.hpp"
#include "firmware/eventlog/entry.hpp"
#include "firmware/eventlog/sqlite.hpp"

namespace sealwarden::eventlog {

// Takes as long as there are alarms and devices, not as there are entries. `boot_id` is the
// kernel's now: times of the same boot are taken as they are, others over the wall clock.
[[nodiscard]] SiteMemory memory_of(sqlite::Connection& connection, const ClockSample& now,
                                   const std::string& boot_id);
[[nodiscard]] std::optional<Entry> newest_of(sqlite::Connection& connection,
                                             const Subject& subject);

}  // namespace sealwarden::eventlog
