#include "firmware/sqlite/timed_sync.hpp"

#include <sqlite3.h>

#include <cassert>
#include <chrono>
#include <cstring>
#include <memory>
#include <utility>

namespace sealwarden::sqlite {
namespace {

// What we keep of an open file. Its methods are SQLite's own, two of them with ours before.
struct Timed {
    const sqlite3_io_methods* own;
    sqlite3_io_methods methods;
    sqlite3_file* database;  // itself, or the one whose write-ahead log it is: it has the syncs
    Durations syncs{};
};

sqlite3_vfs* files() {
    return sqlite3_vfs_find(nullptr);
}

// SQLite gives a file as much room as its way to files asks for: behind what its own one keeps
// there is a pointer to ours.
char* place_in(sqlite3_file* file) {
    return reinterpret_cast<char*>(file) + files()->szOsFile;
}

Timed* timed(sqlite3_file* file) {
    Timed* found = nullptr;
    std::memcpy(static_cast<void*>(&found), place_in(file), sizeof(Timed*));
    return found;
}

int sync(sqlite3_file* file, int flags) {
    const auto* of = timed(file);
    const auto began = std::chrono::steady_clock::now();
    const int code = of->own->xSync(file, flags);
    timed(of->database)
        ->syncs.add(std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - began));
    return code;
}

int close(sqlite3_file* file) {
    const std::unique_ptr<Timed> of{timed(file)};
    return of->own->xClose(file);
}

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* opened) {
    const int code = files()->xOpen(files(), name, file, flags, opened);
    const bool database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    if (code != SQLITE_OK || (!database && (flags & SQLITE_OPEN_WAL) == 0)) return code;
    auto of = std::make_unique<Timed>(
        Timed{.own = file->pMethods,
              .methods = *file->pMethods,
              .database = database ? file : sqlite3_database_file_object(name)});
    of->methods.xSync = sync;
    of->methods.xClose = close;
    file->pMethods = &of->methods;
    const auto* kept = of.release();  // until close()
    std::memcpy(place_in(file), static_cast<const void*>(&kept), sizeof(Timed*));
    return code;
}

constexpr auto name = "timed-sync";

}  // namespace

const char* timed_sync() {
    static const int registered = [] {
        static auto vfs = *files();
        vfs.szOsFile += static_cast<int>(sizeof(Timed*));
        vfs.zName = name;
        vfs.xOpen = open;
        return sqlite3_vfs_register(&vfs, 0);
    }();
    assert(registered == SQLITE_OK);
    return registered == SQLITE_OK ? name : nullptr;
}

Durations take_syncs(sqlite3* database) {
    sqlite3_file* file = nullptr;
    [[maybe_unused]] const int code = sqlite3_file_control(
        database, nullptr, SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
    assert(code == SQLITE_OK && file != nullptr);
    return std::exchange(timed(file)->syncs, {});
}

}  // namespace sealwarden::sqlite
