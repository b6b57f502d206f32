#include "firmware/sqlite/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cassert>
#include <utility>

#include "firmware/sqlite/timed_sync.hpp"

namespace sealwarden::sqlite {
namespace {

constexpr int busy_ms = 5000;
constexpr int steps_between_looks = 4000;

Trouble trouble(int code) {
    switch (code & 0xFF) {
        case SQLITE_FULL: return Trouble::full;
        case SQLITE_IOERR: return Trouble::disk;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return Trouble::damaged;
        case SQLITE_INTERRUPT: return Trouble::too_slow;
        default: return Trouble::other;
    }
}

[[noreturn]] void fail(sqlite3* database, int code) {
    const char* said = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    throw Failure{trouble(code), fmt::format("{} (SQLite {})", said, code)};
}

void check(sqlite3* database, int code) {
    if (code != SQLITE_OK) fail(database, code);
}

// Before the first connection of the process: counting every allocation takes a lock each time.
void set_up_once() {
    [[maybe_unused]] static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

}  // namespace

struct Connection::Handle {
    sqlite3* database = nullptr;
    int wal_pages = 0;
    std::chrono::steady_clock::time_point deadline;

    ~Handle() { sqlite3_close_v2(database); }

    void configure(int option, int value) const {
        int now = -1;
        check(database, sqlite3_db_config(database, option, value, &now));
        assert(now == value);
    }
};

Connection::Connection(const std::filesystem::path& file, Access access)
    : handle_{std::make_unique<Handle>()} {
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (access == Access::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                               : SQLITE_OPEN_READONLY);
    set_up_once();
    auto*& database = handle_->database;
    check(database, sqlite3_open_v2(file.c_str(), &database, flags,
                                    access == Access::write ? timed_sync() : nullptr));
    check(database, sqlite3_busy_timeout(database, busy_ms));

    // A file that somebody prepared must not make us run anything.
    handle_->configure(SQLITE_DBCONFIG_DEFENSIVE, 1);
    handle_->configure(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
    handle_->configure(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
    handle_->configure(SQLITE_DBCONFIG_ENABLE_TRIGGER, 0);
    handle_->configure(SQLITE_DBCONFIG_ENABLE_VIEW, 0);
    handle_->configure(SQLITE_DBCONFIG_DQS_DML, 0);
    handle_->configure(SQLITE_DBCONFIG_DQS_DDL, 0);
    // Closing never checkpoints: a reader must not, and of a damaged file nothing may be changed.
    handle_->configure(SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1);
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 1 << 20);
    sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, 1 << 16);
    sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);

    run("PRAGMA mmap_size=0");  // an I/O error would be a SIGBUS
    run("PRAGMA temp_store=MEMORY");
    run("PRAGMA cell_size_check=ON");
    run("PRAGMA cache_size=-2048");
    run("PRAGMA wal_autocheckpoint=0");  // the writer checkpoints when nobody waits
    if (access == Access::read) {
        run("PRAGMA query_only=ON");
        return;
    }
    auto mode = prepare("PRAGMA journal_mode=WAL");
    if (!mode.step() || mode.text(0) != "wal") {
        throw Failure{Trouble::other, "the file system does not carry a write-ahead log"};
    }
    mode.reset();
    run("PRAGMA synchronous=FULL");
    assert(number("PRAGMA synchronous") == 2 && "NORMAL loses commits at a power cut");
    run("PRAGMA journal_size_limit=8388608");
    run("PRAGMA secure_delete=ON");  // erased personal data is gone
    sqlite3_wal_hook(
        database,
        [](void* context, sqlite3*, const char*, int pages) {
            static_cast<Handle*>(context)->wal_pages = pages;
            return SQLITE_OK;
        },
        handle_.get());
}

Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

void Connection::run(const std::string& sql) {
    check(handle_->database,
          sqlite3_exec(handle_->database, sql.c_str(), nullptr, nullptr, nullptr));
}

Statement Connection::prepare(std::string_view sql) {
    return Statement{handle_->database, sql};
}

std::int64_t Connection::number(std::string_view sql) {
    auto statement = prepare(sql);
    const bool row = statement.step();
    assert(row);
    return statement.number(0);
}

Durations Connection::take_syncs() {
    return sqlite::take_syncs(handle_->database);
}

int Connection::wal_pages() const {
    return handle_->wal_pages;
}

bool Connection::checkpoint(bool all) {
    int in_log = 0;
    int moved = 0;
    const int code = sqlite3_wal_checkpoint_v2(
        handle_->database, nullptr, all ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
        &in_log, &moved);
    if ((code & 0xFF) == SQLITE_BUSY) return false;  // a reader is in the way, it has a deadline
    check(handle_->database, code);
    handle_->wal_pages = in_log - moved;
    return in_log == moved;
}

bool Connection::checkpoint_all_at_once() {
    struct NoWaiting {
        sqlite3* database;
        explicit NoWaiting(sqlite3* of) : database{of} { sqlite3_busy_timeout(database, 0); }
        ~NoWaiting() { sqlite3_busy_timeout(database, busy_ms); }
        NoWaiting(const NoWaiting&) = delete;
        NoWaiting& operator=(const NoWaiting&) = delete;
    };
    const NoWaiting meanwhile{handle_->database};
    return checkpoint(true);
}

void Connection::stop_at(std::chrono::steady_clock::time_point deadline) {
    handle_->deadline = deadline;
    sqlite3_progress_handler(
        handle_->database, steps_between_looks,
        [](void* context) {
            const auto* handle = static_cast<const Handle*>(context);
            return std::chrono::steady_clock::now() >= handle->deadline ? 1 : 0;
        },
        handle_.get());
}

Statement::Statement(sqlite3* database, std::string_view sql) {
    check(database, sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                                       SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
}

Statement::~Statement() {
    sqlite3_finalize(statement_);
}

Statement::Statement(Statement&& other) noexcept
    : statement_{std::exchange(other.statement_, nullptr)} {}

Statement& Statement::operator=(Statement&& other) noexcept {
    std::swap(statement_, other.statement_);
    return *this;
}

Statement& Statement::bind(int place, std::int64_t number) {
    check(sqlite3_db_handle(statement_), sqlite3_bind_int64(statement_, place, number));
    return *this;
}

Statement& Statement::bind(int place, std::string_view text) {
    check(sqlite3_db_handle(statement_),
          sqlite3_bind_text(statement_, place, text.data(), static_cast<int>(text.size()),
                            SQLITE_STATIC));
    return *this;
}

Statement& Statement::bind_blob(int place, std::span<const std::uint8_t> bytes) {
    check(sqlite3_db_handle(statement_),
          sqlite3_bind_blob(statement_, place, bytes.data(), static_cast<int>(bytes.size()),
                            SQLITE_STATIC));
    return *this;
}

Statement& Statement::bind_null(int place) {
    check(sqlite3_db_handle(statement_), sqlite3_bind_null(statement_, place));
    return *this;
}

bool Statement::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    auto* database = sqlite3_db_handle(statement_);
    const Failure failure{trouble(code),
                          fmt::format("{} (SQLite {})", sqlite3_errmsg(database), code)};
    sqlite3_reset(statement_);
    throw failure;
}

void Statement::run() {
    const bool row = step();
    assert(!row);
    reset();
}

void Statement::reset() {
    sqlite3_reset(statement_);
}

std::int64_t Statement::number(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::text(int column) const {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {text != nullptr ? text : "",
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::span<const std::uint8_t> Statement::blob(int column) const {
    const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Transaction::Transaction(Connection& connection, Access access) : connection_{connection} {
    connection_.run(access == Access::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
    if (!open_) return;
    try {
        connection_.run("ROLLBACK");
    } catch (const Failure&) {
        // SQLite has rolled back by itself after the error that brought us here.
    }
}

void Transaction::commit() {
    connection_.run("COMMIT");
    open_ = false;
}

}  // namespace sealwarden::sqlite
