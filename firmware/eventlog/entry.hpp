// An event with its place in the log, as exact bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/clock.hpp"
#include "firmware/core/event.hpp"
#include "firmware/tlog/hash.hpp"

namespace sealwarden::eventlog {

using Hash = tlog::Hash;
using tlog::leaf_hash;

// `bytes` is the record: one JSON object in RFC 8785 form (FORMAT.md). Everything else is told by
// it and kept beside it only to be searched.
struct Entry {
    std::uint64_t index = 0;
    std::string kind;  // "door.opened"
    WallTime wall;
    Uptime at;
    std::string bytes;
    Hash leaf{};  // SHA-256(00 || bytes), RFC 6962 2.1
    friend bool operator==(const Entry&, const Entry&) = default;
};

// How an event is placed: what the writer knows and the event does not.
struct Placing {
    struct Previous {
        std::uint64_t count = 0;  // this subject's entries with this one: `n`
        std::int64_t index = -1;  // its previous entry: `p`
    };
    std::uint64_t index = 0;
    std::vector<Previous> subjects;  // one for each of the event's
    std::string boot_id;             // of the kernel
    std::uint64_t boot_number = 0;
    WallTime wall;
    std::string sync;
    std::int64_t error_ms = -1;
    std::string private_commitment;  // hex; empty: nothing personal
};

inline constexpr std::size_t record_limit = 4096;  // bytes

// The event as the log takes it, so that its record fits the limit whatever its place: each subject
// once, ids and the source of valid UTF-8 without control characters and at most 128 bytes. Too
// large: the longest text of `data` (the first of equals) is shortened, and again, and `data` gets
// `cut` true; when texts do not suffice, the last members of `data` go, then the last subjects.
// An event that fits comes back as it is.
[[nodiscard]] Event fitted(Event event);

// The record. The event is fitted first; `placing.subjects` belongs to the fitted event's.
[[nodiscard]] Entry seal(const Event& event, const Placing& placing);

}  // namespace sealwarden::eventlog
