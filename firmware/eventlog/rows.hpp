// Rows of the table `entry` as values.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "firmware/eventlog/entry.hpp"
#include "firmware/sqlite/sqlite.hpp"
#include "firmware/tlog/hash.hpp"

namespace sealwarden::eventlog {

// The columns that entry_of() reads, in its order, of a table named `e`.
inline constexpr std::string_view entry_columns =
    "e.i, e.kind, e.wall_us, e.mono_us, e.bytes, e.leaf";
[[nodiscard]] Entry entry_of(const sqlite::Statement& row);

// The record as JSON. Throws sqlite::Failure (damaged) when it is none.
[[nodiscard]] nlohmann::json record_of(const Entry& entry);

// The hash in a column. Throws sqlite::Failure (damaged) when it has not 32 bytes; `what` it is of.
[[nodiscard]] tlog::Hash hash_in(const sqlite::Statement& row, int column, std::string_view what);

// A log may be older than a column.
[[nodiscard]] bool has_column(sqlite::Connection& connection, std::string_view table,
                              std::string_view column);

// How many entries there are: the next index. As a query, for those who ask often.
inline constexpr std::string_view size_query = "SELECT coalesce(max(i) + 1, 0) FROM entry";
[[nodiscard]] std::uint64_t size_of(sqlite::Connection& connection);

// 1, and one more for each log before it that was set aside.
[[nodiscard]] std::uint64_t generation_of(sqlite::Connection& connection);

}  // namespace sealwarden::eventlog
