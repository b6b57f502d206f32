#include <fmt/format.h>

#include <ostream>

#include "firmware/cli/inquire.hpp"
#include "firmware/cli/out_file.hpp"
#include "firmware/cli/period.hpp"
#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"
#include "firmware/core/dock/seal_number.hpp"
#include "firmware/evidence/people.hpp"
#include "firmware/export/order.hpp"
#include "firmware/inquiry/completeness.hpp"
#include "firmware/tlog/key_words.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;

struct Arguments {
    std::string container, seal, door, case_id, since, until, language, whom, why, out;
    bool personal = false;
};

Exit exit_of(evidence::OrderFailed::Why why) {
    using enum evidence::OrderFailed::Why;
    switch (why) {
        case usage: return Exit::usage;
        case not_found: return Exit::not_found;
        case not_provable: return Exit::not_provable;
        case not_allowed: return Exit::not_allowed;
        case try_again: return Exit::try_again;
        case changed: return Exit::changed;
        case failed: return Exit::failed;
    }
    return Exit::failed;
}

evidence::Subject subject_of(const Arguments& arguments, const SiteOptions& site) {
    if (!arguments.container.empty())
        return {.kind = "container", .id = plain_number(arguments.container)};
    if (!arguments.door.empty()) return {.kind = "door", .id = arguments.door};
    if (!arguments.case_id.empty()) return {.kind = "case", .id = arguments.case_id};
    if (arguments.seal.empty()) {
        throw Failure{Exit::usage, "say of what: --container, --seal, --door or --case"};
    }
    return evidence::seal_subject(site, arguments.seal);
}

Language language_of(const Context& context, const Arguments& arguments) {
    if (arguments.language.empty()) return context.language;
    return arguments.language == "es" ? Language::spanish : Language::english;
}

evidence::Order order_of(Context& context, const Arguments& arguments) {
    const auto asked = period(arguments.since, arguments.until, context.now());
    return {.subject = subject_of(arguments, context.valid_configuration().site),
            .since = *asked.since,
            .until = *asked.until,
            .language = language_of(context, arguments),
            .whom = arguments.whom,
            .why = arguments.why,
            .personal = arguments.personal,
            .ahead = inquiry::ahead_of_utc,
            .tool = "sealwarden " + context.version};
}

json summary(const Arguments& arguments, const evidence::Built& built) {
    return {{"file", arguments.out},
            {"bytes", built.zip.size()},
            {"sha256", built.sha256},
            {"records", built.records},
            {"given", built.given},
            {"query", built.query},
            {"entry", built.entry},
            {"head", built.head},
            {"missing_witnesses", built.missing_witnesses}};
}

// Who looks for evidence that is refused wants the exit code that says why.
template <class Work>
auto ordered(Work work) {
    try {
        return work();
    } catch (const evidence::OrderFailed& error) {
        throw Failure{exit_of(error.why), error.what()};
    }
}

void build_bundle(Context& context, const Arguments& arguments) {
    const auto& config = context.valid_configuration();
    auto client = context.connect();
    const auto order = order_of(context, arguments);
    ordered([&] { evidence::check(order, config, client, context.now()); });
    OutFile out{arguments.out};
    const auto built = ordered([&] {
        return evidence::make_bundle(order, config, client, context.now(), [](evidence::Step) {});
    });
    out.write(built.zip);
    if (context.json) {
        context.print(summary(arguments, built));
        return;
    }
    context.out << fmt::format(
        "{}: {} entries of {} {} from {} to {}\n"
        "with {} entries in all, {} bytes, SHA-256 {}\n"
        "The export is entry {} of the log. To check it: sealwarden-verify {} --sheet FILE\n",
        arguments.out, built.records, order.subject.kind, order.subject.id, local_time(order.since),
        local_time(order.until), built.given, built.zip.size(), built.sha256, built.entry,
        arguments.out);
    if (built.missing_witnesses == 0) return;
    const auto sheet = ordered([&] { return evidence::sheet_of(config); });
    context.err << fmt::format(
        "Not provable yet: {} of the sheet's {} witnesses have still to sign a head of after this "
        "period. Build it again when the hour is over and they have (sealwarden checkpoint show "
        "--cosigned).\n",
        built.missing_witnesses, sheet.witnesses.size());
}

// What is lacking is better known, and mended, before somebody else finds it.
void preview(Context& context, const Arguments& arguments) {
    const auto& site = context.valid_configuration().site;
    auto client = context.connect();
    const auto asked = period(arguments.since, arguments.until, context.now());
    const auto subject = subject_of(arguments, site);
    const inquiry::Window window{.since = *asked.since, .until = *asked.until};
    const Subject about{.kind = subject.kind, .id = subject.id};
    const auto told = answer_of(inquiry::completeness(ask_of(client), &site, about, window));
    bool lacking = false;
    Columns table{context.heads({"what", "good", "points", "id", "why", "entry"})};
    for (const auto& meter : told.at("meters")) {
        table.add({meter.at("what"), meter.at("complete"), meter.at("of"), "", "", ""});
        for (const auto& one : meter.at("lacking")) {
            lacking = true;
            table.add({"", "", "", one.at("id"), one.at("why"), one.at("index")});
        }
    }
    if (context.json)
        context.print(told);
    else
        table.print(context.out);
    if (lacking) context.exit = Exit::gaps;
}

// Every bundle that was ever asked for: the log says so itself.
void list_exports(Context& context) {
    auto client = context.connect();
    auto exports = json::array();
    Columns table{context.heads({"entry", "time", "what", "name", "why"})};
    json query{{"kinds", {"export.made"}}, {"newest_first", true}, {"limit", 1000}};
    for (;;) {
        const auto page = client.call("query", query);
        for (const auto& entry : page.at("entries")) {
            table.add({entry.at("i"), local_time(inquiry::from_epoch_ms(inquiry::time_of(entry))),
                       inquiry::datum(entry, "subject"), inquiry::datum(entry, "for"),
                       inquiry::datum(entry, "why")});
            exports.push_back(entry);
        }
        if (!page.at("more").get<bool>()) break;
        query["before"] = page.at("next");
    }
    if (context.json)
        context.print({{"exports", exports}});
    else if (exports.empty())
        context.err << context.word("cli.none") << '\n';
    else
        table.print(context.out);
}

void show_sheet(Context& context, const std::string& pdf) {
    const auto& config = context.valid_configuration();
    const auto sheet = ordered([&] { return evidence::sheet_of(config); });
    const auto text = tlog::text_of(sheet);
    if (!pdf.empty()) OutFile{pdf}.write(evidence::sheet_pdf(sheet, context.language));
    if (context.json) {
        context.print({{"sheet", text}, {"words", tlog::key_words(text)}});
        return;
    }
    context.out << text << std::flush;
    context.err << "key words: " << tlog::key_words(text) << '\n';
}

void add_question(CLI::App& verb, Arguments& arguments) {
    auto* door = verb.add_option("--door", arguments.door, "of this door")->type_name("ID");
    auto* seal = verb.add_option("--seal", arguments.seal,
                                 "of this seal, by its number, or of a seal reader, by its id")
                     ->type_name("SEAL")
                     ->excludes(door);
    auto* container = verb.add_option("--container", arguments.container,
                                      "of this container, or trailer by its plate")
                          ->type_name("NUMBER")
                          ->excludes(door)
                          ->excludes(seal);
    verb.add_option("--case", arguments.case_id, "of this case, with what it is about")
        ->type_name("ID")
        ->excludes(door)
        ->excludes(seal)
        ->excludes(container);
    verb.add_option("--since", arguments.since, "from this moment on: 22:00, yesterday, RFC 3339")
        ->required()
        ->type_name("TIME");
    verb.add_option("--until", arguments.until, "before this moment")
        ->required()
        ->type_name("TIME");
}

}  // namespace

void add_evidence(CLI::App& app, Context& context) {
    auto& group = *app.add_subcommand("evidence", "What auditors are given, and can check alone");
    examples(group, {{"sealwarden evidence sheet", "what they need on paper before"}});
    group.require_subcommand(1);

    auto& make = *group.add_subcommand(
        "build",
        "All entries of a door, a seal, a container or a case in a period, as one file that proves "
        "them; it is written into the log who asked, for whom and why");
    examples(make, {{"sealwarden evidence build --door d07 --since yesterday --until today "
                     "--for customs --why \"audit 17\" --out d07.zip",
                     "a day at one door"}});
    const auto arguments = std::make_shared<Arguments>();
    add_question(make, *arguments);
    make.add_option("--for", arguments->whom, "who gets it; goes into the log")
        ->required()
        ->type_name("WHOM");
    make.add_option("--why", arguments->why, "why; goes into the log")
        ->required()
        ->type_name("TEXT");
    make.add_option("--out", arguments->out, "the file to make; never overwritten")
        ->required()
        ->type_name("FILE");
    make.add_option("--lang", arguments->language, "of the report: en or es; by LANG")
        ->check(CLI::IsMember({"en", "es"}))
        ->type_name("LANGUAGE");
    make.add_flag(
        "--personal", arguments->personal,
        "with what is said about persons, like badge numbers; else only that it is there");
    add_json(make, context);
    make.callback([&context, arguments] { build_bundle(context, *arguments); });

    auto& look = *group.add_subcommand(
        "preview",
        "What the records of a thing and a period lack; exit code 4: they lack something");
    examples(look, {{"sealwarden evidence preview --door d07 --since yesterday --until today",
                     "before a bundle is made of it"}});
    const auto looked = std::make_shared<Arguments>();
    add_question(look, *looked);
    add_json(look, context);
    look.callback([&context, looked] { preview(context, *looked); });

    auto& made = *group.add_subcommand("list", "Every bundle that was asked for, by the log");
    examples(made, {{"sealwarden evidence list", "who got what, and why"}});
    add_json(made, context);
    made.callback([&context] { list_exports(context); });

    auto& sheet = *group.add_subcommand("sheet", "The commissioning sheet, to be handed out again");
    examples(sheet,
             {{"sealwarden evidence sheet", "its text and key words"},
              {"sealwarden evidence sheet --pdf sheet.pdf", "also as a page with its code"}});
    const auto pdf = std::make_shared<std::string>();
    sheet.add_option("--pdf", *pdf, "also as a page to print; never overwritten")
        ->type_name("FILE");
    add_json(sheet, context);
    sheet.callback([&context, pdf] { show_sheet(context, *pdf); });
}

}  // namespace sealwarden::cli
