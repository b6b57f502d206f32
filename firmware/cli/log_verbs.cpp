#include <fmt/format.h>
#include <unistd.h>

#include <ostream>

#include "firmware/cli/entries.hpp"
#include "firmware/cli/period.hpp"
#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"
#include "firmware/core/event.hpp"
#include "firmware/eventlog/log.hpp"
#include "firmware/eventlog/stopped_log.hpp"
#include "firmware/evidence/keys.hpp"
#include "firmware/inquiry/table.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;

struct Filter {
    std::string since, until, door, seal;
    std::vector<std::string> kinds;
    std::size_t count = 0;  // 0: all
    bool follow = false;
    bool csv = false;
};

void add_period(json& query, const Filter& filter, const Context& context) {
    const auto asked = period(filter.since, filter.until, context.now());
    if (asked.since) query["since"] = rfc3339(*asked.since);
    if (asked.until) query["until"] = rfc3339(*asked.until);
}

std::optional<json> subject_of(const Filter& filter) {
    if (!filter.door.empty()) return json{{"k", "door"}, {"v", filter.door}};
    if (!filter.seal.empty()) return json{{"k", "seal"}, {"v", filter.seal}};
    return std::nullopt;
}

json query_of(const Filter& filter, const Context& context) {
    json query = json::object();
    add_period(query, filter, context);
    if (const auto subject = subject_of(filter)) query["subject"] = *subject;
    if (!filter.kinds.empty()) query["kinds"] = filter.kinds;
    return query;
}

// What a feed, which knows no filter, still has to leave out.
bool wanted(const Filter& filter, const json& entry) {
    if (!filter.kinds.empty() &&
        std::ranges::find(filter.kinds, entry.at("kind").get<std::string>()) ==
            filter.kinds.end()) {
        return false;
    }
    const auto subject = subject_of(filter);
    return !subject || std::ranges::any_of(entry.at("subj"), [&subject](const json& one) {
        return one.at("k") == subject->at("k") && one.at("v") == subject->at("v");
    });
}

void check_kinds(const Filter& filter) {
    for (const auto& kind : filter.kinds) {
        if (event_kind(kind)) continue;
        std::vector<std::string> known;
        for (const auto one : event_kinds()) known.emplace_back(to_string(one));
        throw Failure{Exit::not_found, "there is no kind `" + kind + "`" + meant(kind, known)};
    }
}

// A door that neither is configured nor ever was in the log is a mistyped one: "0 entries" about it
// would read as "nothing happened".
void check_subject(local::Client& client, const Filter& filter) {
    const auto subject = subject_of(filter);
    if (!subject) return;
    std::vector<std::string> known;
    const auto states = client.call("state").at("states");  // a copy: the answer ends here
    for (const auto& state : states) {
        const auto& one = state.at("subject");
        if (one.at("k") == subject->at("k")) known.push_back(one.at("v"));
    }
    const std::string id = subject->at("v");
    if (std::ranges::find(known, id) != known.end()) return;
    const auto once = client.call("query", {{"subject", *subject}, {"limit", 1}});
    if (!once.at("entries").empty()) return;
    throw Failure{Exit::not_found, "there is no " + subject->at("k").get<std::string>() + " `" +
                                       id + "`, and the log never had one" + meant(id, known)};
}

// Everything that matches, oldest first, page by page.
void search(Context& context, const Filter& filter) {
    check_kinds(filter);
    auto client = context.connect();
    check_subject(client, filter);
    auto query = query_of(filter, context);
    query["limit"] = 1000;
    std::size_t found = 0;
    if (filter.csv) context.out << inquiry::table_head(false);
    for (;;) {
        const auto page = client.call("query", query);
        for (const auto& entry : page.at("entries")) {
            if (filter.csv)
                context.out << inquiry::table_row(
                    entry, nullptr, false, context.valid_configuration().site, context.language);
            else
                print_entry(context, entry);
            if (++found == filter.count) return;
        }
        if (!page.at("more").get<bool>()) break;
        query["from"] = page.at("next");
    }
    context.out.flush();
    if (!context.json && !filter.csv) {
        context.err << context.word("cli.entries", {{"count", std::to_string(found)}}) << '\n';
    }
}

// The newest that match, oldest first; returns where the log goes on after them.
std::uint64_t newest(Context& context, local::Client& client, const Filter& filter) {
    const std::uint64_t end = client.call("hello").at("size");
    auto query = query_of(filter, context);
    query["before"] = end;
    query["newest_first"] = true;
    std::vector<json> entries;
    while (entries.size() < filter.count) {
        query["limit"] = std::min<std::size_t>(filter.count - entries.size(), 1000);
        const auto page = client.call("query", query);
        for (const auto& entry : page.at("entries")) entries.push_back(entry);
        if (!page.at("more").get<bool>()) break;
        query["before"] = page.at("next");
    }
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
        print_entry(context, *entry);
    context.out.flush();
    return end;
}

void tail(Context& context, const Filter& filter) {
    check_kinds(filter);
    auto client = context.connect();
    check_subject(client, filter);
    const auto end = newest(context, client, filter);
    if (!filter.follow) return;
    client.start("feed", {{"from", end}});
    while (context.goes_on()) {
        const auto line = client.next(context.longest_wait);
        if (!line) continue;
        if (const auto error = line->find("error"); error != line->end()) {
            if (error->at("code") == "new_log") {
                context.err << Shown{error->at("message")} << '\n';
                client.start("feed", {{"from", 0}});
                continue;
            }
            throw local::Refused{error->at("code"), error->at("message")};
        }
        for (const auto& entry : line->at("entries")) {
            if (wanted(filter, entry)) print_entry(context, entry);
        }
        context.out.flush();
        if (!context.out) return;  // nobody takes it any more; run() says so
    }
}

void show(Context& context, std::uint64_t index) {
    auto client = context.connect();
    const auto page = client.call("query", {{"from", index}, {"before", index + 1}, {"limit", 1}});
    if (page.at("entries").empty()) {
        throw Failure{Exit::not_found, "the log has no entry " + std::to_string(index)};
    }
    print_entry(context, page.at("entries").front());
}

void recover(Context& context, const std::string& why) {
    const auto& config = context.valid_configuration();
    try {
        eventlog::StoppedLog log{config.log_directory};
        const evidence::KeyFiles files{config.evidence.keys};
        const auto known = evidence::is_commissioned(files)
                               ? evidence::EpochStateFile{files.state()}.head().generation
                               : 0;
        log.begin_anew(fmt::format("uid:{}", ::getuid()), why, known);
        context.err << "The log is set aside in " << config.log_directory.string()
                    << "; its next generation begins when the gateway starts, with who and why.\n";
    } catch (const eventlog::AlreadyRunning& error) {
        throw Failure{Exit::try_again,
                      std::string{error.what()} + "; stop it first: systemctl stop sealwarden"};
    }
}

void add_filter(CLI::App& verb, Filter& filter) {
    auto* door = verb.add_option("--door", filter.door, "about this door")->type_name("ID");
    verb.add_option("--seal", filter.seal, "about this seal reader")
        ->type_name("ID")
        ->excludes(door);
    verb.add_option("--kind", filter.kinds, "of this kind, like door.opened; may be repeated")
        ->type_name("KIND");
}

}  // namespace

void add_log(CLI::App& app, Context& context) {
    auto& group = *app.add_subcommand("log", "The record: what happened, and when");
    examples(group, {{"sealwarden log tail -f", "follow what happens"}});
    group.require_subcommand(1);

    const auto newest_filter = std::make_shared<Filter>(Filter{.count = 20});
    auto& last = *group.add_subcommand("tail", "The newest entries, and with -f what follows");
    examples(last, {{"sealwarden log tail", "the last 20"},
                    {"sealwarden log tail -f --door d07", "follow one door, until Ctrl-C"},
                    {"sealwarden log tail -n 100 --json", "records as they are in the log"}});
    last.add_flag("-f,--follow", newest_filter->follow, "go on with what happens, until Ctrl-C");
    last.add_option("-n,--lines", newest_filter->count, "how many old ones")
        ->type_name("COUNT")
        ->check(CLI::Range(0, 1'000'000));
    add_filter(last, *newest_filter);
    add_json(last, context);
    last.callback([&context, newest_filter] { tail(context, *newest_filter); });

    const auto filter = std::make_shared<Filter>();
    auto& find = *group.add_subcommand("search", "Entries of a time, a door, a kind");
    examples(
        find,
        {{"sealwarden log search --since 22:00 --until 02:00 --kind door.opened",
          "who opened what last night"},
         {"sealwarden log search --since \"yesterday 22:00\" --door d07", "one door since then"},
         {"sealwarden log search --since 2h --json", "the last two hours, a record a line"}});
    find.add_option("--since", filter->since, "from this moment on: 2h, 22:00, yesterday, RFC 3339")
        ->type_name("TIME");
    find.add_option("--until", filter->until, "before this moment")->type_name("TIME");
    find.add_option("-n,--lines", filter->count, "stop after so many")
        ->type_name("COUNT")
        ->check(CLI::Range(1, 1'000'000'000));
    find.add_flag("--csv", filter->csv, "as a table for spreadsheets (RFC 4180)");
    add_filter(find, *filter);
    add_json(find, context);
    find.callback([&context, filter] { search(context, *filter); });

    const auto index = std::make_shared<std::uint64_t>();
    auto& one = *group.add_subcommand("show", "One entry, by its index");
    examples(one, {{"sealwarden log show 17", "what happened"},
                   {"sealwarden log show 17 --json", "the record as it was hashed"}});
    one.add_option("INDEX", *index, "of the entry")->required();
    add_json(one, context);
    one.callback([&context, index] { show(context, *index); });

    const auto why = std::make_shared<std::string>();
    auto& anew = *group.add_subcommand(
        "recover",
        "Give up a log that contradicts what was signed of it, and begin the next generation");
    examples(anew, {{"sealwarden log recover --reason \"an old backup was restored\"",
                     "the gateway must not run; the old log is kept beside"}});
    anew.add_option("--reason", *why, "why, for the record")->required()->type_name("TEXT");
    anew.callback([&context, why] { recover(context, *why); });

    add_log_check(group, context);
    add_log_export(group, context);
}

}  // namespace sealwarden::cli
