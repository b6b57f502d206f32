#include "firmware/identity/accounts.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>

namespace sealwarden::identity {
namespace {

using sqlite::Statement;

constexpr std::int64_t application = 0x53574944;  // "SWID"
constexpr std::int64_t schema = 1;
constexpr int pages_to_checkpoint = 64;
constexpr std::int64_t most_counters = 10'000;  // the oldest goes: strangers choose their names

// Version 1. A later version adds its steps behind this; a newer file is not opened.
constexpr auto tables = R"(
CREATE TABLE user (id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, person TEXT NOT NULL,
  language TEXT NOT NULL, enabled INTEGER NOT NULL, trained_on TEXT NOT NULL, password TEXT NOT NULL DEFAULT '',
  made_ms INTEGER NOT NULL, signed_in_ms INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE session (id BLOB PRIMARY KEY, user TEXT NOT NULL, address TEXT NOT NULL, begun_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user, begun_ms);
CREATE TABLE token (id TEXT PRIMARY KEY, user TEXT NOT NULL, name TEXT NOT NULL, rights TEXT NOT NULL, mqtt INTEGER NOT NULL,
  secret BLOB NOT NULL, made_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL, used_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE failures (user TEXT NOT NULL, address TEXT NOT NULL, count INTEGER NOT NULL, last_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL, PRIMARY KEY (user, address)) STRICT, WITHOUT ROWID;
CREATE INDEX failures_last ON failures (last_ms);
CREATE TABLE known (user TEXT NOT NULL, address TEXT NOT NULL, PRIMARY KEY (user, address)) STRICT, WITHOUT ROWID;
CREATE TABLE set_up (one INTEGER PRIMARY KEY CHECK (one = 1), code BLOB NOT NULL, expires_ms INTEGER NOT NULL,
  tries INTEGER NOT NULL) STRICT;
CREATE TABLE untold (id INTEGER PRIMARY KEY AUTOINCREMENT, use TEXT NOT NULL, claimed_until_ms INTEGER NOT NULL DEFAULT 0) STRICT;
)";

std::string why() {
    return std::strerror(errno);
}

struct stat status_of(const std::filesystem::path& path) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) throw Unusable{path.string() + ": " + why()};
    return status;
}

// Root may look after the console's files, and must not take them from it.
void give_to_owner_of(const std::filesystem::path& directory, int descriptor) {
    if (::geteuid() != 0) return;
    const auto owner = status_of(directory);
    if (::fchown(descriptor, owner.st_uid, owner.st_gid) != 0) {
        throw Unusable{directory.string() + ": its files cannot be given to its owner: " + why()};
    }
}

void check_directory(const std::filesystem::path& directory) {
    const auto status = status_of(directory);
    if (!S_ISDIR(status.st_mode)) throw Unusable{directory.string() + " is no directory"};
    if ((status.st_mode & 022) != 0) {
        throw Unusable{directory.string() +
                       " may be written by others, who could put another file of accounts there: "
                       "chmod go-w"};
    }
    if (::geteuid() != 0 && status.st_uid != ::geteuid()) {
        throw Unusable{directory.string() +
                       " belongs to another user; run this as that user, or as root"};
    }
}

void check_file(const std::filesystem::path& file) {
    const auto status = status_of(file);
    if (!S_ISREG(status.st_mode)) throw Unusable{file.string() + " is no file"};
    if (::geteuid() != 0 && status.st_uid != ::geteuid()) {
        throw Unusable{file.string() +
                       " belongs to another user; run this as that user, or as root"};
    }
    if ((status.st_mode & 077) != 0) {
        throw Unusable{file.string() + " may be read by others: chmod 600"};
    }
}

// Before SQLite opens it: made by SQLite it would have the umask's mode.
void make_file(const std::filesystem::path& directory, const std::filesystem::path& file) {
    const Descriptor made{::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!made) throw Unusable{file.string() + ": " + why()};
    struct stat status{};
    if (::fstat(made.get(), &status) == 0 && status.st_size == 0)
        give_to_owner_of(directory, made.get());
}

Descriptor lock_in(const std::filesystem::path& directory, Accounts::Access access) {
    if (access == Accounts::Access::write) {
        std::error_code error;
        if (!std::filesystem::exists(directory, error)) {
            std::filesystem::create_directories(directory.parent_path(), error);
            if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
                throw Unusable{directory.string() + ": " + why()};
            }
            const Descriptor made{::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
            if (made) give_to_owner_of(directory.parent_path(), made.get());
        }
    }
    check_directory(directory);
    const auto file = Accounts::file_in(directory);
    if (access == Accounts::Access::read) {
        check_file(file);
        return {};
    }
    const auto lock = directory / "users.lock";
    Descriptor descriptor{::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!descriptor) throw Unusable{lock.string() + ": " + why()};
    give_to_owner_of(directory, descriptor.get());
    make_file(directory, file);
    check_file(file);
    return descriptor;
}

sqlite::Connection opened(const std::filesystem::path& file, Accounts::Access access) {
    try {
        return {file, access};
    } catch (const sqlite::Failure& failure) {
        throw Unusable{file.string() + ": " + failure.what()};
    }
}

std::span<const std::uint8_t> bytes_of(const tlog::Hash& hash) {
    return hash;
}

tlog::Hash hash_in(std::span<const std::uint8_t> bytes) {
    tlog::Hash hash{};
    if (bytes.size() == hash.size()) std::ranges::copy(bytes, hash.begin());
    return hash;
}

std::string_view code_of(Language language) {
    return language == Language::spanish ? "es" : "en";
}

User user_in(const Statement& row) {
    return {.id = std::string{row.text(0)},
            .name = std::string{row.text(1)},
            .role = std::string{row.text(2)},
            .person = std::string{row.text(3)},
            .language = row.text(4) == "es" ? Language::spanish : Language::english,
            .enabled = row.number(5) != 0,
            .trained_on = std::string{row.text(6)},
            .made_ms = row.number(7),
            .signed_in_ms = row.number(8)};
}

Session session_in_row(const Statement& row) {
    return {.id = hash_in(row.blob(0)),
            .user = std::string{row.text(1)},
            .address = std::string{row.text(2)},
            .begun_ms = row.number(3),
            .seen_ms = row.number(4)};
}

Token token_in_row(const Statement& row) {
    Token token{.id = std::string{row.text(0)},
                .user = std::string{row.text(1)},
                .name = std::string{row.text(2)},
                .rights = {},
                .use = row.number(4) != 0 ? TokenUse::mqtt : TokenUse::http,
                .secret = hash_in(row.blob(5)),
                .made_ms = row.number(6),
                .expires_ms = row.number(7),
                .used_ms = row.number(8)};
    const auto rights = row.text(3);
    for (std::size_t at = 0; at < rights.size();) {
        const auto end = std::min(rights.find(' ', at), rights.size());
        token.rights.emplace(rights.substr(at, end - at));
        at = end + 1;
    }
    return token;
}

template <class Row>
auto first(Statement& statement, Row row) -> std::optional<decltype(row(statement))> {
    if (!statement.step()) return {};
    auto found = row(statement);
    statement.reset();
    return found;
}

template <class Row>
auto all(Statement& statement, Row row) {
    std::vector<decltype(row(statement))> list;
    while (statement.step()) list.push_back(row(statement));
    statement.reset();
    return list;
}

}  // namespace

std::filesystem::path Accounts::file_in(const std::filesystem::path& directory) {
    return directory / "users.sqlite";
}

Accounts::Accounts(const std::filesystem::path& directory, Access access)
    : lock_{lock_in(directory, access)}, connection_{opened(file_in(directory), access)} {
    const auto file = file_in(directory).string();
    try {
        if (access == Access::write) make_tables();
        const auto version = connection_.number("PRAGMA user_version");
        if (connection_.number("PRAGMA application_id") != application || version < 1) {
            throw Unusable{file + " is not a file of accounts"};
        }
        if (version > schema) {
            throw Unusable{file + " was written by a newer version of Sealwarden"};
        }
        auto check = connection_.prepare("PRAGMA quick_check(1)");
        if (!check.step() || check.text(0) != "ok") {
            throw Unusable{
                file + " is damaged: put a copy back, or move it away and make the users again"};
        }
    } catch (const sqlite::Failure& failure) {
        throw Unusable{file + ": " + failure.what() +
                       (failure.trouble == sqlite::Trouble::damaged
                            ? "; put a copy back, or move it away and make the users again"
                            : "")};
    }
}

void Accounts::make_tables() {
    const auto empty = [this] {
        return connection_.number("PRAGMA user_version") == 0 &&
               connection_.number("SELECT count(*) FROM sqlite_schema") == 0;
    };
    if (!empty()) return;
    Change change{*this};
    if (!empty()) return;  // somebody else made them meanwhile
    connection_.run(tables);
    connection_.run("PRAGMA application_id=" + std::to_string(application));
    connection_.run("PRAGMA user_version=" + std::to_string(schema));
    change.commit();
}

Accounts::Change::Lock::Lock(int of) : descriptor{of} {
    while (::flock(descriptor, LOCK_EX) != 0) {
        if (errno != EINTR) throw Unusable{"the accounts' lock: " + why()};
    }
}
Accounts::Change::Lock::~Lock() {
    ::flock(descriptor, LOCK_UN);
}

Accounts::Change::Change(Accounts& accounts)
    : accounts_{accounts},
      lock_{accounts.lock_.get()},
      transaction_{accounts.connection_, Access::write} {}

void Accounts::Change::commit() {
    transaction_.commit();
    if (accounts_.connection_.wal_pages() >= pages_to_checkpoint)
        accounts_.connection_.checkpoint();
}

sqlite::Statement& Accounts::statement(const char* sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
        found = statements_.emplace(sql, connection_.prepare(sql)).first;
    }
    found->second.reset();
    return found->second;
}

// --- users ------------------------------------------------------------------------------------

std::optional<User> Accounts::user(std::string_view id) {
    auto& find = statement(
        "SELECT id, name, role, person, language, enabled, trained_on, made_ms, signed_in_ms FROM "
        "user WHERE id = ?");
    return first(find.bind(1, id), user_in);
}

std::vector<User> Accounts::users() {
    return all(statement("SELECT id, name, role, person, language, enabled, trained_on, made_ms, "
                         "signed_in_ms FROM user "
                         "ORDER BY id"),
               user_in);
}

std::string Accounts::password_hash(std::string_view id) {
    auto& find = statement("SELECT password FROM user WHERE id = ?").bind(1, id);
    return first(find, [](const Statement& row) { return std::string{row.text(0)}; }).value_or("");
}

void Accounts::put(const User& user) {
    statement(
        "INSERT INTO user (id, name, role, person, language, enabled, trained_on, made_ms, "
        "signed_in_ms) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO UPDATE SET name = ?2, "
        "role = ?3, person = ?4, "
        "language = ?5, enabled = ?6, trained_on = ?7, made_ms = ?8, signed_in_ms = ?9")
        .bind(1, user.id)
        .bind(2, user.name)
        .bind(3, user.role)
        .bind(4, user.person)
        .bind(5, code_of(user.language))
        .bind(6, std::int64_t{user.enabled})
        .bind(7, user.trained_on)
        .bind(8, user.made_ms)
        .bind(9, user.signed_in_ms)
        .run();
}

void Accounts::put_password(std::string_view user, const std::string& hash) {
    statement("UPDATE user SET password = ? WHERE id = ?").bind(1, hash).bind(2, user).run();
}

void Accounts::put_signed_in(std::string_view user, std::int64_t now_ms) {
    statement("UPDATE user SET signed_in_ms = ? WHERE id = ?").bind(1, now_ms).bind(2, user).run();
}

void Accounts::remove_user(std::string_view id) {
    remove_sessions_of(id);
    forget_failures_of(id);
    statement("DELETE FROM known WHERE user = ?").bind(1, id).run();
    statement("DELETE FROM token WHERE user = ?").bind(1, id).run();
    statement("DELETE FROM user WHERE id = ?").bind(1, id).run();
}

// --- sessions ---------------------------------------------------------------------------------

std::optional<Session> Accounts::session(const tlog::Hash& id) {
    auto& find = statement("SELECT id, user, address, begun_ms, seen_ms FROM session WHERE id = ?");
    return first(find.bind_blob(1, bytes_of(id)), session_in_row);
}

std::vector<Session> Accounts::sessions_of(std::string_view user) {
    auto& find = statement(
        "SELECT id, user, address, begun_ms, seen_ms FROM session WHERE user = ? ORDER BY "
        "begun_ms");
    return all(find.bind(1, user), session_in_row);
}

std::vector<Session> Accounts::sessions() {
    return all(statement("SELECT id, user, address, begun_ms, seen_ms FROM session"),
               session_in_row);
}

void Accounts::put(const Session& session) {
    statement("INSERT INTO session (id, user, address, begun_ms, seen_ms) VALUES (?, ?, ?, ?, ?)")
        .bind_blob(1, bytes_of(session.id))
        .bind(2, session.user)
        .bind(3, session.address)
        .bind(4, session.begun_ms)
        .bind(5, session.seen_ms)
        .run();
}

void Accounts::put_seen(const tlog::Hash& session, std::int64_t now_ms) {
    statement("UPDATE session SET seen_ms = ? WHERE id = ?")
        .bind(1, now_ms)
        .bind_blob(2, bytes_of(session))
        .run();
}

void Accounts::remove_session(const tlog::Hash& id) {
    statement("DELETE FROM session WHERE id = ?").bind_blob(1, bytes_of(id)).run();
}

void Accounts::remove_sessions_of(std::string_view user) {
    statement("DELETE FROM session WHERE user = ?").bind(1, user).run();
}

// --- tokens -----------------------------------------------------------------------------------

std::optional<Token> Accounts::token(std::string_view id) {
    auto& find = statement(
        "SELECT id, user, name, rights, mqtt, secret, made_ms, expires_ms, used_ms FROM token "
        "WHERE id = ?");
    return first(find.bind(1, id), token_in_row);
}

std::vector<Token> Accounts::tokens() {
    return all(statement("SELECT id, user, name, rights, mqtt, secret, made_ms, expires_ms, "
                         "used_ms FROM token ORDER BY user, id"),
               token_in_row);
}

void Accounts::put(const Token& token) {
    std::string rights;
    for (const auto& right : token.rights) rights += (rights.empty() ? "" : " ") + right;
    statement(
        "INSERT INTO token (id, user, name, rights, mqtt, secret, made_ms, expires_ms, used_ms) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(1, token.id)
        .bind(2, token.user)
        .bind(3, token.name)
        .bind(4, rights)
        .bind(5, std::int64_t{token.use == TokenUse::mqtt})
        .bind_blob(6, bytes_of(token.secret))
        .bind(7, token.made_ms)
        .bind(8, token.expires_ms)
        .bind(9, token.used_ms)
        .run();
}

void Accounts::put_used(std::string_view token, std::int64_t now_ms) {
    statement("UPDATE token SET used_ms = ? WHERE id = ?").bind(1, now_ms).bind(2, token).run();
}

void Accounts::remove_token(std::string_view id) {
    statement("DELETE FROM token WHERE id = ?").bind(1, id).run();
}

// --- failures ---------------------------------------------------------------------------------
// Three rows a try: (user, address), ('', address), (user, ''). No user and no address is empty.

LockOut::State Accounts::failures(std::string_view user, std::string_view address) {
    const auto row = [this](std::string_view of, std::string_view at) {
        auto& find = statement(
            "SELECT count, last_ms, until_ms FROM failures WHERE user = ? AND address = ?");
        return first(find.bind(1, of).bind(2, at),
                     [](const Statement& found) {
                         return Failures{.count = found.number(0),
                                         .last = found.number(1),
                                         .until = found.number(2)};
                     })
            .value_or(Failures{});
    };
    auto& known = statement("SELECT 1 FROM known WHERE user = ? AND address = ?");
    const bool is_known = known.bind(1, user).bind(2, address).step();
    known.reset();
    return {.pair = row(user, address),
            .address = row("", address),
            .user = row(user, ""),
            .known = is_known};
}

void Accounts::put_failures(std::string_view user, std::string_view address,
                            const LockOut::State& state) {
    const auto put_row = [this](std::string_view of, std::string_view at,
                                const Failures& failures) {
        if (failures == Failures{}) {
            statement("DELETE FROM failures WHERE user = ? AND address = ?")
                .bind(1, of)
                .bind(2, at)
                .run();
            return;
        }
        statement(
            "INSERT OR REPLACE INTO failures (user, address, count, last_ms, until_ms) VALUES (?, "
            "?, ?, ?, ?)")
            .bind(1, of)
            .bind(2, at)
            .bind(3, failures.count)
            .bind(4, failures.last)
            .bind(5, failures.until)
            .run();
    };
    put_row(user, address, state.pair);
    put_row("", address, state.address);
    put_row(user, "", state.user);
    if (state.known) {
        statement("INSERT OR IGNORE INTO known (user, address) VALUES (?, ?)")
            .bind(1, user)
            .bind(2, address)
            .run();
    }
    statement(
        "DELETE FROM failures WHERE (user, address) IN (SELECT user, address FROM failures ORDER "
        "BY last_ms DESC "
        "LIMIT -1 OFFSET ?)")
        .bind(1, most_counters)
        .run();
}

void Accounts::forget_failures_of(std::string_view user) {
    statement("DELETE FROM failures WHERE user = ?").bind(1, user).run();
}

bool Accounts::has_failures(std::string_view user, std::int64_t now_ms) {
    auto& find = statement("SELECT 1 FROM failures WHERE user = ? AND until_ms > ? LIMIT 1");
    const bool found = find.bind(1, user).bind(2, now_ms).step();
    find.reset();
    return found;
}

// --- set-up -----------------------------------------------------------------------------------

std::optional<Accounts::SetUp> Accounts::set_up() {
    return first(statement("SELECT code, expires_ms FROM set_up"), [](const Statement& row) {
        return SetUp{.code = hash_in(row.blob(0)), .expires_ms = row.number(1)};
    });
}

void Accounts::put(const SetUp& set_up) {
    statement("INSERT OR REPLACE INTO set_up (one, code, expires_ms, tries) VALUES (1, ?, ?, 0)")
        .bind_blob(1, bytes_of(set_up.code))
        .bind(2, set_up.expires_ms)
        .run();
}

void Accounts::remove_set_up() {
    statement("DELETE FROM set_up").run();
}

// --- what the log is to be told ---------------------------------------------------------------

void Accounts::put_untold(const Use& use) {
    const auto text = use.dump();
    statement("INSERT INTO untold (use) VALUES (?)").bind(1, text).run();
}

std::int64_t Accounts::untold_count() {
    return *first(statement("SELECT count(*) FROM untold"),
                  [](const Statement& row) { return row.number(0); });
}

std::optional<Untold> Accounts::claim_untold(std::int64_t now_ms, std::int64_t lease_ms) {
    auto& find = statement("SELECT id, use, claimed_until_ms FROM untold ORDER BY id LIMIT 1");
    if (!find.step()) return {};
    Untold untold{.id = find.number(0), .use = nlohmann::json::parse(find.text(1), nullptr, false)};
    const auto claimed_until = find.number(2);
    find.reset();
    // A clock that was set back does not keep it for ever.
    if (claimed_until > now_ms && claimed_until <= now_ms + lease_ms) return {};
    statement("UPDATE untold SET claimed_until_ms = ? WHERE id = ?")
        .bind(1, now_ms + lease_ms)
        .bind(2, untold.id)
        .run();
    return untold;
}

void Accounts::release_untold(std::int64_t id) {
    statement("UPDATE untold SET claimed_until_ms = 0 WHERE id = ?").bind(1, id).run();
}

void Accounts::remove_untold(std::int64_t id) {
    statement("DELETE FROM untold WHERE id = ?").bind(1, id).run();
}

}  // namespace sealwarden::identity
