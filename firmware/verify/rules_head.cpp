#include <fmt/core.h>

#include <algorithm>

#include "firmware/verify/proof_files.hpp"
#include "firmware/verify/rules.hpp"

namespace sealwarden::verify::rules {
namespace {

// The key of one epoch: the leaf `E LF key` of the table whose root stands on the sheet.
PublicKey proven_key(const Case& bundle, std::uint64_t epoch) {
    const auto proof_name = fmt::format("epochs/{}.tlog-proof", epoch);
    const auto leaf = bundle.file(fmt::format("epochs/{}.bin", epoch));
    const auto& sheet = bundle.sheet;
    const auto proof =
        strictly(proof_name, [&] { return parse_inclusion(bundle.file(proof_name)); });
    const auto table = strictly(proof_name, [&] { return parse_checkpoint(proof.checkpoint); });
    const auto name = sheet.origin + "/epochs";
    const auto text = fmt::format("{}\n", epoch);
    const bool is_leaf = leaf.size() == text.size() + 32 && leaf.starts_with(text);
    const bool is_table =
        table.origin == name && table.size == sheet.keys && table.root == sheet.epochs &&
        signature_of(table.note, sheet.log_verifier(name)) == SignatureState::good;
    if (!is_leaf || !is_table || proof.index != epoch ||
        root_of_path(epoch, sheet.keys, leaf_hash(leaf), proof.path) != sheet.epochs) {
        throw Broken{say(Say::epoch_key_not_proven, epoch)};
    }
    PublicKey key{};
    std::copy(leaf.end() - 32, leaf.end(), key.begin());
    return key;
}

}  // namespace

void epochs_table(Case& bundle) {
    bundle.each(FileKind::epoch_proof, [&](auto&, const FileName& name, auto) {
        bundle.epoch_keys.emplace(name.first, proven_key(bundle, name.first));
    });
    bundle.each(FileKind::epoch_leaf, [&](auto& file, const FileName& name, auto) {
        if (!bundle.epoch_keys.contains(name.first)) {
            throw Broken{say(Say::file_lost, std::string{file} + " → .tlog-proof")};
        }
    });
}

void head_signature(Case& bundle) {
    constexpr std::string_view rule = "head.signature";
    const auto name = fmt::format("checkpoints/{}.txt", bundle.manifest.head);
    auto& head = bundle.head;
    head.checkpoint = strictly(name, [&] { return parse_checkpoint(bundle.file(name)); });
    if (head.checkpoint.size != bundle.manifest.head) throw Broken{say(Say::size_not_name, name)};
    const auto epoch = signing_epoch(head.checkpoint, bundle.manifest.origin, bundle.sheet,
                                     bundle.epoch_keys, rule, bundle.report);
    bundle.report.head = head.checkpoint.size;
    bundle.report.head_epoch = epoch;
    head.epoch = epoch.value_or(0);
}

void head_fresh(Case& bundle) {
    if (!bundle.report.head_epoch) return;
    const auto last = bundle.manifest.query.until - std::chrono::microseconds{1};
    const auto& sheet = bundle.sheet;
    // By whole epochs, not limited to the keys: behind the last key nothing can be signed at all.
    if (last >= sheet.begin_of(bundle.head.epoch + 1)) {
        bundle.report.missing("head.fresh",
                              say(Say::head_stale, second_text(sheet.begin_of(bundle.head.epoch)),
                                  record_text(bundle.manifest.query.until)));
    }
}

void manifest_window(Case& bundle) {
    if (!bundle.report.head_epoch) return;
    const auto& [first, last, from, to] = bundle.manifest.window;
    const auto& query = bundle.manifest.query;
    const auto limited = [&](Moment moment) {
        return std::min(bundle.sheet.epoch_of(moment), bundle.head.epoch);
    };
    const bool began_later = bundle.manifest.generation > 1 && from == 0;
    const auto expected = limited(query.since);
    if ((first != expected && !(began_later && first > expected)) || first > last ||
        last != limited(query.until - std::chrono::microseconds{1}) || from >= to ||
        to > bundle.head.checkpoint.size) {
        throw Broken{say(Say::window_other)};
    }
    if (began_later && first > expected) {
        bundle.report.gap(say(Say::generation_began, bundle.manifest.generation, first));
    }
}

}  // namespace sealwarden::verify::rules
