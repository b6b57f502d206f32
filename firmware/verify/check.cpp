#include "firmware/verify/check.hpp"

#include <array>

#include "firmware/verify/rules.hpp"

namespace sealwarden::verify {
namespace {

struct Rule {
    std::string_view name;
    void (*check)(Case&);
};
// The order of firmware/evidence/FORMAT.md.
constexpr std::array<Rule, 20> all_rules{{
    {"manifest.signature", rules::manifest_signature},
    {"manifest.files", rules::manifest_files},
    {"manifest.query", rules::manifest_query},
    {"epochs.table", rules::epochs_table},
    {"head.signature", rules::head_signature},
    {"manifest.query", rules::manifest_window},
    {"head.fresh", rules::head_fresh},
    {"record.form", rules::record_form},
    {"record.inclusion", rules::record_inclusion},
    {"closing.chain", rules::closing_chain},
    {"record.time", rules::record_time},
    {"range.complete", rules::range_complete},
    {"subject.counters", rules::subject_counters},
    {"subject.index", rules::subject_index},
    {"payload.commitment", rules::payload_commitment},
    {"file.hash", rules::file_hash},
    {"people.files", rules::people_files},
    {"held", rules::held},
    {"cosignature", rules::cosignature},
    {"anchor", rules::anchor},
}};

void not_checked(Report& report, std::string_view rule, Sentence why) {
    report.failures.push_back({rule, Verdict::not_checked, std::move(why)});
}

// The reader's sheet; nothing: the report says why there is none.
std::optional<Sheet> trusted_sheet(const std::string_view* enclosed, const Trust& trust,
                                   Report& report) {
    constexpr std::string_view rule = "sheet.match";
    if (!trust.sheet && !trust.words) {
        not_checked(report, rule, say(Say::no_sheet));
        return std::nullopt;
    }
    if (!trust.sheet && enclosed == nullptr) {
        not_checked(report, rule, say(Say::file_lost, "sheet.txt"));
        return std::nullopt;
    }
    const std::string sheet_text = trust.sheet ? *trust.sheet : std::string{*enclosed};
    if (trust.words && key_words(sheet_text) != *trust.words) {
        report.failures.push_back(
            {rule, Verdict::changed, say(Say::words_differ, key_words(sheet_text))});
        return std::nullopt;
    }
    if (enclosed != nullptr && *enclosed != sheet_text) {
        report.failures.push_back({rule, Verdict::changed, say(Say::sheet_differs)});
        return std::nullopt;
    }
    try {
        return parse_sheet(sheet_text);
    } catch (const Malformed& error) {
        not_checked(report, rule, say(Say::sheet_unreadable, error.what()));
        return std::nullopt;
    }
}

// Whether anything but the gateway's own keys spoke.
bool heard_outside(const Sheet& sheet, const Asked& asked, const Report& report) {
    if (!asked.held.empty() || !sheet.witnesses.empty()) return true;
    for (const auto& finding : report.findings) {
        if (finding.what.what == Say::stamped) return true;
    }
    return false;
}

}  // namespace

void check_bundle(const Files& files, const Sheet& sheet, const Asked& asked, Report& report) {
    Case bundle{.files = files, .sheet = sheet, .asked = asked, .report = report};
    for (const auto& rule : all_rules) {
        try {
            rule.check(bundle);
        } catch (const Broken& broken) {
            report.failures.push_back({rule.name, Verdict::changed, broken.why});
            return;
        } catch (const Malformed& malformed) {
            report.failures.push_back({rule.name, Verdict::changed,
                                       say(Say::file_malformed, rule.name, malformed.what())});
            return;
        }
    }
}

Report check(const std::filesystem::path& path, const Trust& trust, const Asked& asked,
             const Progress& progress) {
    Report report;
    std::error_code error;
    try {
        const bool folder = std::filesystem::is_directory(path, error);
        if (folder && std::filesystem::exists(path / "checkpoint", error)) {
            std::optional<std::string> enclosed;
            if (std::filesystem::exists(path / "sheet.txt", error)) {
                enclosed = read_file(path / "sheet.txt", 64 << 10);
            }
            const std::string_view view = enclosed ? std::string_view{*enclosed} : "";
            const auto sheet = trusted_sheet(enclosed ? &view : nullptr, trust, report);
            if (!sheet) return report;
            check_log(path, *sheet, asked, progress, report);
            if (!heard_outside(*sheet, asked, report)) report.remark(say(Say::nothing_outside));
            return report;
        }
        const auto files =
            folder ? Files::from_folder(path) : Files::from_zip(read_file(path, FileLimits{}.all));
        // The form comes first: a file that should not be there may be what misleads.
        Sheet none;
        Case form{.files = files, .sheet = none, .asked = asked, .report = report};
        rules::container_form(form);
        const auto sheet = trusted_sheet(files.find("sheet.txt"), trust, report);
        if (!sheet) return report;
        check_bundle(files, *sheet, asked, report);
        if (!heard_outside(*sheet, asked, report)) report.remark(say(Say::nothing_outside));
    } catch (const Malformed& malformed) {
        not_checked(report, "container.form", say(Say::container_unreadable, malformed.what()));
    }
    return report;
}

}  // namespace sealwarden::verify
