// What may be changed of the accounts, by whom, and what the log is told of it: one set of rules
// for the console's routes and the command line. Blocking; on the thread of its Accounts.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "firmware/identity/accounts.hpp"
#include "firmware/identity/roles.hpp"
#include "firmware/identity/uses.hpp"

namespace sealwarden::identity {

// It is understood and not done. `code` is the local door's: "usage", "not_found", "refused", …
struct Refusal : std::runtime_error {
    Refusal(std::string word, const std::string& sentence)
        : std::runtime_error{sentence}, code{std::move(word)} {}
    std::string code;
};

// What is to be another; empty: stays.
struct UserChange {
    std::optional<std::string> name, role, person, trained_on;
    std::optional<Language> language;
    std::optional<bool> enabled;
};

class Administration {
  public:
    Administration(Accounts& accounts, const Roles& roles) : accounts_{accounts}, roles_{roles} {}

    // `hash`: hash_of() a password that has no fault. Each throws Refusal.
    void add(const User& user, const std::string& hash, const Doer& doer, std::int64_t now_ms);
    // Another role, or disabled: the sessions end. The last one who can manage users stays one.
    User change(std::string_view id, const UserChange& change, const Doer& doer,
                std::int64_t now_ms);
    // Ends the sessions, all of them.
    void put_password(std::string_view id, const std::string& hash, const Doer& doer,
                      std::int64_t now_ms);
    void remove(std::string_view id, const Doer& doer, std::int64_t now_ms);
    void unlock(std::string_view id, const Doer& doer, std::int64_t now_ms);

    // The rights are those the user has at most; throws Refusal for others. Returns the token,
    // once.
    struct NewToken {
        std::string user, name;
        Rights rights;
        TokenUse use = TokenUse::http;
        int days = usual_token_days;
    };
    std::pair<Token, std::string> add_token(const NewToken& wanted, const Doer& doer,
                                            std::int64_t now_ms);
    void remove_token(std::string_view id, const Doer& doer, std::int64_t now_ms);

    // Is there nobody who can manage users?
    [[nodiscard]] bool needs_set_up();
    static constexpr std::int64_t set_up_ms = 30 * 60'000, most_set_up_tries = 10;
    std::string new_set_up_code(const Doer& doer, std::int64_t now_ms);
    // The first user who can. A wrong code counts: after ten none fits any more.
    void set_up(std::string_view code, const User& user, const std::string& hash, const Doer& doer,
                std::int64_t now_ms);

  private:
    [[nodiscard]] bool fits_set_up(std::string_view code, std::int64_t now_ms);
    User existing(std::string_view id);
    void check(const User& user) const;
    [[nodiscard]] bool manages(const User& user) const;
    [[nodiscard]] bool others_manage(std::string_view but);
    void tell(std::string_view act, std::string_view user, const Doer& doer, std::int64_t now_ms,
              const std::string& token = {}, const std::string& reason = {});

    Accounts& accounts_;
    const Roles& roles_;
};

}  // namespace sealwarden::identity
