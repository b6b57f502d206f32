// The newest state of visits, containers, seals, lots, cases, persons, visitors, drivers, tests.
#include "firmware/console/api/routes.hpp"
#include "firmware/console/discretion.hpp"
#include "firmware/core/procedures.hpp"

namespace sealwarden::console::api {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

std::string kind_of(const Call& call) {
    const auto& kind = call.parameters.at("kind");
    if (!keeps_records(kind)) no_such("there are no records of `" + kind + "`");
    needs(call.who, right_of_kind(kind));
    return kind;
}

// First and last of a lot are serials that nobody has used yet.
json without_unused(const Who& who, json entry) {
    if (who.may("stock.unused")) return entry;
    const auto& subjects = entry.at("subj");
    if (subjects.empty() || subjects[0].at("k") != "lot") return entry;
    for (const auto* key : {"first", "last", "missing", "unexplained"}) entry["data"].erase(key);
    return entry;
}

json seen_by(const Who& who, const json& page) {
    json told{{"records", json::array()},
              {"next", page.at("next")},
              {"more", page.at("more")},
              {"generation", page.at("generation")}};
    const auto personal = page.find("personal");
    if (personal != page.end()) told["personal"] = json::object();
    for (const auto& entry : page.at("entries")) {
        if (!may_see(who, entry)) continue;
        told["records"].push_back(without_unused(who, entry));
        if (personal == page.end()) continue;
        const auto index = entry.at("i").dump();
        if (const auto kept = personal->find(index); kept != personal->end())
            told["personal"][index] = *kept;
    }
    return told;
}

// What is kept about persons comes with the right to see it and when asked for, and the log is told
// first; of drivers, visitors and lots also without it.
awaitable<bool> with_personal(Surroundings* around, const Call* call, Subject subject) {
    if (!flag_of(*call, "personal")) {
        co_await enter_restricted_view(around, call, "records", std::move(subject));
        co_return false;
    }
    needs(call->who, "personal");
    auto of = subject.kind + (subject.id.empty() ? "" : ":") + subject.id;
    co_await enter_view(around, call, "records", std::move(of));
    co_return true;
}

awaitable<Response> records(Surroundings* around, Call call) {
    const auto kind = kind_of(call);
    constexpr std::uint64_t most = 1000;
    json query{{"records", kind},
               {"with_ended", flag_of(call, "ended")},
               {"limit", number_of(call, "limit", 100, most)}};
    if (query["limit"] == 0) wrong("limit must be 1 to 1000");
    if (call.request.asked("before"))
        query["before"] = number_of(call, "before", 0, (std::uint64_t{1} << 53) - 1);
    Subject all{.kind = kind, .id = {}};
    const bool personal = co_await with_personal(around, &call, std::move(all));
    if (personal) query["with_personal"] = true;
    const auto now = co_await standing(around, &call.who);
    if (!personal) {
        if (auto same = unchanged(call, now)) co_return *std::move(same);
    }
    const auto page = co_await around->gateway.ask("query", query);
    const auto body = seen_by(call.who, page);
    co_return answer(body, now);
}

// One of them, with every entry about it, oldest first: at most a page.
awaitable<Response> record(Surroundings* around, Call call) {
    const auto kind = kind_of(call);
    const Subject subject{.kind = kind, .id = call.parameters.at("id")};
    json query{{"records", kind}, {"subject", inquiry::to_json(subject)}};
    const bool personal = co_await with_personal(around, &call, subject);
    if (personal) query["with_personal"] = true;
    const auto page = co_await around->gateway.ask("query", query);
    const auto seen = seen_by(call.who, page);
    if (seen.at("records").empty()) no_such("there is no " + kind + " `" + subject.id + "`");
    const json story{{"subject", inquiry::to_json(subject)}, {"limit", 1000}};
    const auto entries = co_await around->gateway.ask("query", story);
    json body{{"record", seen.at("records").front()},
              {"entries", json::array()},
              {"more", entries.at("more")},
              {"next", entries.at("next")},
              {"generation", entries.at("generation")}};
    for (const auto& entry : entries.at("entries"))
        if (may_see(call.who, entry)) body["entries"].push_back(without_unused(call.who, entry));
    if (seen.contains("personal")) {
        const auto index = seen.at("records").front().at("i").dump();
        body["personal"] = seen.at("personal").value(index, json::object());
    }
    co_return answer(body);
}

}  // namespace

Routes records_routes(Surroundings& around) {
    return {{"GET", "/api/v1/records/{kind}", "search", bound(around, records)},
            {"GET", "/api/v1/records/{kind}/{id}", "search", bound(around, record)}};
}

}  // namespace sealwarden::console::api
