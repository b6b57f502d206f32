#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "firmware/verify/crypto.hpp"
#include "firmware/verify/payload.hpp"
#include "firmware/verify/rules.hpp"
#include "firmware/verify/time_check.hpp"

namespace sealwarden::verify::rules {
namespace {

// The given payload.erased records: entry to rule.
std::map<std::uint64_t, std::string> erasures(const Case& bundle) {
    std::map<std::uint64_t, std::string> rules;
    for (const auto& [index, leaf] : bundle.leaves) {
        if (leaf.record.kind != "payload.erased") continue;
        Json json;
        json.parse(leaf.record.data);
        const auto name = fmt::format("leaves/{}.bin", index);
        strictly(name, [&] {
            const auto rule = json.root().text_at("rule");
            if (!rule.empty()) rules.emplace(json.root().count_at("ref"), rule);
        });
    }
    return rules;
}

std::string field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string row(const Case& bundle, const Record& record) {
    std::string subjects;
    for (const auto& subject : record.subjects) {
        if (!subjects.empty()) subjects += ' ';
        subjects += decoded(subject.kind) + ":" + decoded(subject.id);
    }
    std::string source;
    if (record.source) {
        source = decoded(record.source->device) + "." + decoded(record.source->point);
    }
    std::string personal;
    const auto name = fmt::format("payload/{}.json", record.index);
    if (const auto* file = bundle.files.find(name); file != nullptr && record.commitment) {
        personal = committed_payload(name, *file, *record.commitment);
    }
    return fmt::format("{},{},{},{},{},{},{},{},{}\n", record.index, record_text(record.wall),
                       record.sync, record.error_ms, record.kind, field(subjects), field(source),
                       field(record.data), field(personal));
}

bool belongs_to_gaps(const Record& record) {
    constexpr std::array<std::string_view, 14> kinds{"boot",
                                                     "clock.step",
                                                     "clock.sync",
                                                     "coverage.lost",
                                                     "coverage.regained",
                                                     "device.offline",
                                                     "device.online",
                                                     "gap",
                                                     "log.held_back",
                                                     "log.paused",
                                                     "log.recovered",
                                                     "log.signed",
                                                     "payload.erased",
                                                     "shutdown"};
    if (std::ranges::find(kinds, record.kind) != kinds.end()) return true;
    const auto closing = closing_of(record);
    return closing && closing->late;
}

}  // namespace

void payload_commitment(Case& bundle) {
    const auto& manifest = bundle.manifest;
    const auto erased = erasures(bundle);
    std::uint64_t withheld = 0;
    for (const auto& [index, leaf] : bundle.leaves) {
        const auto name = fmt::format("payload/{}.json", index);
        const auto* bytes = bundle.files.find(name);
        const auto& commitment = leaf.record.commitment;
        if (bytes != nullptr) {
            if (!commitment || manifest.erased.contains(index) ||
                manifest.withheld.contains(index)) {
                throw Broken{say(Say::payload_unexpected, name)};
            }
            (void)committed_payload(name, *bytes, *commitment);
            continue;
        }
        if (!commitment) continue;
        if (const auto rule = erased.find(index); rule != erased.end()) {
            bundle.report.gap(say(Say::payload_erased, index, rule->second));
        } else if (manifest.withheld.contains(index)) {
            ++withheld;
        } else if (manifest.erased.contains(index)) {
            bundle.report.missing("payload.commitment", say(Say::erasure_without_entry, index));
        } else {
            bundle.report.missing("payload.commitment", say(Say::payload_missing, index));
        }
    }
    if (withheld != 0) bundle.report.remark(say(Say::payloads_withheld, withheld));
    bundle.each(FileKind::payload, [&](auto& name, const FileName& parsed, auto) {
        if (!bundle.leaves.contains(parsed.first)) {
            throw Broken{say(Say::payload_unexpected, name)};
        }
    });
}

void file_hash(Case& bundle) {
    std::set<Hash> named;
    std::set<Hash> there;
    bundle.each(FileKind::picture, [&](auto& name, auto&, std::string_view bytes) {
        const auto hash = sha256(bytes);
        if (hash != hash_of_hex(std::string_view{name}.substr(6, 64))) {
            throw Broken{say(Say::picture_other, name)};
        }
        there.insert(hash);
    });
    for (const auto& [index, leaf] : bundle.leaves) {
        for (const auto& picture : leaf.record.pictures) {
            named.insert(picture);
            if (!there.contains(picture)) {
                bundle.report.gap(say(Say::picture_missing, index, hex(picture)));
            }
        }
    }
    for (const auto& picture : there) {
        if (!named.contains(picture)) throw Broken{say(Say::picture_of_nothing, hex(picture))};
    }
}

void people_files(Case& bundle) {
    std::string records = "index,time,sync,err_ms,kind,subjects,source,details,personal\n";
    std::string gaps = records;
    for (const auto& [index, leaf] : bundle.leaves) {
        if (!bundle.in_window(index)) continue;
        const auto line = row(bundle, leaf.record);
        records += line;
        if (belongs_to_gaps(leaf.record)) gaps += line;
    }
    if (bundle.file("records.csv") != records) throw Broken{say(Say::table_differs, "records.csv")};
    if (bundle.file("gaps.csv") != gaps) throw Broken{say(Say::table_differs, "gaps.csv")};
}

}  // namespace sealwarden::verify::rules
