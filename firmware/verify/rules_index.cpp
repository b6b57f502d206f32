#include <fmt/core.h>

#include <algorithm>

#include "firmware/verify/day_index.hpp"
#include "firmware/verify/rules.hpp"

namespace sealwarden::verify::rules {
namespace {

constexpr std::string_view rule = "subject.index";

std::map<std::uint64_t, DayIndex> day_indexes(const Case& bundle) {
    std::map<std::uint64_t, DayIndex> days;
    for (const auto& [index, leaf] : bundle.leaves) {
        if (leaf.record.kind != "day.index") continue;
        try {
            days.emplace(index, parse_day_index(leaf.record));
        } catch (const Malformed& error) {
            throw Broken{say(Say::day_malformed, index, error.what())};
        }
    }
    return days;
}

// The day indexes over the window; where there is none, the entries themselves must be given.
std::vector<std::uint64_t> covering(Case& bundle, const std::map<std::uint64_t, DayIndex>& days) {
    std::vector<std::uint64_t> used;
    for (auto at = bundle.manifest.window.from; at < bundle.manifest.window.to;) {
        const auto day = days.upper_bound(at);  // its own index is behind all it counts
        if (day != days.end() && day->second.from <= at) {
            used.push_back(day->first);
            at = day->second.to;
        } else if (bundle.leaves.contains(at)) {
            ++at;
        } else {
            bundle.report.missing(rule, say(Say::day_missing, at));
            break;
        }
    }
    return used;
}

// The indexes of the subject's given entries in [from, to).
std::vector<std::uint64_t> given(const Case& bundle, const SubjectName& subject, std::uint64_t from,
                                 std::uint64_t to) {
    std::vector<std::uint64_t> indexes;
    for (auto leaf = bundle.leaves.lower_bound(from); leaf != bundle.leaves.end(); ++leaf) {
        if (leaf->first >= to) break;
        if (leaf->second.record.subject(subject) != nullptr) indexes.push_back(leaf->first);
    }
    return indexes;
}

// The first given entry behind the window says what was before it; without it the end is open.
bool is_followed(const Case& bundle, const SubjectName& subject) {
    for (auto leaf = bundle.leaves.lower_bound(bundle.manifest.window.to);
         leaf != bundle.leaves.end(); ++leaf) {
        const auto* count = leaf->second.record.subject(subject);
        if (count == nullptr) continue;
        return count->previous < static_cast<std::int64_t>(bundle.manifest.window.to);
    }
    return false;
}

void compare(Case& bundle, const SubjectName& subject, std::uint64_t index, const DayIndex& day,
             const std::optional<DayLeaf>& leaf) {
    const auto& window = bundle.manifest.window;
    const auto from = std::max(day.from, window.from);
    const auto to = std::min(day.to, window.to);
    const auto inside = given(bundle, subject, from, to);
    const auto differs = [&](bool wrong) {
        if (wrong) throw Broken{say(Say::day_differs, to_string(subject), index, inside.size())};
    };
    if (!leaf) {
        differs(!inside.empty());
        return;
    }
    differs(leaf->count == 0 || leaf->first > leaf->last || leaf->first < day.from ||
            leaf->last >= day.to);
    const bool begins = leaf->first >= from && leaf->first < to;
    const bool ends = leaf->last >= from && leaf->last < to;
    differs(begins && (inside.empty() || inside.front() != leaf->first));
    differs(ends && (inside.empty() || inside.back() != leaf->last));
    differs(begins && ends && inside.size() != leaf->count);
    differs(!inside.empty() && (inside.front() < leaf->first || inside.back() > leaf->last));
    // Some of its entries counted here lie behind the window: one of them must tell what is before.
    if (leaf->last >= window.to && !is_followed(bundle, subject)) {
        bundle.report.missing(rule, say(Say::end_open, to_string(subject)));
    }
}

}  // namespace

void subject_index(Case& bundle) {
    const auto days = day_indexes(bundle);
    for (const auto index : covering(bundle, days)) {
        const auto& day = days.at(index);
        const auto name = fmt::format("days/{}.json", index);
        if (bundle.files.find(name) == nullptr) {
            bundle.report.missing(rule, say(Say::day_proof_missing, index));
            continue;
        }
        const auto proofs =
            strictly(name, [&] { return parse_day_proofs(bundle.file(name), index, day); });
        for (const auto& subject : bundle.manifest.subjects) {
            const auto proof = std::ranges::find(proofs, subject, &DayProof::subject);
            if (proof == proofs.end()) {
                bundle.report.missing(rule, say(Say::day_proof_missing, index));
            } else {
                compare(bundle, subject, index, day, proof->present);
            }
        }
    }
    bundle.each(FileKind::day, [&](auto& name, const FileName& parsed, auto) {
        if (!days.contains(parsed.first)) throw Broken{say(Say::proof_of_nothing, name)};
    });
}

}  // namespace sealwarden::verify::rules
