// Lists and single records: the newest state of each visit, seal, case, person, as the log has it.
#include <algorithm>
#include <ostream>

#include "firmware/cli/entries.hpp"
#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;

struct Listing {
    const char* noun;  // group of the command line
    const char* list;  // its verb that lists
    const char* show;  // its verb that shows one; null: none
    const char* kind;  // of the records
    const char* help;
    const char* sample;  // an id
    std::vector<const char*> columns;
};

const std::vector<Listing>& listings() {
    static const std::vector<Listing> all{
        {"visit",
         "list",
         "show",
         "visit",
         "Visits that are under way",
         "v-20261124-080512-d07",
         {"door", "container", "state", "seal_in", "seal_out", "deviations"}},
        {"visit",
         "expected",
         nullptr,
         "container",
         "What is expected at the docks",
         "MSCU6639870",
         {"kind", "seals", "document", "carrier"}},
        {"seal",
         "list",
         "show",
         "seal_number",
         "Seals that left the stock",
         "HL777001",
         {"state", "container", "lot", "person"}},
        {"lot",
         "list",
         "show",
         "lot",
         "Lots of seals, with the stock that is left",
         "lot-17",
         {"state", "maker", "seal_class", "first", "last", "size", "certificate"}},
        {"person",
         "list",
         "show",
         "person",
         "Who is registered",
         "ana-r",
         {"state", "rights", "zones", "valid_until_ts", "trained_until_ts"}},
        {"visitor",
         "list",
         "show",
         "visitor",
         "Visitors who are in",
         "vis-1",
         {"in_ts", "out_ts", "contact", "id_checked"}},
        {"driver",
         "list",
         "show",
         "driver",
         "Drivers who are in",
         "drv-1",
         {"in_ts", "out_ts", "visit", "seal"}},
        {"case",
         "list",
         "show",
         "case",
         "Cases that are open",
         "c-20261124-080512",
         {"state", "cause", "what", "container", "owner", "due_ts", "hold"}},
        {"test",
         "list",
         "show",
         "test",
         "When each thing was last walk-tested",
         "door-d07",
         {"result", "tested_ts", "due_ts", "person"}},
        {"camera",
         "list",
         "show",
         "camera_check",
         "When each camera's stored picture was last looked at",
         "c07",
         {"state", "result", "person", "checked_ts", "due_ts", "picture"}},
    };
    return all;
}

struct Choice {
    bool all = false;
    bool personal = false;
    std::string id;
};

json row_of(const json& entry, const json& personal) {
    const auto index = entry.at("i").dump();
    json row = entry.at("data");
    row["id"] = entry.at("subj").at(0).at("v");
    row["entry"] = entry.at("i");
    row["time"] = entry.at("t").at("wall");
    row["last_kind"] = entry.at("kind");
    if (const auto kept = personal.find(index); kept != personal.end()) row["personal"] = *kept;
    return row;
}

void list(Context& context, const Listing& listing, const Choice& choice) {
    auto client = context.connect();
    json query{{"records", listing.kind}, {"limit", 1000}, {"with_ended", choice.all}};
    if (choice.personal) query["with_personal"] = true;
    std::vector<Shown> head{context.word("head.id")};
    for (const auto* column : listing.columns) head.emplace_back(column);
    Columns table{head};
    auto rows = json::array();
    for (;;) {
        const auto page = client.call("query", query);
        const auto personal = page.value("personal", json::object());
        for (const auto& entry : page.at("entries")) {
            auto row = row_of(entry, personal);
            std::vector<Shown> shown{row.at("id")};
            for (const auto* column : listing.columns) {
                const auto found = row.find(column);
                const bool told = found != row.end() && !found->is_null() && *found != "";
                shown.emplace_back(told ? Shown{datum_words(column, *found)} : Shown{"-"});
            }
            table.add(std::move(shown));
            rows.push_back(std::move(row));
        }
        if (!page.at("more").get<bool>()) break;
        query["before"] = page.at("next");
    }
    if (context.json)
        context.print({{listing.list == std::string{"list"} ? std::string{listing.noun} + "s"
                                                            : std::string{listing.list},
                        rows}});
    else if (rows.empty())
        context.err << context.word("cli.none") << '\n';
    else
        table.print(context.out);
}

// The record, then every entry that names it, oldest first.
void show(Context& context, const Listing& listing, const Choice& choice) {
    auto client = context.connect();
    const json subject{{"k", listing.kind}, {"v", choice.id}};
    json query{{"records", listing.kind}, {"subject", subject}};
    if (choice.personal) query["with_personal"] = true;
    const auto page = client.call("query", query);
    if (page.at("entries").empty()) {
        throw Failure{Exit::not_found, std::string{"there is no "} + listing.noun + " `" +
                                           choice.id + "`; `sealwarden " + listing.noun +
                                           " list --all` shows all"};
    }
    const auto row = row_of(page.at("entries").front(), page.value("personal", json::object()));
    auto story = json::array();
    json entries{{"subject", subject}, {"limit", 1000}};
    for (;;) {
        const auto more = client.call("query", entries);
        for (const auto& entry : more.at("entries")) story.push_back(entry);
        if (!more.at("more").get<bool>()) break;
        entries["from"] = more.at("next");
    }
    if (context.json) {
        context.print({{"record", row}, {"entries", story}});
        return;
    }
    Columns table{{context.word("head.id"), row.at("id")}};
    for (const auto& [key, value] : row.items()) {
        if (key == "id" || key == "personal" || value.is_null() || value == "") continue;
        table.add({key, datum_words(key, value)});
    }
    if (const auto kept = row.find("personal"); kept != row.end()) {
        for (const auto& [key, value] : kept->items()) table.add({key, Shown{value}});
    }
    table.print(context.out);
    context.out << '\n';
    for (const auto& entry : story) {
        const auto wall = wall_time(entry.at("t").at("wall").get<std::string>());
        context.out << entry.at("i") << "  " << (wall ? local_time(*wall) : "?") << "  "
                    << Shown{entry_sentence(context, entry)} << '\n';
    }
}

}  // namespace

void add_records(CLI::App& app, Context& context) {
    for (const auto& listing : listings()) {
        auto& group = *app.get_subcommand(listing.noun);
        const std::string words = std::string{"sealwarden "} + listing.noun;
        const auto choice = std::make_shared<Choice>();
        auto& all = *group.add_subcommand(listing.list, listing.help);
        examples(all, {{words + " " + listing.list, listing.help},
                       {words + " " + listing.list + " --all --json", "also those that are over"}});
        all.add_flag("--all", choice->all, "also those that are over");
        all.add_flag("--personal", choice->personal,
                     "with what is kept about persons; for root and the gateway's own user");
        add_json(all, context);
        all.callback([&context, &listing, choice] { list(context, listing, *choice); });
        if (listing.show == nullptr) continue;
        auto& one = *group.add_subcommand(listing.show, "One of them, and every entry about it");
        examples(one, {{words + " " + listing.show + " " + listing.sample, "all about it"}});
        one.add_option("ID", choice->id, "its id, as the list prints it")->required();
        one.add_flag("--personal", choice->personal,
                     "with what is kept about persons; for root and the gateway's own user");
        add_json(one, context);
        one.callback([&context, &listing, choice] { show(context, listing, *choice); });
    }
}

}  // namespace sealwarden::cli
