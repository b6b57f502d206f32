#include <fmt/core.h>

#include <algorithm>

#include "firmware/verify/proof_files.hpp"
#include "firmware/verify/rules.hpp"
#include "firmware/verify/time_check.hpp"

namespace sealwarden::verify::rules {
namespace {

void load_leaf(Case& bundle, std::string_view name, std::uint64_t index, std::string_view bytes) {
    auto& leaf = bundle.leaves[index];
    try {
        parse_record(bytes, index, leaf.record);
        (void)closing_of(leaf.record);
    } catch (const Malformed& error) {
        throw Broken{say(Say::record_malformed, name, error.what())};
    }
    leaf.hash = leaf_hash(bytes);
}

// A range that does not lead to the head is left out here; range.complete says why.
void load_range(Case& bundle) {
    bundle.each(FileKind::range, [&](auto&, const FileName&, std::string_view bytes) {
        try {
            auto file = parse_range(bytes);
            file.range.size = bundle.head.checkpoint.size;
            if (file.range.root() == bundle.head.checkpoint.root) {
                bundle.range = std::move(file.range);
            }
        } catch (const Malformed&) {
            return;
        }
    });
}

}  // namespace

void record_form(Case& bundle) {
    bundle.each(FileKind::leaf, [&](auto& name, const FileName& parsed, std::string_view bytes) {
        load_leaf(bundle, name, parsed.first, bytes);
    });
    const auto& manifest = bundle.manifest;
    for (const auto& [index, leaf] : bundle.leaves) {
        const bool about_subject = std::ranges::any_of(
            manifest.subjects, [&](const SubjectName& s) { return leaf.record.subject(s); });
        if (!manifest.context.contains(index) && !(bundle.in_window(index) && about_subject)) {
            throw Broken{say(Say::record_not_asked, index)};
        }
        if (bundle.in_window(index) && tells_a_gap(leaf.record.kind)) {
            bundle.report.gap(say(Say::told_gap, index, leaf.record.kind, leaf.record.data,
                                  record_text(leaf.record.wall)));
        }
    }
    for (const auto index : manifest.context) {
        if (!bundle.leaves.contains(index)) throw Broken{say(Say::record_lost, index)};
    }
    const auto made = bundle.leaves.find(manifest.export_entry);
    if (made == bundle.leaves.end() || made->second.record.kind != "export.made") {
        throw Broken{say(Say::export_not_entered, manifest.export_entry)};
    }
    bundle.report.entries = bundle.leaves.size();
}

void record_inclusion(Case& bundle) {
    const auto& head = bundle.head.checkpoint;
    for (const auto& [index, leaf] : bundle.leaves) {
        const auto name = fmt::format("proofs/{}.tlog-proof", index);
        if (bundle.files.find(name) == nullptr) {
            bundle.report.missing("record.inclusion", say(Say::proof_missing, index));
            continue;
        }
        const auto proof = strictly(name, [&] { return parse_inclusion(bundle.file(name)); });
        if (proof.checkpoint != head.note.source || proof.index != index ||
            root_of_path(index, head.size, leaf.hash, proof.path) != head.root) {
            throw Broken{say(Say::not_in_tree, index)};
        }
    }
    bundle.each(FileKind::proof, [&](auto& name, const FileName& parsed, auto) {
        if (!bundle.leaves.contains(parsed.first)) throw Broken{say(Say::proof_of_nothing, name)};
    });
    load_range(bundle);
}

void record_time(Case& bundle) {
    TimeCheck check{bundle.sheet};
    const auto& closings = bundle.closings;
    for (const auto& [index, leaf] : bundle.leaves) {
        // The known closings around the position say the epochs it may be of.
        std::uint64_t first = 0;
        std::uint64_t last = bundle.head.epoch;
        for (const auto& [epoch, size] : closings) {
            if (size <= index) {
                first = epoch + 1;
            } else {
                last = epoch;
                break;
            }
        }
        check.add(leaf.record, bundle.manifest.generation, first, last);
    }
    check.finish(bundle.late, bundle.report);
}

}  // namespace sealwarden::verify::rules
