// A copy of a whole log: every entry passes by once, in order; everything else is compared with
// what passed.
#include <fmt/core.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <set>

#include "firmware/verify/check.hpp"
#include "firmware/verify/crypto.hpp"
#include "firmware/verify/entry_stream.hpp"
#include "firmware/verify/outside.hpp"
#include "firmware/verify/payload.hpp"
#include "firmware/verify/subject_table.hpp"
#include "firmware/verify/time_check.hpp"
#include "firmware/verify/workers.hpp"

namespace sealwarden::verify {
namespace {

// A rule that something contradicts, with its name: entries pass by once, so rules take turns.
struct RuleBroken {
    std::string_view rule;
    Sentence why;
};

// A file under checkpoints/, and what its signatures are worth.
struct ReadCheckpoint {
    std::string_view name;
    std::string_view bytes;
    Checkpoint checkpoint{};
    std::optional<std::uint64_t> epoch{};  // whose key signed it
    Report missing{};
    std::exception_ptr thrown{};
};

class LogCheck {
  public:
    LogCheck(const LogFolder& log, const Sheet& sheet, const Asked& asked, Report& report)
        : log_{log}, sheet_{sheet}, asked_{asked}, report_{report}, times_{sheet} {}

    void run(const Progress& progress) {
        named("epochs.table", [&] { load_keys(); });
        named("head.signature", [&] { load_head(); });
        if (!report_.head_epoch) return;
        named("closing.chain", [&] { load_checkpoints(); });
        note_sizes();
        stream(progress);
        named("closing.chain", [&] { finish_chain(); });
        named("record.time", [&] { times_.finish(late_, report_); });
        named("range.complete", [&] { check_upper_tiles(); });
        report_gaps();
        named("payload.commitment", [&] { finish_payloads(); });
        const auto outside = outside_of();
        named("held", [&] {
            check_commissioned(outside);
            check_held(outside, asked_.held);
        });
        named("cosignature", [&] { check_cosignatures(outside); });
        named("anchor", [&] { check_stamps(outside); });
    }

  private:
    template <class Check>
    void named(std::string_view rule, Check check) {
        try {
            check();
        } catch (const Broken& broken) {
            throw RuleBroken{rule, broken.why};
        } catch (const Malformed& malformed) {
            throw RuleBroken{rule, say(Say::file_malformed, rule, malformed.what())};
        }
    }

    void load_keys() {
        const auto* table = log_.files().find("epochs/keys.bin");
        if (table == nullptr) {
            report_.missing("epochs.table", say(Say::file_lost, "epochs/keys.bin"));
            return;
        }
        if (table->size() != sheet_.keys * 32) throw Broken{say(Say::keys_table_differs)};
        Frontier tree;
        for (std::uint64_t epoch = 0; epoch < sheet_.keys; ++epoch) {
            const auto bytes = table->substr(epoch * 32, 32);
            tree.add(leaf_hash(fmt::format("{}\n", epoch).append(bytes)));
            std::ranges::copy(bytes, keys_[epoch].begin());
        }
        if (tree.root() != sheet_.epochs) throw Broken{say(Say::keys_table_differs)};
    }

    void load_head() {
        auto& head = head_.checkpoint;
        head = strictly("checkpoint",
                        [&] { return parse_checkpoint(*log_.files().find("checkpoint")); });
        const auto generation = generation_of(head.origin, sheet_.origin);
        if (!generation) throw Broken{say(Say::other_origin, head.size, head.origin)};
        generation_ = *generation;
        report_.log = head.origin;
        report_.head = head.size;
        report_.head_epoch =
            signing_epoch(head, head.origin, sheet_, keys_, "head.signature", report_);
        head_.epoch = report_.head_epoch.value_or(0);
        checkpoints_.emplace(head.size, head_);
    }

    // Signatures take long, so all cores check them; what was found is then told in the order of
    // the names.
    void load_checkpoints() {
        std::vector<ReadCheckpoint> all;
        for (const auto& [name, bytes] : log_.files().all()) {
            if (file_name(name).kind == FileKind::checkpoint) {
                all.push_back({.name = name, .bytes = bytes});
            }
        }
        work_through(all.size(), [&](std::size_t i) {
            try {
                check_signatures(all[i]);
            } catch (...) {
                all[i].thrown = std::current_exception();
            }
        });
        for (auto& read : all) {
            std::ranges::copy(read.missing.failures, std::back_inserter(report_.failures));
            if (read.thrown) std::rethrow_exception(read.thrown);
            if (!read.epoch) continue;
            const auto size = read.checkpoint.size;
            checkpoints_.insert_or_assign(
                size, SignedCheckpoint{std::move(read.checkpoint), *read.epoch});
        }
    }

    // Any thread. Throws Broken.
    void check_signatures(ReadCheckpoint& read) const {
        auto& checkpoint = read.checkpoint;
        checkpoint = strictly(read.name, [&] { return parse_checkpoint(read.bytes); });
        const auto size = checkpoint.size;
        if (size != file_name(read.name).first) throw Broken{say(Say::size_not_name, read.name)};
        if (size > head_.checkpoint.size) throw Broken{say(Say::checkpoint_beyond_head, size)};
        read.epoch = signing_epoch(checkpoint, head_.checkpoint.origin, sheet_, keys_,
                                   "closing.chain", read.missing);
    }

    // The sizes at which the root is wanted while the entries pass by.
    void note_sizes() {
        for (const auto& [size, checkpoint] : checkpoints_) sizes_.insert(size);
        sizes_.insert(sheet_.commissioned_size);
        for (const auto& held : asked_.held) {
            try {
                sizes_.insert(parse_checkpoint(held.bytes).size);
            } catch (const Malformed&) {
                continue;  // the rule `held` says so
            }
        }
        next_size_ = sizes_.begin();
        // A later generation begins in the epoch in which it was opened.
        if (generation_ > 1) epoch_ = checkpoints_.begin()->second.epoch;
    }

    void stream(const Progress& progress) {
        EntryStream entries{log_, head_.checkpoint.size};
        note_roots({});
        while (const auto* tile = entries.next()) {
            if (tile->failure) {
                if (tile->failure->verdict == Verdict::changed) {
                    throw RuleBroken{tile->failure->rule, tile->failure->why};
                }
                report_.failures.push_back(*tile->failure);
                throw RuleBroken{"", {}};  // nothing behind it can be checked
            }
            for (const auto& record : tile->records) take(record);
            note_roots(tile->leaves);
            if (tile->root) {
                tree_.add_subtree(*tile->root, 8);
                tile_roots_.push_back(*tile->root);
            }
            report_.entries += tile->records.size();
            if (progress) progress(report_.entries, head_.checkpoint.size);
        }
        const auto root = roots_.find(head_.checkpoint.size);
        if (root == roots_.end() || root->second != head_.checkpoint.root) {
            throw RuleBroken{"range.complete", say(Say::root_differs)};
        }
    }

    // The roots at the wanted sizes within the tile that begins where the tree ends.
    void note_roots(const std::vector<Hash>& leaves) {
        auto tree = tree_;
        for (; next_size_ != sizes_.end() && *next_size_ <= tree_.size() + leaves.size();
             ++next_size_) {
            while (tree.size() < *next_size_) tree.add(leaves[tree.size() - tree_.size()]);
            roots_.emplace(*next_size_, tree.root());
        }
    }

    void take(const Record& record) {
        times_.add(record, generation_, epoch_, epoch_);
        named("subject.counters", [&] { subjects_.add(record); });
        if (record.kind == "epoch.close") named("closing.chain", [&] { close_epoch(record); });
        if (record.kind == "day.index") {
            named("subject.index", [&] { subjects_.close_day(record); });
        }
        if (tells_a_gap(record.kind) || record.kind == "payload.erased") {
            auto& gap = gaps_[std::string{record.kind}];
            if (gap.first++ == 0) gap.second = record.index;
        }
        if (record.commitment) named("payload.commitment", [&] { check_payload(record); });
    }

    void close_epoch(const Record& record) {
        const auto closing = *closing_of(record);
        if (closing.epoch != epoch_) {
            throw Broken{say(Say::epoch_skipped, record.index, closing.epoch, epoch_)};
        }
        const auto size = record.index + 1;
        const auto checkpoint = checkpoints_.find(size);
        if (checkpoint == checkpoints_.end()) {
            if (!misses_closing_) {
                report_.missing("closing.chain", say(Say::closing_missing, closing.epoch));
            }
            misses_closing_ = true;
        } else if (checkpoint->second.epoch != closing.epoch) {
            throw Broken{
                say(Say::closing_other_epoch, size, closing.epoch, checkpoint->second.epoch)};
        }
        if (closing.late) {
            late_.emplace(closing.epoch, record.wall);
        }
        closings_.emplace(closing.epoch, size);
        epoch_ = closing.epoch + 1;
    }

    void finish_chain() {
        auto closing = closings_.begin();
        for (const auto& [size, checkpoint] : checkpoints_) {
            const auto root = roots_.find(size);
            if (root == roots_.end() || root->second != checkpoint.checkpoint.root) {
                throw Broken{say(Say::not_consistent, size)};
            }
            // Which epoch the place is of follows from the closings; both rise in size.
            while (closing != closings_.end() && closing->second < size) ++closing;
            const auto epoch = closing == closings_.end() ? epoch_ : closing->first;
            if (checkpoint.epoch != epoch) {
                throw Broken{say(Say::checkpoint_out_of_order, size, checkpoint.epoch)};
            }
        }
        if (!closings_.contains(head_.epoch)) report_.gap(say(Say::epoch_open, head_.epoch));
        if (!late_.empty()) {
            report_.gap(say(Say::closed_late, late_.size(),
                            second_text(sheet_.begin_of(late_.begin()->first)),
                            second_text(sheet_.begin_of(late_.rbegin()->first + 1))));
        }
    }

    // Level 0 was compared while the entries passed by; each level follows from the one below.
    void check_upper_tiles() {
        auto below = tile_roots_;
        for (int level = 1; !below.empty(); ++level) {
            std::vector<Hash> above;
            for (std::uint64_t tile = 0; tile * 256 < below.size(); ++tile) {
                const auto width = std::min<std::uint64_t>(256, below.size() - tile * 256);
                const std::vector<Hash> expected(
                    below.begin() + static_cast<std::ptrdiff_t>(tile * 256),
                    below.begin() + static_cast<std::ptrdiff_t>(tile * 256 + width));
                const auto path = fmt::format("tile/{}/{}", level, tile_path(tile, width));
                try {
                    if (log_.hashes(level, tile, width) != expected) {
                        throw Broken{say(Say::tile_differs, path)};
                    }
                } catch (const Malformed&) {
                    report_.missing("range.complete", say(Say::tile_missing, path));
                    return;
                }
                if (width == 256) above.push_back(tree_root(expected));
            }
            below = std::move(above);
        }
    }

    void check_payload(const Record& record) {
        const auto name = fmt::format("payload/{}.json", record.index);
        const auto* bytes = log_.files().find(name);
        if (bytes == nullptr) {
            ++payloads_absent_;
            return;
        }
        (void)committed_payload(name, *bytes, *record.commitment);
        ++payloads_seen_;
    }

    void finish_payloads() {
        std::uint64_t there = 0;
        for (const auto& [name, bytes] : log_.files().all()) {
            if (file_name(name).kind == FileKind::payload) ++there;
        }
        if (there != payloads_seen_) throw Broken{say(Say::payload_unexpected, "payload/")};
        if (payloads_absent_ != 0) report_.remark(say(Say::payloads_not_given, payloads_absent_));
    }

    void report_gaps() {
        for (const auto& [kind, gap] : gaps_) {
            report_.gap(say(Say::told_gaps, gap.first, kind, gap.second));
        }
    }

    Outside outside_of() {
        return {.files = log_.files(),
                .sheet = sheet_,
                .report = report_,
                .origin = head_.checkpoint.origin,
                .needed_size = closings_.empty() ? 0 : closings_.rbegin()->second,
                .checkpoints = checkpoints_,
                .closings = closings_,
                .epoch_keys = keys_,
                .head = head_,
                .link = [this](std::uint64_t size, const Hash& root) {
                    const auto known = roots_.find(size);
                    if (known == roots_.end()) return Link::unknown;
                    return known->second == root ? Link::same : Link::other;
                }};
    }

    const LogFolder& log_;
    const Sheet& sheet_;
    const Asked& asked_;
    Report& report_;

    std::map<std::uint64_t, PublicKey> keys_;
    SignedCheckpoint head_;
    std::uint64_t generation_ = 1;
    std::map<std::uint64_t, SignedCheckpoint> checkpoints_;  // by size; the head too

    Frontier tree_;  // up to the last full tile
    std::vector<Hash> tile_roots_;
    std::set<std::uint64_t> sizes_;
    std::set<std::uint64_t>::iterator next_size_;
    std::map<std::uint64_t, Hash> roots_;

    std::uint64_t epoch_ = 0;  // of the entry that passes by
    std::map<std::uint64_t, std::uint64_t> closings_;
    std::map<std::uint64_t, Moment> late_;
    bool misses_closing_ = false;
    SubjectTable subjects_;
    TimeCheck times_;
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> gaps_;  // kind: how many, first
    std::uint64_t payloads_seen_ = 0;
    std::uint64_t payloads_absent_ = 0;
};

}  // namespace

void check_log(const std::filesystem::path& folder, const Sheet& sheet, const Asked& asked,
               const Progress& progress, Report& report) {
    const LogFolder log{folder};
    try {
        LogCheck{log, sheet, asked, report}.run(progress);
    } catch (const RuleBroken& broken) {
        if (!broken.rule.empty()) {
            report.failures.push_back({broken.rule, Verdict::changed, broken.why});
        }
    }
}

}  // namespace sealwarden::verify
