// Stands between SQLite and the file system to learn how long each sync takes; changes nothing
// else.
#pragma once

#include "drivers/durations.hpp"

struct sqlite3;

namespace sealwarden::sqlite {

// The name for sqlite3_open_v2(): SQLite's own way to files, with the syncs of the database and its
// write-ahead log timed.
[[nodiscard]] const char* timed_sync();

// Of a connection that was opened so: its syncs since the last call. On its thread.
[[nodiscard]] Durations take_syncs(sqlite3* database);

}  // namespace sealwarden::sqlite
