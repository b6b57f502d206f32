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
    std::string password_hash;  // hash_of() a password that has no fault
    bool unlock = false;        // wrong passwords are forgotten
};

class Administration {
  public:
    Administration(Accounts& accounts, const Roles& roles) : accounts_{accounts}, roles_{roles} {}

    // `hash`: hash_of() a password that has no fault. Each throws Refusal.
    void add(const User& user, const std::string& hash, const Doer& doer, std::int64_t now_ms);
    // All of it or nothing. Another role, disabled, another password: the sessions end. A password
    // that somebody else gave revokes the user's tokens: whoever had the old one may have made
    // them. The last one who can manage users stays one, and nobody gives himself a role or a
    // person.
    User change(std::string_view id, const UserChange& change, const Doer& doer,
                std::int64_t now_ms);
    void remove(std::string_view id, const Doer& doer, std::int64_t now_ms);

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
    static constexpr std::int64_t set_up_ms = std::int64_t{30} * 60'000;
    std::string new_set_up_code(const Doer& doer, std::int64_t now_ms);
    // Is it the code, and does it still count? However often somebody else asks, it does: 100 bits
    // are not guessed, and a limit would be a stranger's way to keep the console from being set up.
    [[nodiscard]] bool fits_set_up(std::string_view code, std::int64_t now_ms);
    // The first user who can.
    void set_up(std::string_view code, const User& user, const std::string& hash, const Doer& doer,
                std::int64_t now_ms);

  private:
    User existing(std::string_view id);
    void check(const User& user) const;
    [[nodiscard]] bool manages(const User& user) const;
    [[nodiscard]] bool others_manage(std::string_view but);
    void revoke_tokens_of(const User& user, const Doer& doer, std::int64_t now_ms);
    void tell(std::string_view act, std::string_view user, const Doer& doer, std::int64_t now_ms,
              const std::string& token = {}, const std::string& reason = {});

    Accounts& accounts_;
    const Roles& roles_;
};

}  // namespace sealwarden::identity
