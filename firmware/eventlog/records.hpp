// The newest state of each subject that keeps one in its events (firmware/core/rules.hpp): what a
// start restores, and what lists of visits, seals and cases are made of.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/core/rules.hpp"
#include "firmware/eventlog/entry.hpp"
#include "firmware/eventlog/state_parts.hpp"
#include "firmware/sqlite/sqlite.hpp"

namespace sealwarden::eventlog {

// The table `record`: where each subject's newest state is. Built with the entries, in their
// transaction, so that a start finds the states without walking along what else was said.
void add_record_table(sqlite::Connection& connection);

// Does the event carry its main subject's state, and is it over with that? Empty: it carries none.
[[nodiscard]] std::optional<bool> ends_state(const Event& event);

struct NewestRecord {
    Subject subject;
    StateParts parts;
    Entry entry;  // the newest that carries the subject's state and has its hash
    // What is kept beside it and not erased.
    std::map<std::string, std::string> personal;
    std::uint64_t place = 0;  // where a page goes on
};

struct WhichRecords {
    std::uint64_t before = std::numeric_limits<std::int64_t>::max();  // those with `place` below
    bool with_ended = false;    // those whose state is an end, too
    bool oldest_first = false;  // else those that changed last first
};
// Of each subject of this kind. Ends when `use` says false. A kind that keeps no state has none.
void newest_records(sqlite::Connection& connection, std::string_view subject_kind,
                    const WhichRecords& which, const std::function<bool(NewestRecord&&)>& use);

// Of one subject.
[[nodiscard]] std::optional<NewestRecord> newest_record(sqlite::Connection& connection,
                                                        const Subject& subject);

// The kind the state was told by: of an entry carried into a new log, the one before it.
[[nodiscard]] std::optional<EventKind> kind_of_state(const Entry& entry, const RecordData& data);

}  // namespace sealwarden::eventlog
