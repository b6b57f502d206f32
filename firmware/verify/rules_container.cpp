#include <fmt/core.h>

#include "firmware/verify/crypto.hpp"
#include "firmware/verify/rules.hpp"

namespace sealwarden::verify::rules {
namespace {

bool is_outside_manifest(std::string_view name) {
    return name == "manifest.json" || name == "manifest.note" || name == "SHA256SUMS" ||
           name == "START-HERE.html";
}

std::string sums_of(const Files& files) {
    std::string sums;
    for (const auto& [name, bytes] : files.all()) {
        if (name != "SHA256SUMS") sums += fmt::format("{}  {}\n", hex(sha256(bytes)), name);
    }
    return sums;
}

}  // namespace

void container_form(Case& bundle) {
    for (const auto& [name, bytes] : bundle.files.all()) {
        if (file_name(name).kind == FileKind::unknown) {
            throw Malformed{fmt::format("{}: no file of a bundle has that name", name)};
        }
    }
    for (const auto* needed : {"manifest.json", "manifest.note", "SHA256SUMS", "sheet.txt"}) {
        if (bundle.files.find(needed) == nullptr) {
            throw Malformed{fmt::format("{} is missing", needed)};
        }
    }
}

void manifest_signature(Case& bundle) {
    const auto manifest = bundle.file("manifest.json");
    const auto note =
        strictly("manifest.note", [&] { return parse_note(bundle.file("manifest.note")); });
    const auto key = bundle.sheet.log_verifier(bundle.sheet.origin + "/bundle");
    switch (signature_of(note, key)) {
        case SignatureState::good: break;
        case SignatureState::absent: throw Broken{say(Say::manifest_not_signed)};
        case SignatureState::wrong: throw Broken{say(Say::manifest_wrong_signature)};
    }
    if (note.text != fmt::format("sealwarden bundle 1\n{}\n", hex(sha256(manifest)))) {
        throw Broken{say(Say::manifest_other)};
    }
    bundle.manifest =
        strictly("manifest.json", [&] { return parse_manifest(manifest, bundle.sheet.origin); });
}

void manifest_files(Case& bundle) {
    const auto& listed = bundle.manifest.files;
    for (const auto& [name, bytes] : bundle.files.all()) {
        if (is_outside_manifest(name)) continue;
        const auto found = listed.find(name);
        if (found == listed.end()) throw Broken{say(Say::file_not_listed, name)};
        if (found->second != sha256(bytes)) throw Broken{say(Say::file_changed, name)};
    }
    for (const auto& [name, hash] : listed) {
        if (bundle.files.find(name) == nullptr || is_outside_manifest(name)) {
            throw Broken{say(Say::file_lost, name)};
        }
    }
    if (bundle.file("SHA256SUMS") != sums_of(bundle.files)) {
        throw Broken{say(Say::sums_differ)};
    }
}

void manifest_query(Case& bundle) {
    constexpr std::string_view rule = "manifest.query";
    const auto& query = bundle.manifest.query;
    const auto& asked = bundle.asked;
    auto& report = bundle.report;
    report.log = bundle.manifest.origin;
    report.subject = to_string(query.subject);
    report.since = record_text(query.since);
    report.until = record_text(query.until);
    if (asked.subject && *asked.subject != query.subject) {
        report.missing(rule, say(Say::query_other_subject, to_string(query.subject),
                                 to_string(*asked.subject)));
    }
    if ((asked.since && *asked.since != query.since) ||
        (asked.until && *asked.until != query.until)) {
        report.missing(rule, say(Say::query_other_period, *report.since, *report.until));
    }
    if (!(query.since < query.until)) throw Broken{say(Say::query_empty)};
    const auto& subjects = bundle.manifest.subjects;
    if (subjects.empty() || subjects.front() != query.subject) {
        throw Broken{say(Say::query_subject_not_first)};
    }
    for (const auto& subject : subjects) {
        if (subject.kind == "gateway") return;
    }
    throw Broken{say(Say::query_without_gateway)};
}

}  // namespace sealwarden::verify::rules
