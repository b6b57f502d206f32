// The log: pages by index, single entries, and exports of what a filter finds.
#include <algorithm>
#include <array>
#include <memory>

#include "firmware/console/api/routes.hpp"
#include "firmware/console/discretion.hpp"
#include "firmware/core/event.hpp"
#include "firmware/inquiry/table.hpp"

namespace sealwarden::console::api {

using boost::asio::awaitable;
using nlohmann::json;

namespace {

constexpr std::uint64_t any_index = (std::uint64_t{1} << 53) - 1;

void add_kinds(const Call& call, json& query) {
    const auto kinds = call.request.asked("kinds");
    if (!kinds) return;
    query["kinds"] = json::array();
    for (const auto& kind : inquiry::split(*kinds, ',')) {
        if (!event_kind(kind)) wrong("kinds: there is no kind `" + kind + "`");
        query["kinds"].push_back(kind);
    }
}

// The door's question; what it does not know is refused here, where the field can be named.
json query_of(const Call& call) {
    for (const auto& [name, value] : call.request.query) {
        constexpr std::array known{"from",  "before", "since", "until",    "subject",
                                   "kinds", "limit",  "order", "personal", "format"};
        if (std::ranges::find(known, name) == known.end())
            wrong("there is no filter `" + name + "`");
    }
    json query = json::object();
    if (call.request.asked("from")) query["from"] = number_of(call, "from", 0, any_index);
    if (call.request.asked("before")) query["before"] = number_of(call, "before", 0, any_index);
    if (const auto since = time_of(call, "since")) query["since"] = rfc3339(*since);
    if (const auto until = time_of(call, "until")) query["until"] = rfc3339(*until);
    if (const auto subject = subject_of(call)) {
        needs(call.who, right_of_kind(subject->kind));
        query["subject"] = inquiry::to_json(*subject);
    }
    add_kinds(call, query);
    const auto order = call.request.asked("order").value_or("oldest");
    if (order != "newest" && order != "oldest") wrong("order must be newest or oldest");
    query["newest_first"] = order == "newest";
    if (flag_of(call, "personal")) {
        needs(call.who, "personal");
        query["with_personal"] = true;
    }
    return query;
}

// Leaves out what the reader may not see; the cursor stays the door's.
json seen_by(const Who& who, const json& page) {
    json told{{"entries", json::array()},
              {"next", page.at("next")},
              {"more", page.at("more")},
              {"generation", page.at("generation")}};
    const auto personal = page.find("personal");
    if (personal != page.end()) told["personal"] = json::object();
    for (const auto& entry : page.at("entries")) {
        if (!may_see_whole(who, entry)) continue;
        told["entries"].push_back(entry);
        if (personal == page.end()) continue;
        const auto index = entry.at("i").dump();
        if (const auto kept = personal->find(index); kept != personal->end())
            told["personal"][index] = *kept;
    }
    return told;
}

awaitable<Response> entries(Surroundings* around, Call call) {
    auto query = query_of(call);
    constexpr std::uint64_t most = 1000;
    query["limit"] = number_of(call, "limit", 100, most);
    if (query["limit"] == 0) wrong("limit must be 1 to 1000");
    const auto now = co_await standing(around, &call.who);
    const bool personal = query.contains("with_personal");
    const auto about = subject_of(call).value_or(Subject{});
    if (personal) {
        const auto subject = call.request.asked("subject").value_or("");
        co_await enter_view(around, &call, "entries", subject);
    } else {
        co_await enter_restricted_view(around, &call, "entries", about);
        if (auto same = unchanged(call, now)) co_return *std::move(same);
    }
    const auto page = co_await around->gateway.ask("query", query);
    const auto body = seen_by(call.who, page);
    co_return answer(body, now);
}

awaitable<Response> entry(Surroundings* around, Call call) {
    call.request.query["index"] = call.parameters.at("index");
    const auto index = number_of(call, "index", 0, any_index - 1);
    json query{{"from", index}, {"before", index + 1}, {"limit", 1}};
    const bool personal = flag_of(call, "personal");
    if (personal) {
        needs(call.who, "personal");
        query["with_personal"] = true;
        const auto which = "entry:" + std::to_string(index);
        co_await enter_view(around, &call, "entries", which);
    }
    const auto page = co_await around->gateway.ask("query", query);
    const auto seen = seen_by(call.who, page);
    if (seen.at("entries").empty()) no_such("there is no entry " + std::to_string(index));
    json body{{"entry", seen.at("entries").front()}, {"generation", page.at("generation")}};
    if (seen.contains("personal")) {
        body["personal"] = seen.at("personal").value(std::to_string(index), json::object());
    }
    co_return answer(body);
}

struct Export {
    Surroundings* around;
    Who who;
    json query;
    bool csv = false, personal = false;
};

std::string lines_of(const Export& what, const json& page) {
    std::string lines;
    for (const auto& entry : page.at("entries")) {
        const auto index = entry.at("i").dump();
        const json* kept = nullptr;
        if (what.personal) {
            const auto& personal = page.at("personal");
            if (const auto found = personal.find(index); found != personal.end()) kept = &*found;
        }
        if (what.csv) {
            lines += inquiry::table_row(entry, kept, what.personal, what.around->config.site,
                                        what.who.language);
        } else if (kept == nullptr) {
            lines += entry.dump() + '\n';  // sorted names, no spaces: the bytes that were hashed
        } else {
            lines += json{{"entry", entry}, {"personal", *kept}}.dump() + '\n';
        }
    }
    return lines;
}

// Page by page: an export may be as long as the log.
awaitable<void> write_all(std::shared_ptr<Export> what, Sink* sink) {
    if (what->csv) {
        auto head = inquiry::table_head(what->personal);
        co_await sink->write(std::move(head));
    }
    bool more = true;
    while (more) {
        const auto page = co_await what->around->gateway.ask("query", what->query);
        auto seen = seen_by(what->who, page);
        if (what->personal && !seen.contains("personal")) seen["personal"] = json::object();
        auto lines = lines_of(*what, seen);
        if (!lines.empty()) co_await sink->write(std::move(lines));
        more = page.at("more");
        const bool down = what->query.value("newest_first", false);
        what->query[down ? "before" : "from"] = page.at("next");
    }
}

std::string file_name(const Surroundings& around, WallTime now, bool csv) {
    auto stamp = rfc3339(now).substr(0, 19);
    std::erase(stamp, ':');
    std::erase(stamp, '-');
    return "sealwarden-" + around.config.site.site + "-" + around.config.site.gateway + "-" +
           stamp + "Z" + (csv ? ".csv" : ".ndjson");
}

// In the log first: what was taken out, and by whom.
awaitable<Response> export_file(Surroundings* around, Call call) {
    const auto format = call.request.asked("format").value_or("csv");
    if (format != "csv" && format != "ndjson") wrong("format must be csv or ndjson");
    auto what = std::make_shared<Export>(Export{.around = around,
                                                .who = call.who,
                                                .query = query_of(call),
                                                .csv = format == "csv",
                                                .personal = flag_of(call, "personal")});
    what->query["limit"] = 1000;
    // The log as it stands now: what comes meanwhile, the export's own entry too, is not in it.
    const auto now = co_await standing(around, &call.who);
    if (!what->query.contains("before")) what->query["before"] = now.size;
    const auto subject = call.request.asked("subject").value_or("");
    co_await enter_export(around, &call, format, subject);
    Response response;
    response.headers["content-type"] =
        what->csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson";
    response.headers["cache-control"] = "no-store";
    response.headers["content-disposition"] =
        "attachment; filename=\"" + file_name(*around, around->now(), what->csv) + '"';
    response.stream = [what](Sink& sink) { return write_all(what, &sink); };
    co_return response;
}

}  // namespace

Routes entries_routes(Surroundings& around) {
    return {{"GET", "/api/v1/entries", "search", bound(around, entries)},
            {"GET", "/api/v1/entries/{index}", "search", bound(around, entry)},
            around.shares.shared({"GET", "/api/v1/export", "export", bound(around, export_file)})};
}

}  // namespace sealwarden::console::api
