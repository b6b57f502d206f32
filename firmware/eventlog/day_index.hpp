// The entry that says how often each subject occurred (firmware/evidence/FORMAT.md, "Day index").
#pragma once

#include <chrono>
#include <string>

#include "firmware/core/event.hpp"
#include "firmware/sqlite/sqlite.hpp"
#include "firmware/tlog/day_index.hpp"

namespace sealwarden::eventlog {

// Of the entries [from, to), in the order of the subjects' rows. Heads must be saved.
[[nodiscard]] std::vector<tlog::SubjectCount> subject_counts(sqlite::Connection& connection,
                                                             std::uint64_t from, std::uint64_t to);

// The next one, which will have the index `to`; with a salt from the system.
[[nodiscard]] Event day_index_event(sqlite::Connection& connection, std::uint64_t to,
                                    std::chrono::sys_days day, Uptime at);

}  // namespace sealwarden::eventlog
