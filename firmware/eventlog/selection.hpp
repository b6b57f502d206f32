// A query as SQL. Each form is answered by an index in time that depends on what it finds, not on
// the size of the log (a test looks at the plans).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/eventlog/log.hpp"

namespace sealwarden::eventlog {

struct Selection {
    std::string sql;  // rows of entry_columns
    std::vector<std::variant<std::int64_t, std::string>> parameters;
};

// The entries in [from, before) that pass the filter, one after the other: finds what is frequent,
// and all of it when there is no filter. Not for subjects, whose links are as good.
[[nodiscard]] Selection along_the_log(const Query& query, std::uint64_t from, std::uint64_t before,
                                      std::size_t limit);

// The entries in [from, before) beside which something about persons is kept.
[[nodiscard]] Selection along_the_personal(std::uint64_t from, std::uint64_t before,
                                           std::size_t limit);

// The same answer as along_the_log() from the index on subject, kind or time: finds what is rare.
// Wall time may step back, so a window of time is not a range of indexes; the window's indexes are
// sorted instead.
[[nodiscard]] Selection by_index(const Query& query, std::uint64_t from, std::uint64_t before,
                                 std::size_t limit);

[[nodiscard]] bool has_filter(const Query& query);

}  // namespace sealwarden::eventlog
