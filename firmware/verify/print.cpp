#include "firmware/verify/print.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "firmware/verify/record.hpp"

namespace sealwarden::verify {
namespace {

// What comes from a bundle must not move the reader's cursor or colours.
std::string printable(std::string_view text) {
    if (!is_utf8(text)) return hex(text);
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        result += byte < 0x20 || byte == 0x7F ? '?' : c;
    }
    // U+0080 to U+009F are control characters too: C2 80 to C2 9F.
    for (std::size_t at = 0; (at = result.find('\xC2', at)) != std::string::npos; ++at) {
        if (static_cast<unsigned char>(result[at + 1]) < 0xA0) result.replace(at, 2, "??");
    }
    return result;
}

struct Labels {
    std::string_view rule, log, subject, gap, remark, missing;
};
constexpr Labels english{"rule", "log", "subject", "gap", "remark", "missing"};
constexpr Labels spanish{"regla", "registro", "objeto", "laguna", "nota", "falta"};

std::string sentence(const Report& report, Language language) {
    if (const auto* failure = report.decisive()) return text(failure->why, language);
    const auto gaps = std::ranges::count_if(report.findings, &Finding::gap);
    return gaps == 0 ? text(say(Say::all_rules), language)
                     : text(say(Say::all_rules_gaps, gaps), language);
}

void add_line(std::string& out, std::string_view label, std::string_view what) {
    out += fmt::format("{:<10}{}\n", label, printable(what));
}

std::string quoted(std::string_view text) {
    return "\"" + (is_utf8(text) ? escaped(text) : hex(text)) + "\"";
}

std::string quoted_or_null(const std::optional<std::string>& text) {
    return text ? quoted(*text) : "null";
}

std::string number_or_null(const std::optional<std::uint64_t>& number) {
    return number ? std::to_string(*number) : "null";
}

std::string_view verdict_word(Verdict verdict) {
    switch (verdict) {
        case Verdict::verified: return "verified";
        case Verdict::with_gaps: return "verified_with_gaps";
        case Verdict::not_provable: return "not_provable";
        case Verdict::changed: return "changed";
        case Verdict::not_checked: return "not_checked";
    }
    return "";
}

std::string json_places(const Sentence& what) {
    std::string places;
    for (const auto& place : what.places) places += (places.empty() ? "" : ",") + quoted(place);
    return places;
}

}  // namespace

std::string_view verdict_words(Verdict verdict, Language language) {
    const bool es = language == Language::spanish;
    switch (verdict) {
        case Verdict::verified: return es ? "Verificado" : "Verified";
        case Verdict::with_gaps: return es ? "Verificado, con lagunas" : "Verified, with gaps";
        case Verdict::not_provable: return es ? "No demostrable" : "Not provable";
        case Verdict::changed: return es ? "Alterado" : "Changed";
        case Verdict::not_checked: return es ? "No comprobado" : "Not checked";
    }
    return "";
}

std::string print_text(const Report& report, Language language) {
    const auto& labels = language == Language::spanish ? spanish : english;
    std::string out{verdict_words(report.verdict(), language)};
    out += "\n" + printable(sentence(report, language)) + "\n\n";
    const auto* decisive = report.decisive();
    if (decisive != nullptr) add_line(out, labels.rule, decisive->rule);
    if (!report.log.empty()) {
        add_line(out, labels.log,
                 fmt::format("{}: {}/{}", report.log, report.entries, report.head));
    }
    if (report.subject) {
        add_line(out, labels.subject,
                 fmt::format("{}, {} – {}: {}", *report.subject, *report.since, *report.until,
                             report.records ? std::to_string(*report.records) : "?"));
    }
    for (const auto& failure : report.failures) {
        if (&failure == decisive) continue;
        add_line(out, labels.missing,
                 fmt::format("{}: {}", failure.rule, text(failure.why, language)));
    }
    for (const auto& finding : report.findings) {
        add_line(out, finding.gap ? labels.gap : labels.remark, text(finding.what, language));
    }
    return out;
}

std::string print_json(const Report& report, Language language) {
    std::string failures;
    for (const auto& [rule, verdict, why] : report.failures) {
        failures += fmt::format(
            "{}{{\"places\":[{}],\"rule\":\"{}\",\"sentence\":{},\"verdict\":\"{}\",\"word\":\"{}"
            "\"}}",
            failures.empty() ? "" : ",", json_places(why), rule, quoted(text(why, language)),
            verdict_word(verdict), word(why.what));
    }
    std::string findings;
    for (const auto& [gap, what] : report.findings) {
        findings += fmt::format("{}{{\"gap\":{},\"places\":[{}],\"sentence\":{},\"word\":\"{}\"}}",
                                findings.empty() ? "" : ",", gap, json_places(what),
                                quoted(text(what, language)), word(what.what));
    }
    const auto* decisive = report.decisive();
    const auto broken = decisive != nullptr ? quoted(decisive->rule) : std::string{"null"};
    return fmt::format(
        "{{\"entries\":{},\"exit\":{},\"failures\":[{}],\"findings\":[{}],\"head\":{},"
        "\"head_epoch\":{},\"log\":{},\"records\":{},\"rule\":{},\"sentence\":{},\"since\":{},"
        "\"subject\":{},\"until\":{},\"verdict\":\"{}\"}}\n",
        report.entries, exit_code(report.verdict()), failures, findings, report.head,
        number_or_null(report.head_epoch), quoted(report.log), number_or_null(report.records),
        broken, quoted(sentence(report, language)), quoted_or_null(report.since),
        quoted_or_null(report.subject), quoted_or_null(report.until),
        verdict_word(report.verdict()));
}

}  // namespace sealwarden::verify
