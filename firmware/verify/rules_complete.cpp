#include <fmt/core.h>

#include "firmware/verify/proof_files.hpp"
#include "firmware/verify/rules.hpp"
#include "firmware/verify/time_check.hpp"

namespace sealwarden::verify::rules {
namespace {

constexpr std::string_view chain = "closing.chain";

void load_checkpoints(Case& bundle) {
    bundle.each(FileKind::checkpoint, [&](auto& name, const FileName& parsed, auto bytes) {
        auto checkpoint = strictly(name, [&] { return parse_checkpoint(bytes); });
        if (checkpoint.size != parsed.first) throw Broken{say(Say::size_not_name, name)};
        if (checkpoint.size > bundle.head.checkpoint.size) {
            throw Broken{say(Say::checkpoint_beyond_head, checkpoint.size)};
        }
        const auto epoch = signing_epoch(checkpoint, bundle.manifest.origin, bundle.sheet,
                                         bundle.epoch_keys, chain, bundle.report);
        if (!epoch) return;
        const auto size = checkpoint.size;
        bundle.checkpoints.emplace(size, SignedCheckpoint{std::move(checkpoint), *epoch});
    });
}

// A consistency proof from `size` to the head, if the bundle has one that holds.
bool linked_by_proof(const Case& bundle, std::uint64_t size, const Hash& root) {
    const auto& head = bundle.head.checkpoint;
    const auto name = fmt::format("consistency/{}-{}.txt", size, head.size);
    if (bundle.files.find(name) == nullptr) return false;
    const auto proof = strictly(name, [&] { return parse_consistency(bundle.file(name)); });
    if (proof.checkpoint != head.note.source || proof.old_size != size ||
        !is_consistent(size, root, head.size, head.root, proof.hashes)) {
        throw Broken{say(Say::not_consistent, size)};
    }
    return true;
}

void link_to_head(Case& bundle) {
    std::set<std::uint64_t> sizes;
    for (const auto& [size, checkpoint] : bundle.checkpoints) sizes.insert(size);
    if (bundle.range) bundle.roots = bundle.range->roots_at(sizes);
    bundle.each(FileKind::consistency, [&](auto& name, const FileName& parsed, auto) {
        if (!sizes.contains(parsed.first) || parsed.second != bundle.head.checkpoint.size) {
            throw Broken{say(Say::proof_of_nothing, name)};
        }
    });
    for (const auto& [size, checkpoint] : bundle.checkpoints) {
        const auto& root = checkpoint.checkpoint.root;
        const auto by_range = bundle.roots.find(size);
        if (by_range != bundle.roots.end() && by_range->second != root) {
            throw Broken{say(Say::not_consistent, size)};
        }
        const bool by_proof = linked_by_proof(bundle, size, root);
        if (!by_proof && by_range == bundle.roots.end() && size != bundle.head.checkpoint.size) {
            bundle.report.missing(chain, say(Say::consistency_missing, size));
        }
    }
}

// The checkpoints whose last leaf closes the epoch that signed them.
void find_closings(Case& bundle) {
    for (const auto& [size, checkpoint] : bundle.checkpoints) {
        const auto leaf = size == 0 ? bundle.leaves.end() : bundle.leaves.find(size - 1);
        if (leaf == bundle.leaves.end()) continue;
        const auto closing = closing_of(leaf->second.record);
        if (!closing) continue;
        if (closing->epoch != checkpoint.epoch) {
            throw Broken{say(Say::closing_other_epoch, size, closing->epoch, checkpoint.epoch)};
        }
        if (!bundle.closings.emplace(closing->epoch, size).second) {
            throw Broken{say(Say::closed_twice, closing->epoch)};
        }
        if (closing->late) bundle.late.emplace(closing->epoch, leaf->second.record.wall);
    }
}

void check_order(const Case& bundle) {
    std::uint64_t epoch = 0;
    bool closed = false;
    for (const auto& [size, checkpoint] : bundle.checkpoints) {
        if (checkpoint.epoch < epoch || (closed && checkpoint.epoch == epoch)) {
            throw Broken{say(Say::checkpoint_out_of_order, size, checkpoint.epoch)};
        }
        epoch = checkpoint.epoch;
        const auto closing = bundle.closings.find(epoch);
        closed = closing != bundle.closings.end() && closing->second == size;
    }
}

void require_closing(Case& bundle, std::uint64_t epoch) {
    if (bundle.closings.contains(epoch)) return;
    for (const auto& [size, checkpoint] : bundle.checkpoints) {
        if (checkpoint.epoch == epoch) throw Broken{say(Say::not_a_closing, epoch, size)};
    }
    bundle.report.missing(chain, say(Say::closing_missing, epoch));
}

// The window begins and ends where its epochs do.
void check_ends(Case& bundle) {
    const auto& [first, last, from, to] = bundle.manifest.window;
    const bool begins_log = from == 0 && (first == 0 || bundle.manifest.generation > 1);
    if (!begins_log) {
        if (first == 0) throw Broken{say(Say::window_other)};
        require_closing(bundle, first - 1);
        const auto before = bundle.closings.find(first - 1);
        if (before != bundle.closings.end() && before->second != from) {
            throw Broken{say(Say::window_other)};
        }
    }
    const auto end = bundle.closings.find(last);
    const bool open = end == bundle.closings.end() && last == bundle.head.epoch;
    if ((open && to != bundle.head.checkpoint.size) ||
        (end != bundle.closings.end() && to != end->second)) {
        throw Broken{say(Say::window_other)};
    }
    if (open) bundle.report.gap(say(Say::epoch_open, last));
}

void report_late(Case& bundle) {
    if (bundle.late.empty()) return;
    const auto& [first, last, from, to] = bundle.manifest.window;
    std::uint64_t count = 0;
    std::optional<std::uint64_t> begin;
    std::uint64_t end = 0;
    for (const auto& [epoch, when] : bundle.late) {
        if (epoch < first || epoch > last) continue;
        if (!begin) begin = epoch;
        end = epoch;
        ++count;
    }
    if (begin) {
        bundle.report.gap(say(Say::closed_late, count, second_text(bundle.sheet.begin_of(*begin)),
                              second_text(bundle.sheet.begin_of(end + 1))));
    }
}

}  // namespace

void closing_chain(Case& bundle) {
    if (!bundle.report.head_epoch) return;
    load_checkpoints(bundle);
    link_to_head(bundle);
    find_closings(bundle);
    check_order(bundle);
    const auto& window = bundle.manifest.window;
    for (auto epoch = window.first_epoch; epoch <= window.last_epoch; ++epoch) {
        if (epoch != bundle.head.epoch) require_closing(bundle, epoch);
    }
    check_ends(bundle);
    report_late(bundle);
}

void range_complete(Case& bundle) {
    const auto& [first, last, from, to] = bundle.manifest.window;
    const auto name = fmt::format("range/{}-{}.txt", from, to);
    bundle.each(FileKind::range, [&](auto& other, auto&, auto) {
        if (other != name) throw Broken{say(Say::proof_of_nothing, other)};
    });
    if (bundle.files.find(name) == nullptr) {
        bundle.report.missing("range.complete", say(Say::range_missing, from, to));
        return;
    }
    const auto file = strictly(name, [&] { return parse_range(bundle.file(name)); });
    if (!bundle.range || file.range.from != from || file.range.to != to ||
        file.checkpoint != bundle.head.checkpoint.note.source) {
        throw Broken{say(Say::range_not_in_tree, from, to)};
    }
    for (const auto& [index, leaf] : bundle.leaves) {
        if (!bundle.in_window(index)) continue;
        if (file.range.leaves[static_cast<std::size_t>(index - from)] != leaf.hash) {
            throw Broken{say(Say::range_other_record, index)};
        }
    }
}

namespace {

struct Step {
    std::uint64_t index;
    const SubjectCount* count;
};

// `next` is the given entry of the subject behind `before`: no number and no index between them.
void check_step(const Case& bundle, const SubjectName& subject, const std::optional<Step>& before,
                const Step& next) {
    const auto previous = next.count->previous;
    const auto from = static_cast<std::int64_t>(bundle.manifest.window.from);
    if (!before || previous != static_cast<std::int64_t>(before->index)) {
        // The entry it names may lie before the window, but then nothing given lies between.
        const bool skips_given = before && previous < static_cast<std::int64_t>(before->index);
        if (previous >= from || skips_given) {
            throw Broken{say(Say::counter_hole, to_string(subject), next.index, previous)};
        }
        return;
    }
    if (next.count->count != before->count->count + 1) {
        throw Broken{say(Say::counter_number, to_string(subject), next.index)};
    }
}

}  // namespace

void subject_counters(Case& bundle) {
    const auto& window = bundle.manifest.window;
    for (const auto& subject : bundle.manifest.subjects) {
        std::optional<Step> before;
        std::uint64_t inside = 0;
        for (const auto& [index, leaf] : bundle.leaves) {
            const auto* count = leaf.record.subject(subject);
            if (count == nullptr) continue;
            const Step step{.index = index, .count = count};
            if (index < window.from) {
                before = step;
                continue;
            }
            // Behind the window only the first has to follow: it names the last one inside.
            if (index < window.to || count->previous < static_cast<std::int64_t>(window.to)) {
                check_step(bundle, subject, before, step);
            }
            if (index >= window.to) break;
            before = step;
            ++inside;
        }
        if (subject != bundle.manifest.query.subject) continue;
        bundle.report.records = inside;
        if (inside != bundle.manifest.records) {
            throw Broken{say(Say::records_miscounted, bundle.manifest.records, inside)};
        }
    }
}

}  // namespace sealwarden::verify::rules
