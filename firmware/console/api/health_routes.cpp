// Is it ready? For load balancers and supervisors, who need no sign-in and get no detail; with a
// sign-in each check with its reason.
#include <algorithm>

#include "firmware/console/api/metrics.hpp"
#include "firmware/console/api/routes.hpp"

namespace sealwarden::console::api {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

json check(const char* name, bool ok, const std::string& reason) {
    return {{"check", name}, {"ok", ok}, {"reason", reason}};
}

// The same for both; only who sees the reasons differs.
awaitable<json> checks(Surroundings* around) {
    auto list = json::array();
    json status;
    std::string why;
    try {
        const json nothing = json::object();
        status = co_await around->gateway.ask("status", nothing);
    } catch (const local::Unreachable& error) {
        why = error.what();
    } catch (const local::Refused& error) {
        why = error.what();
    }
    list.push_back(check("gateway", why.empty(), why));
    if (!why.empty()) co_return list;
    const auto& log = status.at("log");
    list.push_back(check("log", log.at("health") != "failing", log.at("why")));
    const auto& signing = status.at("signing");
    const bool signs = signing.at("state") != "held_back";
    list.push_back(check("signing", signs, signing.value("why", "")));
    const bool same = status.at("config_hash") == around->config.hash;
    list.push_back(check("configuration", same,
                         same ? "" : "the gateway has another configuration than the console"));
    co_return list;
}

bool all_ok(const json& list) {
    return std::ranges::all_of(list, [](const json& one) { return one.at("ok").get<bool>(); });
}

// The loop turns, so this is answered; no detail for who is not signed in.
awaitable<Response> livez(Surroundings*, Call) {
    Response response;
    response.headers["content-type"] = "text/plain; charset=utf-8";
    response.headers["cache-control"] = "no-store";
    response.body = "ok\n";
    co_return response;
}

awaitable<Response> readyz(Surroundings* around, Call) {
    const auto list = co_await checks(around);
    const bool ready = all_ok(list);
    Response response;
    response.status = ready ? 200 : 503;
    response.headers["content-type"] = "text/plain; charset=utf-8";
    response.headers["cache-control"] = "no-store";
    response.body = ready ? "ready\n" : "not ready\n";
    co_return response;
}

awaitable<Response> healthz(Surroundings* around, Call) {
    const auto list = co_await checks(around);
    const json body{{"ok", all_ok(list)}, {"checks", list}};
    auto response = answer(body);
    if (!all_ok(list)) response.status = 503;
    co_return response;
}

}  // namespace

Routes health_routes(Surroundings& around) {
    return {{"GET", "/livez", "public", bound(around, livez)},
            {"GET", "/readyz", "public", bound(around, readyz)},
            {"GET", "/healthz", "live", bound(around, healthz)}};
}

}  // namespace sealwarden::console::api
