// What the routes of identity do.
#include <algorithm>

#include "firmware/console/identity/body.hpp"
#include "firmware/console/identity/credentials.hpp"
#include "firmware/console/identity/identity_work.hpp"
#include "firmware/identity/secrets.hpp"

namespace sealwarden::identity {

namespace asio = boost::asio;
using console::Call;
using console::Problem;
using console::Request;
using console::Response;
using console::Who;
using nlohmann::json;

namespace {

constexpr std::size_t longest_typed = 1024;

Response answer(const json& body) {
    Response response;
    response.headers["content-type"] = "application/json";
    response.headers["cache-control"] = "no-store";
    response.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
    return response;
}

Response nothing() {
    Response response;
    response.status = 204;
    response.headers["cache-control"] = "no-store";
    return response;
}

std::string_view code_of(Language language) {
    return language == Language::spanish ? "es" : "en";
}

std::optional<Language> language_in(const Body& body) {
    const auto code = body.maybe_text("language");
    if (!code) return {};
    if (*code == "en") return Language::english;
    if (*code == "es") return Language::spanish;
    throw Problem{400, "usage", "`language` must be en or es"};
}

json rights_json(const Rights& rights) {
    return json(std::vector<std::string>(rights.begin(), rights.end()));
}

json token_json(const Token& token) {
    return {{"id", token.id},
            {"user", token.user},
            {"name", token.name},
            {"rights", rights_json(token.rights)},
            {"use", token.use == TokenUse::mqtt ? "mqtt" : "http"},
            {"made_ts", token.made_ms},
            {"expires_ts", token.expires_ms},
            {"used_ts", token.used_ms == 0 ? json{} : json(token.used_ms)}};
}

// A page elsewhere can make a browser post a form here, and sign somebody in as somebody else; it
// cannot make it say that a form is JSON (Fetch Standard, CORS-safelisted request headers).
void as_json(const Request& request) {
    if (request.header("content-type").starts_with("application/json")) return;
    throw Problem{415, "usage", "the body must be application/json"};
}

// What only somebody who signed in may do: a program's token makes no tokens and no passwords.
void by_a_person(const Who& who) {
    if (who.way == Who::Way::session) return;
    throw Problem{403, "not_allowed", "only who signed in with a password may do this"};
}

void by_no_token(const Who& who) {
    if (who.way != Who::Way::token) return;
    throw Problem{403, "not_allowed", "a token may not do this"};
}

// The password of this try did fit.
template <class Try>
void settle(Accounts& accounts, const Try& fitted) {
    if (fitted.counted.empty()) return;
    const auto failures = accounts.failures(fitted.counted, fitted.address);
    accounts.put_failures(fitted.counted, fitted.address,
                          LockOut::succeeded(failures, fitted.attempt));
}

}  // namespace

Problem problem_of(const Refusal& refusal) {
    const auto& code = refusal.code;
    const unsigned status = code == "usage"         ? 400
                            : code == "not_found"   ? 404
                            : code == "not_allowed" ? 403
                                                    : 409;
    return {status, code, refusal.what()};
}

Doer doer_of(const Who& who, const Request& request) {
    Doer doer{.user = {}, .by = who.user, .role = who.role, .way = {}, .address = request.peer};
    switch (who.way) {
        case Who::Way::nobody: break;
        case Who::Way::session:
            doer.way = "session";
            doer.user = who.user;
            break;
        case Who::Way::token:
            doer.way = "token";
            doer.user = who.user.substr(0, who.user.find('/'));
            break;
        case Who::Way::socket: doer.way = "socket"; break;
    }
    return doer;
}

int swept(Accounts& accounts, const Roles& roles, const std::map<tlog::Hash, std::int64_t>& seen,
          std::int64_t now_ms) {
    int ends = 0;
    Accounts::Change change{accounts};
    for (auto& session : accounts.sessions()) {
        if (const auto used = seen.find(session.id);
            used != seen.end() && used->second > session.seen_ms) {
            session.seen_ms = used->second;
            accounts.put_seen(session.id, session.seen_ms);
        }
        const auto user = accounts.user(session.user);
        const auto end = ended(session, user ? roles.find(user->role) : nullptr, now_ms);
        if (end == SessionEnd::no) continue;
        accounts.remove_session(session.id);
        auto use = use_of("signed_out", "session", session.user,
                          {.way = "session", .address = session.address}, now_ms);
        use["reason"] = to_string(end);
        accounts.put_untold(use);
        ++ends;
    }
    change.commit();
    return ends;
}

// --- sessions ---------------------------------------------------------------------------------

Response Identity::session_answer(const Who& who, const std::string& token,
                                  std::optional<Clock> expires) const {
    json body{{"user", who.user},
              {"name", who.name},
              {"role", who.role},
              {"person", who.person},
              {"language", code_of(who.language)},
              {"rights", rights_json(who.rights)},
              {"csrf", token}};
    body["expires_ts"] = expires ? json(*expires) : json{};
    return answer(body);
}

asio::awaitable<Response> Identity::begin_session(User user, Request request, Try fitted,
                                                  std::string new_hash) {
    const auto secret = new_secret();
    const auto presented = session_in(request.header("cookie"));
    const auto time = now();
    const Session session{.id = kept(secret),
                          .user = user.id,
                          .address = request.peer,
                          .begun_ms = time,
                          .seen_ms = time};
    auto use = use_of("signed_in", "sign_in", user.id,
                      {.role = user.role, .way = "session", .address = request.peer}, time);
    auto begin = [=](Accounts& accounts, Administration&) {
        Accounts::Change change{accounts};
        // Since the password was compared the account may have become another.
        const auto still = accounts.user(user.id);
        if (!still || !still->enabled || still->role != user.role) {
            throw Refusal{"refused", "the account was changed just now: sign in again"};
        }
        settle(accounts, fitted);
        // Whoever knows the id from before the sign-in has nothing of it (session fixation).
        if (!presented.empty()) accounts.remove_session(kept(presented));
        const auto open = accounts.sessions_of(user.id);
        for (std::size_t i = 0; i + most_sessions <= open.size(); ++i) {
            accounts.remove_session(open[i].id);
        }
        accounts.put(session);
        accounts.put_signed_in(user.id, time);
        if (!new_hash.empty()) accounts.put_password(user.id, new_hash);
        accounts.put_untold(use);
        change.commit();
    };
    co_await change(std::move(begin));
    const auto* role = options_.roles.find(user.role);
    auto response =
        session_answer(of(user, *role), derived(secret, csrf), expires_ms(session, *role));
    response.headers["set-cookie"] = set_cookie(secret);
    co_return response;
}

asio::awaitable<Response> Identity::sign_in(Call call) {
    as_json(call.request);
    const Body body{call.request.body, {"user", "password"}};
    const auto name = body.text("user", longest_typed);
    auto password = body.text("password", longest_typed);
    const Place place{*this};
    auto one = co_await begin_try(name, "sign_in", call.request);
    const auto user = one.user.empty() ? std::nullopt : reader_.user(one.user);
    auto hash = user ? reader_.password_hash(user->id) : std::string{};
    const bool has_password = !hash.empty();
    // The same work for a name that nobody has.
    if (!has_password) hash = nobodys_hash_;
    const bool fit = co_await is_password(password, hash);
    const auto* role = user ? options_.roles.find(user->role) : nullptr;
    if (!fit || !has_password || !user->enabled || role == nullptr) {
        std::string reason = !user ? "unknown" : !fit || !has_password ? "password" : "disabled";
        co_await failed(one, "sign_in", std::move(reason), std::move(call.request));
    }
    std::string new_hash;
    if (has_other_cost(hash, options_.cost)) new_hash = co_await hashed(password);
    wipe(password);
    auto response =
        co_await begin_session(*user, std::move(call.request), std::move(one), std::move(new_hash));
    co_return response;
}

asio::awaitable<Response> Identity::session(Call call) {
    const auto secret = session_in(call.request.header("cookie"));
    std::string token;
    std::optional<Clock> expires;
    if (call.who.way == Who::Way::session) {
        token = derived(secret, csrf);
        const auto session = reader_.session(kept(secret));
        const auto* role = options_.roles.find(call.who.role);
        if (session && role != nullptr) {
            auto used = *session;
            used.seen_ms = now();
            expires = expires_ms(used, *role);
        }
    }
    co_return session_answer(call.who, token, expires);
}

asio::awaitable<Response> Identity::sign_out(Call call) {
    auto response = nothing();
    response.headers["set-cookie"] = set_cookie({});
    if (call.who.way != Who::Way::session) co_return response;
    const auto id = kept(session_in(call.request.header("cookie")));
    seen_.erase(id);
    auto use =
        use_of("signed_out", "session", call.who.user, doer_of(call.who, call.request), now());
    use["reason"] = "user";
    auto end = [id, use](Accounts& accounts, Administration&) {
        Accounts::Change change{accounts};
        accounts.remove_session(id);
        accounts.put_untold(use);
        change.commit();
    };
    // Not refused however long the gateway is silent: who leaves has left.
    co_await write(std::move(end));
    tell_soon();
    co_return response;
}

asio::awaitable<Response> Identity::change_session(Call call) {
    by_a_person(call.who);
    const Body body{call.request.body, {"language"}};
    const UserChange wanted{.language = language_in(body)};
    const auto doer = doer_of(call.who, call.request);
    auto work = [wanted, doer, time = now()](Accounts&, Administration& rules) {
        return rules.change(doer.user, wanted, doer, time);
    };
    const auto user = co_await change(std::move(work));
    call.who.language = user.language;
    auto response = co_await session(std::move(call));
    co_return response;
}

asio::awaitable<Response> Identity::change_password(Call call) {
    by_a_person(call.who);
    const Body body{call.request.body, {"old", "new"}};
    auto old = body.text("old", longest_typed);
    auto next = body.text("new", longest_typed);
    check_password(next, call.who.user, call.who.name);
    const Place place{*this};
    auto one = co_await begin_try(call.who.user, "password", call.request);
    const bool fit = co_await is_password(std::move(old), reader_.password_hash(call.who.user));
    if (!fit) co_await failed(one, "password", "password", std::move(call.request));
    auto hash = co_await hashed(std::move(next));
    const auto doer = doer_of(call.who, call.request);
    const UserChange wanted{.password_hash = std::move(hash)};
    auto work = [wanted, doer, time = now()](Accounts&, Administration& rules) {
        rules.change(doer.user, wanted, doer, time);
    };
    co_await change(std::move(work));
    // All sessions have ended; this browser goes on in a new one.
    auto response =
        co_await begin_session(existing(doer.user), std::move(call.request), std::move(one), {});
    co_return response;
}

// --- set-up -----------------------------------------------------------------------------------

asio::awaitable<Response> Identity::needs_set_up(Call /*call*/) {
    Administration reading{reader_, options_.roles};
    co_return answer({{"needed", reading.needs_set_up()}});
}

asio::awaitable<Response> Identity::set_up(Call call) {
    as_json(call.request);
    const Body body{call.request.body, {"code", "user", "name", "password", "language"}};
    const auto code = body.text("code", 64);
    auto password = body.text("password", longest_typed);
    User user{.id = body.text("user"), .name = body.text("name")};
    user.language = language_in(body).value_or(Language::english);
    // The least one that can make the others.
    for (const auto& [id, role] : options_.roles.all()) {
        if (!role.rights.contains("users")) continue;
        const auto* least = options_.roles.find(user.role);
        if (least == nullptr || role.rights.size() < least->rights.size()) user.role = id;
    }
    const Doer doer{
        .user = {}, .by = {}, .role = {}, .way = "session", .address = call.request.peer};
    Administration reading{reader_, options_.roles};
    if (!reading.needs_set_up()) {
        throw Problem{409, "refused", "the console is set up already: sign in"};
    }
    // Before anything that costs: a stranger's tries take nobody's place.
    if (!reading.fits_set_up(code, now())) {
        auto use = use_of("denied", "set_up", {}, doer, now());
        use["reason"] = "code";
        auto key = "set_up " + counted_address(call.request.peer);
        co_await put_throttled(std::move(key), std::move(use));
        throw Problem{403, "not_allowed",
                      "the code does not fit: it is valid for 30 minutes; `sealwarden console "
                      "setup-code` on the machine makes another one"};
    }
    check_password(password, user.id, user.name);
    const Place place{*this};
    auto hash = co_await hashed(std::move(password));
    auto work = [=, time = now()](Accounts&, Administration& rules) {
        rules.set_up(code, user, hash, doer, time);
    };
    co_await change(std::move(work));
    Try none;
    auto response = co_await begin_session(user, std::move(call.request), std::move(none), {});
    co_return response;
}

// --- users ------------------------------------------------------------------------------------

User Identity::existing(const std::string& id) {
    auto user = reader_.user(id);
    if (!user) throw Problem{404, "not_found", "there is no such user"};
    return *std::move(user);
}

json Identity::user_json(const User& user) {
    return {{"user", user.id},
            {"name", user.name},
            {"role", user.role},
            {"person", user.person},
            {"language", code_of(user.language)},
            {"enabled", user.enabled},
            {"trained_on", user.trained_on},
            {"made_ts", user.made_ms},
            {"signed_in_ts", user.signed_in_ms == 0 ? json{} : json(user.signed_in_ms)},
            {"locked_out", reader_.has_failures(user.id, now())},
            {"sessions", reader_.sessions_of(user.id).size()}};
}

asio::awaitable<Response> Identity::users(Call /*call*/) {
    auto list = json::array();
    for (const auto& user : reader_.users()) list.push_back(user_json(user));
    co_return answer({{"users", list}});
}

asio::awaitable<Response> Identity::user(Call call) {
    co_return answer(user_json(existing(call.parameters.at("user"))));
}

asio::awaitable<Response> Identity::add_user(Call call) {
    by_no_token(call.who);
    const Body body{call.request.body,
                    {"user", "name", "role", "password", "person", "language", "trained_on"}};
    User user{.id = body.text("user"),
              .name = body.text("name"),
              .role = body.text("role"),
              .person = body.maybe_text("person").value_or(""),
              .language = language_in(body).value_or(Language::english),
              .trained_on = body.maybe_text("trained_on").value_or("")};
    auto password = body.text("password", longest_typed);
    check_password(password, user.id, user.name);
    const Place place{*this};
    auto hash = co_await hashed(std::move(password));
    const auto doer = doer_of(call.who, call.request);
    auto work = [=, time = now()](Accounts&, Administration& rules) {
        rules.add(user, hash, doer, time);
    };
    co_await change(std::move(work));
    auto response = answer(user_json(existing(user.id)));
    response.status = 201;
    response.headers["location"] = "/api/v1/users/" + user.id;
    co_return response;
}

asio::awaitable<Response> Identity::change_user(Call call) {
    by_no_token(call.who);
    const auto id = call.parameters.at("user");
    const Body body{
        call.request.body,
        {"name", "role", "person", "language", "enabled", "trained_on", "password", "locked_out"}};
    UserChange wanted{.name = body.maybe_text("name"),
                      .role = body.maybe_text("role"),
                      .person = body.maybe_text("person"),
                      .trained_on = body.maybe_text("trained_on"),
                      .language = language_in(body),
                      .enabled = body.maybe_flag("enabled")};
    const auto locked = body.maybe_flag("locked_out");
    if (locked.value_or(false)) {
        throw Problem{400, "usage", "`locked_out` can only be made false: disable the user"};
    }
    wanted.unlock = locked.has_value();
    auto password = body.maybe_text("password", longest_typed);
    const auto before = existing(id);
    const Place place{*this};
    if (password) {
        check_password(*password, id, wanted.name.value_or(before.name));
        wanted.password_hash = co_await hashed(*std::move(password));
    }
    const auto doer = doer_of(call.who, call.request);
    auto work = [=, time = now()](Accounts&, Administration& rules) {
        rules.change(id, wanted, doer, time);
    };
    co_await change(std::move(work));
    co_return answer(user_json(existing(id)));
}

asio::awaitable<Response> Identity::remove_user(Call call) {
    by_no_token(call.who);
    const auto id = call.parameters.at("user");
    const auto doer = doer_of(call.who, call.request);
    auto work = [=, time = now()](Accounts&, Administration& rules) {
        rules.remove(id, doer, time);
    };
    co_await change(std::move(work));
    co_return nothing();
}

asio::awaitable<Response> Identity::roles(Call /*call*/) {
    auto list = json::array();
    for (const auto& [id, role] : options_.roles.all()) {
        list.push_back({{"role", id},
                        {"name", {{"en", role.english}, {"es", role.spanish}}},
                        {"rights", rights_json(role.rights)},
                        {"idle_min", role.idle.count()},
                        {"longest_h", role.longest.count()}});
    }
    co_return answer({{"roles", list}});
}

// --- tokens -----------------------------------------------------------------------------------

asio::awaitable<Response> Identity::tokens(Call call) {
    const auto own = doer_of(call.who, call.request).user;
    // A token is told of itself: what else its user has is none of a program's business.
    const bool only_itself = call.who.way == Who::Way::token;
    const auto is_shown = [&](const Token& token) {
        if (only_itself) return token.user + "/" + token.name == call.who.user;
        return token.user == own || call.who.may("users");
    };
    auto list = json::array();
    for (const auto& token : reader_.tokens()) {
        if (is_shown(token)) list.push_back(token_json(token));
    }
    co_return answer({{"tokens", list}});
}

asio::awaitable<Response> Identity::add_token(Call call) {
    // Whoever manages users does not thereby get what they may see: each makes his own.
    by_a_person(call.who);
    const Body body{call.request.body, {"name", "rights", "days", "use", "password"}};
    const auto rights = body.list("rights");
    const auto use = body.maybe_text("use").value_or("http");
    if (use != "http" && use != "mqtt") throw Problem{400, "usage", "`use` must be http or mqtt"};
    const auto doer = doer_of(call.who, call.request);
    const Administration::NewToken wanted{
        .user = doer.user,
        .name = body.text("name"),
        .rights = Rights{rights.begin(), rights.end()},
        .use = use == "mqtt" ? TokenUse::mqtt : TokenUse::http,
        .days = body.maybe_number("days").value_or(usual_token_days)};
    // A browser left open gives nobody what outlives its session.
    auto password = body.text("password", longest_typed);
    const Place place{*this};
    auto one = co_await begin_try(call.who.user, "token", call.request);
    const bool fit = co_await is_password(std::move(password), reader_.password_hash(doer.user));
    if (!fit) co_await failed(one, "token", "password", std::move(call.request));
    auto work = [=, time = now()](Accounts& accounts, Administration& rules) {
        auto made = rules.add_token(wanted, doer, time);
        Accounts::Change fitted{accounts};
        settle(accounts, one);
        fitted.commit();
        return made;
    };
    const auto made = co_await change(std::move(work));
    auto shown = token_json(made.first);
    shown["token"] = made.second;  // this once
    auto response = answer(shown);
    response.status = 201;
    co_return response;
}

asio::awaitable<Response> Identity::remove_token(Call call) {
    by_no_token(call.who);
    const auto id = call.parameters.at("id");
    const auto doer = doer_of(call.who, call.request);
    const auto token = reader_.token(id);
    if (!token || (token->user != doer.user && !call.who.may("users"))) {
        throw Problem{404, "not_found", "there is no such token"};
    }
    auto work = [=, time = now()](Accounts&, Administration& rules) {
        rules.remove_token(id, doer, time);
    };
    co_await change(std::move(work));
    co_return nothing();
}

console::Routes identity_routes(Identity& identity) {
    using Answer = asio::awaitable<Response> (Identity::*)(Call);
    console::Routes routes;
    const auto add = [&](const char* method, const char* pattern, std::string_view right,
                         Answer what) {
        routes.push_back(
            {.method = method,
             .pattern = pattern,
             .right = std::string{right},
             .handler = [&identity, what](Call call) { return (identity.*what)(std::move(call)); },
             .body_limit = 8 << 10});
    };
    const auto everybody = console::for_everybody;
    add("GET", "/api/v1/session", "", &Identity::session);
    add("POST", "/api/v1/session", everybody, &Identity::sign_in);
    add("PATCH", "/api/v1/session", "", &Identity::change_session);
    add("DELETE", "/api/v1/session", "", &Identity::sign_out);
    add("PUT", "/api/v1/session/password", "", &Identity::change_password);
    add("GET", "/api/v1/setup", everybody, &Identity::needs_set_up);
    add("POST", "/api/v1/setup", everybody, &Identity::set_up);
    add("GET", "/api/v1/users", "users", &Identity::users);
    add("POST", "/api/v1/users", "users", &Identity::add_user);
    add("GET", "/api/v1/users/{user}", "users", &Identity::user);
    add("PATCH", "/api/v1/users/{user}", "users", &Identity::change_user);
    add("DELETE", "/api/v1/users/{user}", "users", &Identity::remove_user);
    add("GET", "/api/v1/roles", "users", &Identity::roles);
    add("GET", "/api/v1/tokens", "", &Identity::tokens);
    add("POST", "/api/v1/tokens", "", &Identity::add_token);
    add("DELETE", "/api/v1/tokens/{id}", "", &Identity::remove_token);
    return routes;
}

}  // namespace sealwarden::identity
