#include "firmware/console/identity/identity.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "firmware/console/identity/credentials.hpp"
#include "firmware/console/identity/identity_work.hpp"
#include "firmware/diag.hpp"
#include "firmware/identity/names.hpp"
#include "firmware/identity/password_rules.hpp"
#include "firmware/identity/rights.hpp"
#include "firmware/identity/secrets.hpp"
#include "firmware/local/client.hpp"
#include "firmware/tlog/encoding.hpp"

namespace sealwarden::identity {

namespace asio = boost::asio;
using console::Problem;
using console::Request;
using console::Who;
using namespace std::chrono_literals;

namespace {

constexpr auto told_again = 5s, swept_every = 60s;
constexpr std::int64_t lease_ms = 60'000;
// Not at the local door either: only root and the gateway's own user see what is personal, and the
// accounts and the configuration are theirs.
constexpr std::string_view not_the_groups[] = {"personal", "users", "settings"};

// Somebody who does not exist is counted too; what was typed may be a password and is not kept.
std::string counted_name(const std::string& name) {
    return "?" + tlog::hex(tlog::bytes_of(tlog::sha256(name))).substr(0, 16);
}

Problem locked_out(std::int64_t wait_ms) {
    Problem problem{429, "locked_out", "too many wrong passwords: wait, then try again"};
    problem.headers["retry-after"] = std::to_string((wait_ms + 999) / 1000);
    return problem;
}

}  // namespace

Identity::Identity(const asio::any_io_executor& loop, console::Gateway& gateway,
                   std::function<WallTime()> now, IdentityOptions options)
    : options_{std::move(options)},
      wall_{std::move(now)},
      gateway_{gateway},
      loop_{loop},
      writer_{options_.directory, Accounts::Access::write},
      rules_{writer_, options_.roles},
      reader_{options_.directory, Accounts::Access::read},
      nobodys_hash_{hash_of(random_bytes(16), options_.cost)},
      untold_{loop},
      sweep_{loop} {}

void Identity::start() {
    asio::co_spawn(loop_, tell(), asio::detached);
    asio::co_spawn(loop_, sweep(), asio::detached);
}

void Identity::stop() {
    passwords_.stop();
    accounts_.stop();
}

Identity::Clock Identity::now() const {
    return std::chrono::floor<std::chrono::milliseconds>(wall_()).time_since_epoch().count();
}

// --- who asks ---------------------------------------------------------------------------------

asio::awaitable<Who> Identity::who(Request request) {
    const auto authorization = request.header("authorization");
    if (!authorization.empty()) {
        const auto token = token_in(authorization);
        auto found = token ? by_token(*token, true) : Who{};
        if (found.way == Who::Way::nobody) {
            auto use =
                use_of("denied", "token", {}, {.way = "token", .address = request.peer}, now());
            co_await put_throttled("token " + counted_address(request.peer), std::move(use));
        }
        co_return found;
    }
    co_return who_by(request, true);
}

asio::awaitable<Who> Identity::still(Request request) {
    co_return who_by(request, false);
}

Who Identity::who_by(const Request& request, bool counts_as_use) {
    // Who carries something is nobody else when it does not count.
    if (const auto header = request.header("authorization"); !header.empty()) {
        const auto token = token_in(header);
        return token ? by_token(*token, counts_as_use) : Who{};
    }
    if (const auto secret = session_in(request.header("cookie")); !secret.empty()) {
        return by_session(secret, counts_as_use);
    }
    return request.local ? by_socket(request) : Who{};
}

Who Identity::of(const User& user, const Role& role) const {
    return {.way = Who::Way::session,
            .user = user.id,
            .name = user.name,
            .role = role.id,
            .person = user.person,
            .language = user.language,
            .rights = role.rights};
}

Who Identity::by_session(const std::string& secret, bool counts_as_use) {
    const auto id = kept(secret);
    auto session = reader_.session(id);
    if (!session) return {};
    const auto user = reader_.user(session->user);
    const auto* role = user && user->enabled ? options_.roles.find(user->role) : nullptr;
    const auto time = now();
    const auto seen = seen_.find(id);
    const auto written = session->seen_ms;
    if (seen != seen_.end()) session->seen_ms = std::max(session->seen_ms, seen->second.at);
    if (ended(*session, role, time) != SessionEnd::no) return {};
    if (counts_as_use) {
        auto& used = seen_[id];
        used.at = time;
        if (time - std::max(written, used.written) >= seen_every_ms) {
            used.written = time;
            write_later([id, time](Accounts& accounts) { accounts.put_seen(id, time); });
        }
    }
    return of(*user, *role);
}

Who Identity::by_token(const TokenText& text, bool counts_as_use) {
    const auto token = reader_.token(text.id);
    const auto given = kept(text.secret);
    const auto expected = token ? token->secret : tlog::Hash{};
    if (!same(tlog::bytes_of(given), tlog::bytes_of(expected)) || !token) return {};
    const auto time = now();
    const auto user = reader_.user(token->user);
    const auto* role = user && user->enabled ? options_.roles.find(user->role) : nullptr;
    if (role == nullptr || token->use != TokenUse::http || time >= token->expires_ms) return {};
    auto& written = token_used_[token->id];
    if (counts_as_use && time - std::max(token->used_ms, written) >= seen_every_ms) {
        written = time;
        write_later([id = token->id, time](Accounts& accounts) { accounts.put_used(id, time); });
    }
    auto who = of(*user, *role);
    who.way = Who::Way::token;
    who.user = user->id + "/" + token->name;
    who.rights = rights_of(*token, *role);
    return who;
}

// Root and the console's own user can read and write the accounts themselves. Who else the socket's
// mode lets in is of the gateway's group, and may here what the local door lets the group do.
Who Identity::by_socket(const Request& request) {
    if (!request.uid) return {};
    Who who{.way = Who::Way::socket, .user = request.peer, .name = request.peer};
    const bool all = *request.uid == 0 || *request.uid == ::geteuid();
    who.role = all ? "machine" : "group";
    for (const auto right : all_rights()) {
        if (all || std::ranges::find(not_the_groups, right) == std::end(not_the_groups)) {
            who.rights.emplace(right);
        }
    }
    return who;
}

bool Identity::has_csrf_token(const Request& request, const Who& who) {
    if (who.way != Who::Way::session) return true;
    const auto secret = session_in(request.header("cookie"));
    return !secret.empty() && same(request.header("x-csrf-token"), derived(secret, csrf));
}

asio::awaitable<void> Identity::denied(Request request, Who who, std::string right) {
    const auto doer = doer_of(who, request);
    auto use = use_of("denied", "route", doer.user, doer, now());
    use["reason"] = right;
    use["route"] = request.path.substr(0, 256);
    auto key = doer.by + " " + right;
    co_await put_throttled(std::move(key), std::move(use));
}

// --- what the log is told ---------------------------------------------------------------------

asio::awaitable<void> Identity::put_uses(std::vector<Use> uses) {
    if (uses.empty()) co_return;
    const auto most = options_.most_untold;
    auto put = [list = std::move(uses), most](Accounts& accounts, Administration&) {
        // The gateway has been silent for long. What was refused is then told no more; what people
        // do is not done.
        if (accounts.untold_count() >= most) return;
        Accounts::Change change{accounts};
        for (const auto& use : list) accounts.put_untold(use);
        change.commit();
    };
    co_await write(std::move(put));
    tell_soon();
}

asio::awaitable<void> Identity::put_throttled(std::string key, Use use) {
    const auto count = throttle_.one_more(key, now());
    if (!count) co_return;
    if (*count > 1) use["count"] = *count;
    std::vector<Use> uses;
    uses.push_back(std::move(use));
    co_await put_uses(std::move(uses));
}

void Identity::write_later(std::function<void(Accounts&)> work) {
    asio::co_spawn(loop_, write([work = std::move(work)](Accounts& accounts, Administration&) {
                       Accounts::Change change{accounts};
                       work(accounts);
                       change.commit();
                   }),
                   [](const std::exception_ptr& error) {
                       if (!error) return;
                       try {
                           std::rethrow_exception(error);
                       } catch (const std::exception& trouble) {
                           diag::warn("the accounts cannot be written", {{"why", trouble.what()}});
                       }
                   });
}

void Identity::tell_soon() {
    more_untold_ = true;
    untold_.cancel();
}

asio::awaitable<Identity::Told> Identity::told(Use use) {
    std::string why;
    auto outcome = Told::yes;
    try {
        co_await gateway_.ask("used", told_at(std::move(use), now()));
    } catch (const local::Refused& refused) {
        // What the door does not understand it will not understand later either.
        outcome = refused.code == "usage" ? Told::never : Told::later;
        why = refused.what();
    } catch (const std::exception& error) {
        outcome = Told::later;
        why = error.what();
    }
    if (!why.empty() && why != said_) {
        diag::warn("the log is not told yet what people do at the console", {{"why", why}});
    }
    said_ = why;
    co_return outcome;
}

asio::awaitable<void> Identity::tell() {
    for (;;) {
        more_untold_ = false;
        std::optional<Untold> untold;
        bool wait = false;
        try {
            const auto time = now();
            auto claim = [time](Accounts& accounts, Administration&) {
                std::optional<Untold> first;
                if (accounts.untold_count() == 0) return first;
                Accounts::Change change{accounts};
                first = accounts.claim_untold(time, lease_ms);
                change.commit();
                return first;
            };
            untold = co_await write(std::move(claim));
            wait = !untold;
            if (untold) {
                const auto outcome = co_await told(untold->use);
                wait = outcome == Told::later;
                auto settle = [id = untold->id, wait](Accounts& accounts, Administration&) {
                    Accounts::Change change{accounts};
                    if (wait)
                        accounts.release_untold(id);
                    else
                        accounts.remove_untold(id);
                    change.commit();
                };
                co_await write(std::move(settle));
            }
        } catch (const std::exception& error) {
            diag::warn("the accounts cannot be written", {{"why", error.what()}});
            wait = true;
        }
        if (!wait) continue;
        if (!untold && more_untold_) continue;
        untold_.expires_after(told_again);
        boost::system::error_code ignored;
        co_await untold_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

// Ends the sessions whose time is over, and says so; writes down when the others were used.
asio::awaitable<void> Identity::sweep() {
    for (;;) {
        try {
            const auto time = now();
            auto times = seen_times(std::exchange(seen_, {}));
            auto look = [this, time, seen = std::move(times)](Accounts& accounts, Administration&) {
                return swept(accounts, options_.roles, seen, time);
            };
            const auto ends = co_await write(std::move(look));
            if (ends > 0) tell_soon();
        } catch (const std::exception& error) {
            diag::warn("the accounts cannot be written", {{"why", error.what()}});
        }
        sweep_.expires_after(swept_every);
        boost::system::error_code ignored;
        co_await sweep_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

// --- passwords --------------------------------------------------------------------------------

Identity::Place::Place(Identity& identity) : identity_{identity} {
    if (identity.hashing_ >= identity.options_.most_hashing) {
        Problem busy{503, "too_slow", "many people sign in just now: try again in a few seconds"};
        busy.headers["retry-after"] = "3";
        throw Problem{busy};
    }
    ++identity.hashing_;
}

asio::awaitable<bool> Identity::is_password(std::string password, std::string hash) {
    auto compare = [password = std::move(password), hash = std::move(hash)]() mutable {
        const bool yes = fits(password, hash);
        wipe(password);
        return yes;
    };
    const auto fit = co_await passwords_.run(std::move(compare));
    co_return fit;
}

asio::awaitable<std::string> Identity::hashed(std::string password) {
    auto make = [password = std::move(password), cost = options_.cost]() mutable {
        auto made = hash_of(password, cost);
        wipe(password);
        return made;
    };
    auto hash = co_await passwords_.run(std::move(make));
    co_return hash;
}

void Identity::check_password(const std::string& password, const std::string& user,
                              const std::string& name) const {
    auto names = options_.names;
    names.push_back(user);
    names.push_back(name);
    const auto fault = fault_of(password, names);
    if (fault != PasswordFault::none) throw Problem{400, "weak_password", sentence_of(fault)};
}

asio::awaitable<Identity::Try> Identity::begin_try(std::string name, std::string act,
                                                   Request request) {
    const auto user = is_name(name) ? reader_.user(name) : std::nullopt;
    Try one{.user = user ? user->id : std::string{},
            .counted = user ? user->id : counted_name(name),
            .address = counted_address(request.peer),
            .attempt = {}};
    const auto time = now();
    auto wait = options_.lock_out.wait(reader_.failures(one.counted, one.address), time);
    if (wait == 0) {
        const auto rules = options_.lock_out;
        auto count = [one, rules, time](Accounts& accounts, Administration&) {
            Accounts::Change change{accounts};
            LockOut::Attempt attempt{.before = accounts.failures(one.counted, one.address),
                                     .after = {}};
            const auto closed = rules.wait(attempt.before, time);
            if (closed == 0) {
                attempt.after = rules.attempt(attempt.before, time);
                accounts.put_failures(one.counted, one.address, attempt.after);
                change.commit();
            }
            return std::pair{closed, attempt};
        };
        const auto counted = co_await write(std::move(count));
        wait = counted.first;
        one.attempt = counted.second;
    }
    if (wait > 0) {
        auto use =
            use_of("denied", act, one.user, {.way = "session", .address = request.peer}, time);
        use["reason"] = "locked_out";
        auto key = act + " " + one.counted + " " + one.address;
        co_await put_throttled(std::move(key), std::move(use));
        throw locked_out(wait);
    }
    co_return one;
}

asio::awaitable<void> Identity::failed(Try one, std::string act, std::string reason,
                                       Request request) {
    const auto time = now();
    const Doer doer{.user = {}, .by = {}, .role = {}, .way = "session", .address = request.peer};
    std::vector<Use> uses;
    uses.push_back(use_of("denied", act, one.user, doer, time));
    uses.back()["reason"] = reason;
    const auto& after = one.attempt.after;
    const auto& rules = options_.lock_out;
    const auto closed = [&](const char* what, bool is) {
        if (!is) return;
        uses.push_back(use_of("locked_out", act, one.user, doer, time));
        uses.back()["reason"] = what;
    };
    closed("here", rules.pair.wait(after.pair, time) > 0);
    closed("address", rules.address.wait(after.address, time) > 0);
    closed("everywhere", rules.user.wait(after.user, time) > 0);
    co_await put_uses(std::move(uses));
    throw Problem{401, "wrong_credentials", "user and password do not belong together"};
}

}  // namespace sealwarden::identity
