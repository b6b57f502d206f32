#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;

constexpr int page = 500;

bool holds(const json& personal, const std::string& text) {
    return std::ranges::any_of(personal, [&text](const json& value) {
        return value.is_string() && value.get<std::string>().find(text) != std::string::npos;
    });
}

std::string said(const json& personal) {
    std::string words;
    for (const auto& [name, value] : personal.items()) {
        words += fmt::format("{}{}: {}", words.empty() ? "" : ", ", name, value.get<std::string>());
    }
    return words;
}

// Every entry beside which something is kept, a page at a time.
template <class Use>
void each_personal(local::Client& client, Use use) {
    json query{{"from", 0}, {"limit", page}, {"only_personal", true}, {"with_personal", true}};
    for (bool more = true; more;) {
        const auto answer = client.call("query", query);
        const auto personal = answer.value("personal", json::object());
        for (const auto& entry : answer.at("entries")) {
            const auto kept = personal.find(entry.at("i").dump());
            if (kept != personal.end()) use(entry, *kept);  // else erased since
        }
        more = answer.at("more").get<bool>();
        query["from"] = answer.at("next");
    }
}

void list(Context& context, const std::string& holding) {
    auto client = context.connect();
    Columns table{context.heads({"entry", "time", "kind", "kept"})};
    auto all = json::array();
    each_personal(client, [&](const json& entry, const json& personal) {
        if (!holding.empty() && !holds(personal, holding)) return;
        all.push_back({{"entry", entry.at("i")},
                       {"kind", entry.at("kind")},
                       {"time", entry.at("t").at("wall")},
                       {"personal", personal}});
        table.add({entry.at("i").dump(),
                   local_time(*wall_time(entry.at("t").at("wall").get<std::string>())),
                   entry.at("kind"), said(personal)});
    });
    if (context.json) {
        context.print({{"entries", all}});
    } else if (all.empty()) {
        context.err << context.word(holding.empty() ? "cli.nothing_kept" : "cli.nothing_kept_like")
                    << '\n';
    } else {
        table.print(context.out);
    }
    if (all.empty() && !holding.empty()) context.exit = Exit::not_found;
}

void erase(Context& context, const std::vector<std::uint64_t>& entries, const std::string& rule) {
    auto client = context.connect();
    for (const auto entry : entries) {
        const auto done =
            client.call("command", {{"command", "erase"}, {"entry", entry}, {"rule", rule}});
        if (context.json) {
            context.print({{"entry", entry}, {"index", done.at("index")}});
        } else {
            context.out << context.word("cli.erased", {{"entry", std::to_string(entry)},
                                                       {"index", done.at("index").dump()}})
                        << '\n';
        }
    }
}

}  // namespace

void add_personal(CLI::App& app, Context& context) {
    auto& group = *app.add_subcommand("personal", "What is kept about persons, beside the log");
    examples(group, {{"sealwarden personal list", "all of it, with the entry it belongs to"}});
    group.require_subcommand(1);

    auto& all = *group.add_subcommand("list", "What is kept, with the entry it belongs to");
    examples(all, {{"sealwarden personal list", "all of it"},
                   {"sealwarden personal list --json", "the same as JSON"}});
    const auto holding = std::make_shared<std::string>();
    all.add_option("--holding", *holding, "only what has this text in it: a badge's number");
    add_json(all, context);
    all.callback([&context, holding] { list(context, *holding); });

    auto& one = *group.add_subcommand(
        "erase", "Erase it for good; the log says so, and every proof still holds");
    examples(one, {{"sealwarden personal erase 7 --rule \"asked by the person, case 12\"",
                    "what was kept beside entry 7 goes"}});
    const auto entries = std::make_shared<std::vector<std::uint64_t>>();
    const auto rule = std::make_shared<std::string>();
    one.add_option("ENTRY", *entries, "indexes, as `personal list` prints them")->required();
    one.add_option("--rule", *rule, "why it may be erased, or must; goes into the log")->required();
    add_json(one, context);
    one.callback([&context, entries, rule] { erase(context, *entries, *rule); });
}

}  // namespace sealwarden::cli
