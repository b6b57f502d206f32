#include "firmware/identity/administration.hpp"

#include <algorithm>

#include "firmware/identity/names.hpp"
#include "firmware/identity/rights.hpp"
#include "firmware/identity/secrets.hpp"

namespace sealwarden::identity {
namespace {

constexpr std::int64_t day_ms = std::int64_t{24} * 60 * 60'000;
constexpr std::size_t most_users = 1000;

std::string refused(std::string_view id) {
    return "`" + std::string{id} + "`";
}

}  // namespace

User Administration::existing(std::string_view id) {
    auto user = accounts_.user(id);
    if (!user) throw Refusal{"not_found", "there is no user " + refused(id)};
    return *std::move(user);
}

void Administration::check(const User& user) const {
    if (!is_name(user.id)) throw Refusal{"usage", "a user's id is 1 to 40 of a-z, 0-9 and -"};
    if (!is_sentence(user.name)) throw Refusal{"usage", "a name has 1 to 80 characters"};
    if (roles_.find(user.role) == nullptr) {
        std::string known;
        for (const auto& [id, role] : roles_.all()) known += (known.empty() ? "" : ", ") + id;
        throw Refusal{"usage", "there is no role " + refused(user.role) + "; there are " + known};
    }
    // Ids of the gateway's register of people, which may have others than ours.
    if (user.person.size() > 64 || (!user.person.empty() && !is_sentence(user.person))) {
        throw Refusal{"usage", "a person's id has at most 64 characters"};
    }
    if (!user.trained_on.empty() && !is_date(user.trained_on)) {
        throw Refusal{"usage", "the day of the training is a date like 2027-06-30"};
    }
}

bool Administration::manages(const User& user) const {
    const auto* role = roles_.find(user.role);
    return user.enabled && role != nullptr && role->rights.contains("users");
}

bool Administration::others_manage(std::string_view but) {
    return std::ranges::any_of(accounts_.users(),
                               [&](const User& user) { return user.id != but && manages(user); });
}

void Administration::tell(std::string_view act, std::string_view user, const Doer& doer,
                          std::int64_t now_ms, const std::string& token,
                          const std::string& reason) {
    auto use = use_of("changed", act, user, doer, now_ms);
    if (!token.empty()) use["token"] = token;
    if (!reason.empty()) use["reason"] = reason;
    accounts_.put_untold(use);
}

void Administration::add(const User& user, const std::string& hash, const Doer& doer,
                         std::int64_t now_ms) {
    check(user);
    Accounts::Change change{accounts_};
    if (accounts_.user(user.id)) {
        throw Refusal{"refused", "there is a user " + refused(user.id) + " already"};
    }
    if (accounts_.users().size() >= most_users) throw Refusal{"refused", "there are 1000 users"};
    auto made = user;
    made.made_ms = now_ms;
    accounts_.put(made);
    accounts_.put_password(user.id, hash);
    tell("user.added", user.id, doer, now_ms, {}, user.role);
    change.commit();
}

User Administration::change(std::string_view id, const UserChange& wanted, const Doer& doer,
                            std::int64_t now_ms) {
    Accounts::Change change{accounts_};
    const auto before = existing(id);
    auto user = before;
    user.name = wanted.name.value_or(user.name);
    user.role = wanted.role.value_or(user.role);
    user.person = wanted.person.value_or(user.person);
    user.trained_on = wanted.trained_on.value_or(user.trained_on);
    user.language = wanted.language.value_or(user.language);
    user.enabled = wanted.enabled.value_or(user.enabled);
    const bool new_password = !wanted.password_hash.empty();
    if (user == before && !new_password && !wanted.unlock) return user;
    check(user);
    // On the machine itself there is no account, and so nobody's own one.
    if (doer.user == id && (user.role != before.role || user.person != before.person)) {
        throw Refusal{"not_allowed",
                      "nobody gives himself a role or a person: another administrator does"};
    }
    if (manages(before) && !manages(user) && !others_manage(id)) {
        throw Refusal{"refused",
                      "nobody else could manage users then: give somebody the role first"};
    }
    accounts_.put(user);
    if (new_password) accounts_.put_password(id, wanted.password_hash);
    if (new_password || user.role != before.role || !user.enabled) {
        accounts_.remove_sessions_of(id);
    }
    if (user.role != before.role) tell("user.role", id, doer, now_ms, {}, user.role);
    if (user.enabled != before.enabled) {
        tell(user.enabled ? "user.enabled" : "user.disabled", id, doer, now_ms);
    }
    if (user.person != before.person) tell("user.person", id, doer, now_ms);
    if (user.trained_on != before.trained_on) tell("user.trained", id, doer, now_ms);
    if (user.name != before.name || user.language != before.language) {
        tell("user.described", id, doer, now_ms);
    }
    if (new_password) tell("user.password", id, doer, now_ms);
    if (new_password && doer.user != id) revoke_tokens_of(user, doer, now_ms);
    if (wanted.unlock) {
        accounts_.forget_failures_of(id);
        tell("user.unlocked", id, doer, now_ms);
    }
    change.commit();
    return user;
}

void Administration::revoke_tokens_of(const User& user, const Doer& doer, std::int64_t now_ms) {
    for (const auto& token : accounts_.tokens()) {
        if (token.user != user.id) continue;
        accounts_.remove_token(token.id);
        tell("token.revoked", user.id, doer, now_ms, token.name, "password");
    }
}

void Administration::remove(std::string_view id, const Doer& doer, std::int64_t now_ms) {
    Accounts::Change change{accounts_};
    const auto user = existing(id);
    if (manages(user) && !others_manage(id)) {
        throw Refusal{"refused",
                      "nobody else could manage users then: give somebody the role first"};
    }
    accounts_.remove_user(user.id);
    tell("user.removed", user.id, doer, now_ms);
    change.commit();
}

std::pair<Token, std::string> Administration::add_token(const NewToken& wanted, const Doer& doer,
                                                        std::int64_t now_ms) {
    if (!is_name(wanted.name)) {
        throw Refusal{"usage", "a token's name is 1 to 40 of a-z, 0-9 and -"};
    }
    if (wanted.days < 1 || wanted.days > longest_token_days) {
        throw Refusal{"usage",
                      "a token lasts 1 to " + std::to_string(longest_token_days) + " days"};
    }
    if (wanted.rights.empty()) throw Refusal{"usage", "a token must have a right"};
    Accounts::Change change{accounts_};
    const auto user = existing(wanted.user);
    const auto* role = roles_.find(user.role);
    for (const auto& right : wanted.rights) {
        if (!is_right(right)) throw Refusal{"usage", "there is no right " + refused(right)};
        if (role == nullptr || !role->rights.contains(right)) {
            throw Refusal{"not_allowed", refused(user.id) + " has no right " + refused(right) +
                                             ", so no token can have it"};
        }
    }
    std::size_t count = 0;
    for (const auto& token : accounts_.tokens()) {
        if (token.user != user.id) continue;
        ++count;
        if (token.name == wanted.name) {
            throw Refusal{"refused", "the user has a token of that name: revoke it first"};
        }
    }
    if (count >= most_tokens) throw Refusal{"refused", "the user has 64 tokens: revoke one"};
    const auto text = new_token();
    Token token{.id = text.id,
                .user = user.id,
                .name = wanted.name,
                .rights = wanted.rights,
                .use = wanted.use,
                .secret = kept(text.secret),
                .made_ms = now_ms,
                .expires_ms = now_ms + wanted.days * day_ms};
    accounts_.put(token);
    tell("token.added", user.id, doer, now_ms, token.name);
    change.commit();
    return {token, text_of(text)};
}

void Administration::remove_token(std::string_view id, const Doer& doer, std::int64_t now_ms) {
    Accounts::Change change{accounts_};
    const auto token = accounts_.token(id);
    if (!token) throw Refusal{"not_found", "there is no token " + refused(id)};
    accounts_.remove_token(id);
    tell("token.revoked", token->user, doer, now_ms, token->name);
    change.commit();
}

// --- set-up -----------------------------------------------------------------------------------

bool Administration::needs_set_up() {
    return !others_manage({});
}

std::string Administration::new_set_up_code(const Doer& doer, std::int64_t now_ms) {
    Accounts::Change change{accounts_};
    if (!needs_set_up()) {
        throw Refusal{"refused",
                      "somebody can manage users already; `sealwarden user add --role admin` makes "
                      "another one"};
    }
    const auto code = new_code();
    accounts_.put(
        Accounts::SetUp{.code = kept(*code_from(code)), .expires_ms = now_ms + set_up_ms});
    tell("set_up.code", {}, doer, now_ms);
    change.commit();
    return code;
}

bool Administration::fits_set_up(std::string_view typed, std::int64_t now_ms) {
    const auto code = code_from(typed);
    const auto made = accounts_.set_up();
    return code && made && needs_set_up() && now_ms < made->expires_ms &&
           now_ms >= made->expires_ms - set_up_ms &&
           same(tlog::bytes_of(kept(*code)), tlog::bytes_of(made->code));
}

void Administration::set_up(std::string_view typed, const User& user, const std::string& hash,
                            const Doer& doer, std::int64_t now_ms) {
    auto first = user;
    first.made_ms = now_ms;
    check(first);
    Accounts::Change change{accounts_};
    if (!needs_set_up()) throw Refusal{"refused", "somebody can manage users already"};
    if (!fits_set_up(typed, now_ms)) {
        throw Refusal{
            "not_allowed",
            "the code does not fit: it is valid for 30 minutes; `sealwarden console setup-code` on "
            "the machine makes another one"};
    }
    if (accounts_.user(first.id)) {
        throw Refusal{"refused", "there is a user " + refused(first.id) + " already"};
    }
    if (!manages(first)) throw Refusal{"usage", "the first user must be able to manage users"};
    accounts_.put(first);
    accounts_.put_password(first.id, hash);
    accounts_.remove_set_up();
    tell("set_up.done", first.id, doer, now_ms, {}, first.role);
    change.commit();
}

}  // namespace sealwarden::identity
