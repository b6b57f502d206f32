// The accounts as they are kept: `<console directory>/users.sqlite`. Users, sessions, tokens,
// counters of failures, the set-up code, and what the log has not been told yet. Blocking; one
// thread an object. The console reads with one object on its loop and writes with another on a
// thread; the command line writes beside them.
//
// SQLite wants one writer in the world (sqlite.hpp): whoever writes holds the lock on
// `users.lock` meanwhile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/descriptor.hpp"
#include "firmware/identity/lock_out.hpp"
#include "firmware/identity/session.hpp"
#include "firmware/identity/token.hpp"
#include "firmware/identity/uses.hpp"
#include "firmware/sqlite/sqlite.hpp"
#include "firmware/text/text.hpp"

namespace sealwarden::identity {

struct User {
    std::string id;    // "ana"; of is_name(), also in the log
    std::string name;  // for people; never in the log
    std::string role;
    std::string person;  // the id in the gateway's register of people, or empty
    Language language = Language::english;
    bool enabled = true;
    std::string trained_on;  // "2026-03-01": in operating this; or empty
    std::int64_t made_ms = 0, signed_in_ms = 0;
    friend bool operator==(const User&, const User&) = default;
};

struct Untold {
    std::int64_t id = 0;
    Use use;
};

// The file cannot be used: whose it is, who may read it, what is in it. One sentence.
struct Unusable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Accounts {
  public:
    using Access = sqlite::Access;
    // With Access::write makes the directory (0700) and the file (0600) where they are missing, and
    // a new file's tables. Throws Unusable. Everything else throws sqlite::Failure.
    Accounts(const std::filesystem::path& directory, Access access);

    static std::filesystem::path file_in(const std::filesystem::path& directory);

    // Holds the lock and a transaction; what is not committed did not happen.
    class Change {
      public:
        explicit Change(Accounts& accounts);
        void commit();

      private:
        struct Lock {
            explicit Lock(int descriptor);
            ~Lock();
            Lock(const Lock&) = delete;
            Lock& operator=(const Lock&) = delete;
            int descriptor;
        };
        Accounts& accounts_;
        Lock lock_;
        sqlite::Transaction transaction_;
    };

    // Users.
    [[nodiscard]] std::optional<User> user(std::string_view id);
    [[nodiscard]] std::vector<User> users();                       // by id
    [[nodiscard]] std::string password_hash(std::string_view id);  // empty: no such user
    void put(const User& user);  // a new one, or in place of the one of that id; keeps its password
    void put_password(std::string_view user, const std::string& hash);
    void put_signed_in(std::string_view user, std::int64_t now_ms);
    void remove_user(std::string_view id);  // with all that is of this user

    // Sessions.
    [[nodiscard]] std::optional<Session> session(const tlog::Hash& id);
    [[nodiscard]] std::vector<Session> sessions_of(std::string_view user);  // oldest first
    [[nodiscard]] std::vector<Session> sessions();
    void put(const Session& session);
    void put_seen(const tlog::Hash& session, std::int64_t now_ms);
    void remove_session(const tlog::Hash& id);
    void remove_sessions_of(std::string_view user);

    // Tokens.
    [[nodiscard]] std::optional<Token> token(std::string_view id);
    [[nodiscard]] std::vector<Token> tokens();  // of all users, by user and id
    void put(const Token& token);
    void put_used(std::string_view token, std::int64_t now_ms);
    void remove_token(std::string_view id);

    // Failures: `user` may be one that does not exist.
    [[nodiscard]] LockOut::State failures(std::string_view user, std::string_view address);
    void put_failures(std::string_view user, std::string_view address, const LockOut::State& state);
    void forget_failures_of(std::string_view user);  // wherever they came from
    [[nodiscard]] bool has_failures(std::string_view user, std::int64_t now_ms);

    // The one-time code for the first user who may make others.
    struct SetUp {
        tlog::Hash code{};
        std::int64_t expires_ms = 0;
    };
    [[nodiscard]] std::optional<SetUp> set_up();
    void put(const SetUp& set_up);
    void remove_set_up();

    // What the log is still to be told, oldest first. Written in the same transaction as what it is
    // about, so neither can be without the other.
    void put_untold(const Use& use);
    [[nodiscard]] std::int64_t untold_count();
    // The first one, for whoever tells it within the lease; others are not given it meanwhile.
    [[nodiscard]] std::optional<Untold> claim_untold(std::int64_t now_ms, std::int64_t lease_ms);
    void release_untold(std::int64_t id);  // it could not be told
    void remove_untold(std::int64_t id);   // it was

  private:
    void make_tables();
    sqlite::Statement& statement(const char* sql);

    Descriptor lock_;
    sqlite::Connection connection_;
    std::map<const char*, sqlite::Statement> statements_;  // by the literal; reset when handed out
};

}  // namespace sealwarden::identity
