// Questions about what happened: the same ones, by the same code, as the console's.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "firmware/cli/entries.hpp"
#include "firmware/cli/inquire.hpp"
#include "firmware/cli/out_file.hpp"
#include "firmware/cli/period.hpp"
#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"
#include "firmware/inquiry/coverage.hpp"
#include "firmware/inquiry/handover.hpp"
#include "firmware/inquiry/names.hpp"
#include "firmware/inquiry/search.hpp"
#include "firmware/inquiry/stock.hpp"
#include "firmware/inquiry/timeline.hpp"
#include "firmware/timeline/svg.hpp"

namespace sealwarden::cli {
namespace {

using boost::asio::awaitable;
using nlohmann::json;

struct Asked {
    std::string subject, since, until;
    std::vector<std::string> words;
    bool personal = false;
    std::string svg;  // a file to be made
};

inquiry::Window window_of(const Context& context, const Asked& asked) {
    const auto now = context.now();
    const auto given = period(asked.since, asked.until, now);
    return {.since = given.since.value_or(WallTime{}), .until = given.until.value_or(now)};
}

// Nobody has watched yet what is still to come.
inquiry::Window past_of(const Context& context, const Asked& asked) {
    auto window = window_of(context, asked);
    const auto now = context.now();
    if (window.since >= now)
        throw Failure{Exit::usage, "--since is in the future: nothing can be said of it yet"};
    window.until = std::min(window.until, now);
    return window;
}

std::optional<Subject> subject_of(const Asked& asked) {
    if (asked.subject.empty()) return {};
    auto subject = inquiry::subject_from(asked.subject);
    if (!subject) {
        throw Failure{Exit::usage, "`" + asked.subject +
                                       "` is no subject; write its kind and its id, like door:d07"};
    }
    return subject;
}

// A mistyped one would read as "nothing happened".
void check_known(Context& context, local::Client& client, const Subject& subject) {
    const auto& site = context.valid_configuration().site;
    if (answer_of(inquiry::is_known(ask_of(client), &site, subject))) return;
    throw Failure{Exit::not_found, "there is no " + subject.kind + " `" + subject.id +
                                       "`, and the log never had one"};
}

Shown time_cell(const json& epoch_ms) {
    if (epoch_ms.is_null()) return "-";
    return local_time(WallTime{std::chrono::milliseconds{epoch_ms.get<std::int64_t>()}});
}

awaitable<json> find(inquiry::Ask ask, const SiteOptions* site, bool personal,
                     inquiry::SearchQuestion question) {
    inquiry::PeopleBook people;
    if (personal) co_await people.refresh(ask);
    const auto* known = personal ? &people : nullptr;
    auto found = co_await inquiry::search(ask, site, known, std::move(question));
    co_return found;
}

void search(Context& context, const Asked& asked) {
    auto client = context.connect();
    inquiry::SearchQuestion question{.now = context.now(), .language = context.language};
    for (const auto& word : asked.words) question.text += (question.text.empty() ? "" : " ") + word;
    const auto& site = context.valid_configuration().site;
    const auto found = answer_of(find(ask_of(client), &site, asked.personal, std::move(question)));
    if (context.json) {
        context.print(found);
        return;
    }
    for (const auto& note : found.at("notes")) {
        const bool each = note.at("code") == "each_word";
        context.err << Shown{context.word(each ? "cli.each_word" : "cli.check_digit",
                                          {{"number", note.value("number", "")}})}
                    << '\n';
    }
    Columns table{context.heads({"kind", "id", "what", "time", "entry"})};
    for (const auto& hit : found.at("hits")) {
        const bool alike = hit.value("alike", false);
        table.add({hit.at("kind"), hit.at("id"),
                   alike ? Shown{context.word("cli.alike", {{"what", hit.at("title")}})}
                         : Shown{hit.at("title")},
                   time_cell(hit.at("at_ts")),
                   hit.at("index").is_null() ? Shown{"-"} : Shown{hit.at("index")}});
    }
    if (found.at("hits").empty())
        context.err << context.word("cli.none") << '\n';
    else
        table.print(context.out);
}

void timeline(Context& context, const Asked& asked) {
    const auto subject = subject_of(asked);
    auto client = context.connect();
    check_known(context, client, *subject);
    inquiry::TimelineQuestion question{
        .subject = *subject, .window = past_of(context, asked), .language = context.language};
    const auto told =
        answer_of(inquiry::timeline(ask_of(client), &context.valid_configuration().site, question));
    if (!asked.svg.empty()) {
        OutFile file{asked.svg};
        const auto scene = inquiry::picture_of(told, 1000, context.now(), context.language);
        const std::map<std::string, std::string> places{{"subject", asked.subject},
                                                        {"since", rfc3339(question.window.since)},
                                                        {"until", rfc3339(question.window.until)}};
        file.write(timeline::svg_of(scene, text(context.language, "timeline.title", places),
                                    context.word("timeline.description")));
        context.out << asked.svg << '\n';
        return;
    }
    if (context.json) {
        context.print(told);
        return;
    }
    for (const auto& lane : told.at("lanes")) {
        if (lane.at("spans").empty() && lane.at("marks").empty()) continue;
        context.out << context.paint("bold", lane.at("id")) << '\n';
        Columns table{context.heads({"since", "until", "state", "entry", "what"})};
        for (const auto& span : lane.at("spans")) {
            table.add({time_cell(span.at("from_ts")), time_cell(span.at("to_ts")),
                       context.state(span.at("state")), span.at("index"), span.at("subject")});
        }
        for (const auto& mark : lane.at("marks")) {
            table.add({time_cell(mark.at("at_ts")), "", "", mark.at("index"), mark.at("text")});
        }
        table.print(context.out);
    }
}

void coverage(Context& context, const Asked& asked) {
    const auto subject = subject_of(asked);
    auto client = context.connect();
    const auto& site = context.valid_configuration().site;
    if (subject && inquiry::points_about(site, *subject).empty()) {
        throw Failure{Exit::not_found, "nothing watches " + asked.subject +
                                           "; `sealwarden point list` shows what is watched"};
    }
    const auto told =
        answer_of(inquiry::coverage(ask_of(client), &site, past_of(context, asked), subject));
    bool gaps = false;
    Columns table{context.heads({"point", "watched", "since", "until", "why", "entry"})};
    for (const auto& point : told.at("points")) {
        const auto ratio = fmt::format("{:.3f} %", 100 * point.at("ratio").get<double>());
        if (point.at("gaps").empty()) table.add({point.at("point"), ratio, "", "", "", ""});
        for (const auto& gap : point.at("gaps")) {
            gaps = true;
            table.add({point.at("point"), ratio, time_cell(gap.at("from_ts")),
                       time_cell(gap.at("to_ts")), context.state(gap.at("why")), gap.at("index")});
        }
    }
    if (context.json)
        context.print(told);
    else
        table.print(context.out);
    if (gaps) context.exit = Exit::gaps;
}

void handover(Context& context, const Asked& asked) {
    auto client = context.connect();
    const auto& site = context.valid_configuration().site;
    const inquiry::MaySee all = [](const json&) { return true; };
    const auto told =
        answer_of(inquiry::handover(ask_of(client), &site, past_of(context, asked), all));
    if (context.json) {
        context.print(told);
        return;
    }
    const auto title = [&](const char* name) {
        context.out << context.paint("bold", context.word(std::string{"handover."} + name)) << ": "
                    << told.at(name).size() << '\n';
    };
    for (const auto* name : {"alarms", "set_aside"}) {
        title(name);
        for (const auto& alarm : told.at(name)) {
            context.out << "  " << time_cell(alarm.at("raised_ts")) << "  "
                        << Shown{inquiry::sentence_of_alarm(alarm, site, context.language)} << "  "
                        << Shown{context.state(alarm.at("state"))} << '\n';
        }
    }
    for (const auto* name : {"cases", "visits", "visitors", "drivers", "acknowledgements",
                             "deviations", "findings", "acts_refused", "maintenance", "gateway"}) {
        title(name);
        for (const auto& entry : told.at(name)) {
            context.out << "  ";
            print_entry(context, entry);
        }
    }
    title("coverage");
    for (const auto& point : told.at("coverage")) {
        context.out << "  " << Shown{point.at("point")} << "  "
                    << fmt::format("{:.3f} %", 100 * point.at("ratio").get<double>()) << '\n';
    }
}

awaitable<json> sheet(inquiry::Ask ask) {
    inquiry::StockBook book;
    co_await book.refresh(ask);
    co_return book.sheet(true);
}

void stock(Context& context) {
    auto client = context.connect();
    const auto told = answer_of(sheet(ask_of(client)));
    if (context.json) {
        context.print(told);
        return;
    }
    if (told.at("lots").empty()) {
        context.err << context.word("cli.none") << '\n';
        return;
    }
    // The names of the log's own fields, as in the other lists of records.
    const std::vector<const char*> columns{"opening", "received",    "issued",   "returned",
                                           "void",    "lost",        "expected", "counted",
                                           "missing", "unexplained", "unlisted"};
    std::vector<Shown> head{context.word("head.id")};
    for (const auto* column : columns) head.emplace_back(column);
    Columns table{head};
    for (const auto& lot : told.at("lots")) {
        std::vector<Shown> row{lot.at("lot")};
        for (const auto* column : columns) {
            const auto& value = lot.at(column);
            row.push_back(value.is_null() ? Shown{"-"} : Shown{value});
        }
        table.add(std::move(row));
    }
    table.print(context.out);
}

void add_period(CLI::App& verb, Asked& asked, const char* since) {
    asked.since = since;
    verb.add_option("--since", asked.since, "from this moment on: 2h, 22:00, yesterday, RFC 3339")
        ->type_name("TIME");
    verb.add_option("--until", asked.until, "before this moment; now")->type_name("TIME");
}

}  // namespace

void add_inquiries(CLI::App& app, Context& context) {
    const auto sought = std::make_shared<Asked>();
    auto& box = *app.add_subcommand(
        "search", "Find a container, a seal, a door, a person, a case, a visit, by what is known");
    examples(box, {{"sealwarden search HL123", "every seal whose number has this in it"},
                   {"sealwarden search d07 22:00 02:00", "a door, and what happened there then"},
                   {"sealwarden search --personal ana", "also people, by their names"}});
    box.add_option("WORDS", sought->words, "parts of numbers, ids, names; times")->required();
    box.add_flag("--personal", sought->personal,
                 "also by what is kept about persons; for root and the gateway's own user");
    add_json(box, context);
    box.callback([&context, sought] { search(context, *sought); });

    const auto story = std::make_shared<Asked>();
    auto& lanes = *app.add_subcommand(
        "timeline", "What happened to one thing: door, seal, cameras, alarms, people, the visit");
    examples(lanes, {{"sealwarden timeline door:d07 --since 22:00 --until 02:00",
                      "what happened at dock 7, and who"},
                     {"sealwarden timeline door:d08 --json", "of the last day, as JSON"},
                     {"sealwarden timeline door:d08 --svg d08.svg", "as a picture"}});
    lanes.add_option("SUBJECT", story->subject, "its kind and id, like door:d07")->required();
    add_period(lanes, *story, "24h");
    lanes.add_option("--svg", story->svg, "make this file: the picture, as SVG");
    add_json(lanes, context);
    lanes.callback([&context, story] { timeline(context, *story); });

    const auto watched = std::make_shared<Asked>();
    auto& cover = *app.add_subcommand(
        "coverage", "When each point was watched, and why not; exit code 4: there are gaps");
    examples(cover, {{"sealwarden coverage", "of the last day"},
                     {"sealwarden coverage --since 7d --json", "of a week, as JSON"}});
    cover.add_option("--subject", watched->subject, "only of this thing, like door:d07")
        ->type_name("SUBJECT");
    add_period(cover, *watched, "24h");
    add_json(cover, context);
    cover.callback([&context, watched] { coverage(context, *watched); });

    const auto shift = std::make_shared<Asked>();
    auto& over = *app.add_subcommand("handover", "What one shift hands to the next");
    examples(over, {{"sealwarden handover", "of the last eight hours"},
                    {"sealwarden handover --since 06:00 --json", "of a shift, as JSON"}});
    add_period(over, *shift, "8h");
    add_json(over, context);
    over.callback([&context, shift] { handover(context, *shift); });

    auto& lots = *app.get_subcommand("lot");
    auto& seals = *lots.add_subcommand("stock", "How the stock of seals stands, lot by lot");
    examples(seals, {{"sealwarden lot stock", "opening, issued, void, expected, counted"}});
    add_json(seals, context);
    seals.callback([&context] { stock(context); });
}

}  // namespace sealwarden::cli
