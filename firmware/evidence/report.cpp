// report.pdf, and the commissioning sheet as paper.
#include <fmt/chrono.h>
#include <fmt/core.h>

#include <functional>

#include "firmware/evidence/paper.hpp"
#include "firmware/evidence/people.hpp"
#include "firmware/evidence/sentences.hpp"
#include "firmware/evidence/tables.hpp"
#include "firmware/evidence/timeline.hpp"
#include "firmware/tlog/key_words.hpp"

namespace sealwarden::evidence {
namespace {

// "2026-11-23 23:20:03 -06:00" of a record's time, by the site's clocks.
std::string site_time(const std::string& wall, const AheadOfUtc& ahead) {
    using namespace std::chrono;
    const auto moment = moment_of(wall);
    if (!moment) return wall;
    const auto at = floor<milliseconds>(moment->time_since_epoch());
    const milliseconds offset{ahead ? ahead(at.count()) : 0};
    const auto shown = floor<seconds>(at + offset);
    const auto minutes_ahead = duration_cast<minutes>(abs(offset)).count();
    return fmt::format("{:%Y-%m-%d %H:%M:%S} {}{:02}:{:02}", fmt::gmtime(shown.count()),
                       offset < 0ms ? '-' : '+', minutes_ahead / 60, minutes_ahead % 60);
}

void add_record(Paper& paper, std::uint64_t index, const nlohmann::json& record,
                const Options& options) {
    const auto wall = record.at("t").at("wall").get<std::string>();
    paper.paragraph(fmt::format("{}   {}   {}", index, site_time(wall, options.ahead),
                                sentence_of(record, options.language)),
                    Paper::Font::body, 6);
    const auto facts = facts_of(record);
    const auto kind = record.at("kind").get<std::string>();
    paper.paragraph(facts.empty() ? kind : kind + " \u00B7 " + facts, Paper::Font::small, 1);
}

// Of a checkpoint's note: origin, size, root, each on a line (c2sp.org/tlog-checkpoint).
std::string root_of(const std::string& note) {
    const auto size = note.find('\n');
    const auto root = note.find('\n', size + 1) + 1;
    constexpr std::size_t enough = 12;
    return note.substr(root, enough);
}

// Hex: whose key signed the head.
std::string log_key_id(const Given& given) {
    const auto note = tlog::parse_note(given.head_note);
    return note && !note->lines.empty() ? tlog::hex(note->lines.front().id) : "?";
}

std::string said(const nlohmann::json& data, const char* name) {
    const auto found = data.find(name);
    return found != data.end() && found->is_string() ? found->get<std::string>() : "?";
}

void add_risks(Paper& paper, const tlog::Sheet& sheet, Language language) {
    const std::map<std::string, std::string> bounds{
        {"epoch", std::to_string(sheet.epoch.count())},
        {"export", std::to_string(sheet.export_every.count())}};
    paper.paragraph(text(language, "report.risk.r1", bounds), Paper::Font::body, 4);
    paper.paragraph(text(language, "report.risk.r2"), Paper::Font::body, 3);
    paper.paragraph(text(language, "report.risk.r3"), Paper::Font::body, 3);
}

void write_report(Paper& paper, const Given& given, const LogView& log, const Options& options) {
    const auto say = [&](const std::string& key,
                         const std::map<std::string, std::string>& places = {}) {
        return text(options.language, key, places);
    };
    const auto& made = given.records.at(options.export_entry).json;
    const auto when = made.at("t").at("wall").get<std::string>();
    const auto& sheet = options.sheet;
    const auto list = [&](const char* title, const char* none,
                          const std::function<bool(const nlohmann::json&)>& wanted) {
        paper.paragraph(say(title), Paper::Font::heading, 14);
        paper.paragraph(say("report.records.words"), Paper::Font::body, 4);
        bool any = false;
        for (const auto& [index, record] : given.records) {
            if (!given.window.holds(index) || !wanted(record.json)) continue;
            any = true;
            add_record(paper, index, record.json, options);
        }
        if (!any) paper.paragraph(say(none), Paper::Font::body, 4);
    };

    paper.paragraph(say("report.title"), Paper::Font::title, 0);
    paper.paragraph(say("report.question"), Paper::Font::heading, 12);
    paper.paragraph(say("report.subject",
                        {{"subject", given.query.subject.kind + " " + given.query.subject.id}}),
                    Paper::Font::body, 4);
    paper.paragraph(say("report.period", {{"since", text_of(given.query.since)},
                                          {"until", text_of(given.query.until)}}),
                    Paper::Font::body, 2);
    const auto& data = made.at("data");
    paper.paragraph(say("report.export", {{"who", said(data, "who")},
                                          {"whom", said(data, "for")},
                                          {"why", said(data, "why")},
                                          {"index", std::to_string(options.export_entry)},
                                          {"when", when}}),
                    Paper::Font::body, 2);
    paper.paragraph(say("report.basis"), Paper::Font::heading, 14);
    paper.paragraph(
        say("report.basis.text", {{"count", std::to_string(given.records.size())},
                                  {"asked", std::to_string(given.asked_for)},
                                  {"from", std::to_string(given.window.from)},
                                  {"to", std::to_string(given.window.to)},
                                  {"origin", tlog::log_name(sheet.origin, log.generation())},
                                  {"verified", say("verdict.verified")},
                                  {"gaps", say("verdict.verified_with_gaps")},
                                  {"changed", say("verdict.changed")},
                                  {"not_provable", say("verdict.not_provable")},
                                  {"not_checked", say("verdict.not_checked")}}),
        Paper::Font::body, 4);
    paper.paragraph(say("report.timeline"), Paper::Font::heading, 14);
    paper.paragraph(say("timeline.description"), Paper::Font::body, 4);
    paper.picture(timeline_scene(given, options, 700));
    list("report.records", "report.records.none",
         [&](const nlohmann::json& record) { return is_about(record, given.query.subject); });
    list("report.gaps", "report.gaps.none", tells_of_gaps);
    paper.paragraph(say("report.risks"), Paper::Font::heading, 14);
    add_risks(paper, sheet, options.language);
    paper.paragraph(say("report.head"), Paper::Font::heading, 14);
    paper.paragraph(say("report.head.text", {{"size", std::to_string(given.head)}}),
                    Paper::Font::body, 4);
    paper.code(with_first_signature(given.head_note));
    paper.paragraph(say("report.sheet", {{"words", tlog::key_words(tlog::text_of(sheet))}}),
                    Paper::Font::body, 4);
}

}  // namespace

// Written twice: how many pages it has is known behind the last one.
std::string report_pdf(const Given& given, const LogView& log, const Options& options) {
    const auto title = text(options.language, "report.title");
    const auto when =
        given.records.at(options.export_entry).json.at("t").at("wall").get<std::string>();
    Paper draft{title, when};
    write_report(draft, given, log, options);
    const auto foot = [&, pages = draft.pages()](int page) {
        return text(options.language, "report.foot",
                    {{"page", std::to_string(page)},
                     {"pages", std::to_string(pages)},
                     {"log", tlog::log_name(options.sheet.origin, log.generation())},
                     {"size", std::to_string(given.head)},
                     {"root", root_of(given.head_note)},
                     {"key", log_key_id(given)},
                     {"when", site_time(when, options.ahead)}});
    };
    Paper paper{title, when, foot};
    write_report(paper, given, log, options);
    return std::move(paper).pdf();
}

std::string sheet_pdf(const tlog::Sheet& sheet, Language language) {
    const auto words = tlog::text_of(sheet);
    Paper paper{text(language, "sheet.title"),
                fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                            fmt::gmtime(std::chrono::system_clock::to_time_t(sheet.start)))};
    paper.paragraph(text(language, "sheet.title"), Paper::Font::title, 0);
    paper.paragraph(text(language, "sheet.text"), Paper::Font::body, 6);
    paper.paragraph(text(language, "sheet.words"), Paper::Font::heading, 14);
    paper.paragraph(tlog::key_words(words), Paper::Font::title, 4);
    paper.paragraph(words, Paper::Font::mono, 12);
    paper.code(words);
    paper.paragraph(text(language, "report.risks"), Paper::Font::heading, 14);
    add_risks(paper, sheet, language);
    return std::move(paper).pdf();
}

}  // namespace sealwarden::evidence
