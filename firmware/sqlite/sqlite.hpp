// The one door to SQLite: connection, statement, transaction, with the settings that keep a commit
// a commit. One thread a connection. Its error codes end here and become Trouble.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "drivers/durations.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sealwarden::sqlite {

// Named by what the caller does about it.
enum class Trouble {
    full,      // no space: free the reserve
    disk,      // I/O error, the outcome is unknown: close, open again, look what is there
    damaged,   // not a database, or one that contradicts itself: set it aside
    too_slow,  // the deadline of a query passed
    other,     // everything else: a busy file, no memory, no permission
};

struct Failure : std::runtime_error {
    Failure(Trouble what, const std::string& text) : std::runtime_error{text}, trouble{what} {}
    Trouble trouble;
};

enum class Access {
    write,  // writes and checkpoints; exactly one in the world (SQLite's WAL-reset race)
    read,   // never writes, never checkpoints, also not when it closes
};

class Statement;

class Connection {
  public:
    // Opens, or with Access::write creates, and sets everything; every setting is read back where
    // SQLite would drop it silently. Throws Failure.
    Connection(const std::filesystem::path& file, Access access);
    ~Connection();
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;

    void run(const std::string& sql);  // statements without parameters or rows
    [[nodiscard]] Statement prepare(std::string_view sql);
    [[nodiscard]] std::int64_t number(std::string_view sql);  // the one integer it selects

    // How long each sync took since the last call, of the database and its write-ahead log. Of
    // Access::write only.
    [[nodiscard]] Durations take_syncs();

    // Pages in the write-ahead log after the newest commit of this connection.
    [[nodiscard]] int wal_pages() const;
    // Moves what readers allow from the write-ahead log into the database; with `all`, waits up to
    // the busy time for readers and empties it. True: nothing is left in it.
    bool checkpoint(bool all = false);
    // Empties it unless a reader is in the way: then false, at once.
    bool checkpoint_all_at_once();

    // A statement that still runs then ends with Trouble::too_slow.
    void stop_at(std::chrono::steady_clock::time_point deadline);

  private:
    struct Handle;
    std::unique_ptr<Handle> handle_;
};

class Statement {
  public:
    Statement() = default;
    Statement(sqlite3* database, std::string_view sql);
    ~Statement();
    Statement(Statement&&) noexcept;
    Statement& operator=(Statement&&) noexcept;

    // Parameters from 1. Texts and blobs must live until the next reset() or bind of that place.
    Statement& bind(int place, std::int64_t number);
    Statement& bind(int place, std::string_view text);
    Statement& bind_blob(int place, std::span<const std::uint8_t> bytes);
    Statement& bind_null(int place);

    [[nodiscard]] bool step();  // true: there is a row
    void run();                 // step() without rows, then reset()
    void reset();

    // Columns from 0, of the present row; texts live until the next step().
    [[nodiscard]] std::int64_t number(int column) const;
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] std::span<const std::uint8_t> blob(int column) const;
    [[nodiscard]] bool is_null(int column) const;

  private:
    sqlite3_stmt* statement_ = nullptr;
};

// BEGIN IMMEDIATE for those that write: a read that becomes a write would fail at once instead of
// waiting. Rolls back unless committed.
class Transaction {
  public:
    Transaction(Connection& connection, Access access);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

  private:
    Connection& connection_;
    bool open_ = true;
};

}  // namespace sealwarden::sqlite
