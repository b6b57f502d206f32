#include "firmware/eventlog/heads.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "firmware/eventlog/anchor_rows.hpp"
#include "firmware/eventlog/rows.hpp"
#include "firmware/eventlog/tree_rows.hpp"

namespace sealwarden::eventlog {
namespace {

using sqlite::Access;

constexpr std::int64_t checkpoints_kept = 1000;  // the newest; of the others see thin_out()
constexpr std::uint64_t thin_every = 256;        // checkpoints

}  // namespace

SignedHeads::SignedHeads(sqlite::Connection& connection) : connection_{connection} {
    {
        sqlite::Transaction transaction{connection_, Access::write};
        if (!has_column(connection_, "checkpoint", "closes")) {
            connection_.run("ALTER TABLE checkpoint ADD COLUMN closes INTEGER");
        }
        connection_.run(
            "CREATE INDEX IF NOT EXISTS checkpoint_closes ON checkpoint(closes) "
            "WHERE closes IS NOT NULL");
        add_anchor_tables(connection_);
        complete_subtrees(connection_);
        transaction.commit();
    }
    trying_ = tree_ = tlog::frontier_of(TreeRows{connection_}, size_of(connection_));
    insert_subtree_ = connection_.prepare("INSERT INTO subtree(level, i, hash) VALUES(?,?,?)");
    insert_checkpoint_ = connection_.prepare(
        "INSERT OR REPLACE INTO checkpoint(size, root, note, closes) VALUES(?,?,?,?)");
    auto select =
        connection_.prepare("SELECT size, root, note FROM checkpoint ORDER BY size DESC LIMIT 1");
    if (select.step()) {
        tlog::Head head{.generation = generation_of(connection_),
                        .size = static_cast<std::uint64_t>(select.number(0)),
                        .root = {}};
        std::ranges::copy_n(
            select.blob(1).begin(),
            static_cast<std::ptrdiff_t>(std::min(select.blob(1).size(), head.root.size())),
            head.root.begin());
        newest_ = head;
        const auto note = select.blob(2);
        note_.assign(note.begin(), note.end());
    }
    auto closed = connection_.prepare("SELECT max(closes) FROM checkpoint");
    if (closed.step() && !closed.is_null(0)) {
        last_closed_ = static_cast<std::uint64_t>(closed.number(0));
    }
    cosigned_note_ = newest_cosigned_note(connection_);
    forget();
}

void SignedHeads::add(const tlog::Hash& leaf) {
    std::vector<tlog::Subtree> full;
    trying_.append(leaf, full);
    for (const auto& subtree : full) {
        insert_subtree_.bind(1, std::int64_t{subtree.level})
            .bind(2, static_cast<std::int64_t>(subtree.index))
            .bind_blob(3, subtree.hash)
            .run();
    }
}

void SignedHeads::sign(const Signing& signing, std::uint64_t generation, bool closes) {
    const tlog::Head head{.generation = generation, .size = trying_.size(), .root = trying_.root()};
    for (const auto& before : {trying_newest_, std::optional{signing.signer.last()}}) {
        if (!before || before->generation != generation) continue;
        if (head.size < before->size || (head.size == before->size && head.root != before->root)) {
            throw std::logic_error{
                fmt::format("a head of size {} would contradict the one signed at {}", head.size,
                            before->size)};
        }
    }
    trying_note_ = signing.signer.checkpoint(head, signing.epoch);
    const auto bytes =
        std::span{reinterpret_cast<const std::uint8_t*>(trying_note_.data()), trying_note_.size()};
    insert_checkpoint_.bind(1, static_cast<std::int64_t>(head.size))
        .bind_blob(2, head.root)
        .bind_blob(3, bytes);
    if (closes) {
        insert_checkpoint_.bind(4, static_cast<std::int64_t>(signing.epoch));
        trying_closed_ = signing.epoch;
    } else {
        insert_checkpoint_.bind_null(4);
    }
    insert_checkpoint_.run();
    trying_newest_ = head;
    if (++since_thinned_ >= thin_every) thin_out();
}

// Those behind the newest thousand go, but for closings, by which an epoch's end is proven, and for
// those that somebody outside vouches for.
void SignedHeads::thin_out() {
    since_thinned_ = 0;
    auto oldest =
        connection_.prepare("SELECT size FROM checkpoint ORDER BY size DESC LIMIT 1 OFFSET ?");
    if (!oldest.bind(1, checkpoints_kept).step()) return;
    auto remove = connection_.prepare(
        "DELETE FROM checkpoint WHERE size > ? AND size <= ? AND closes IS NULL "
        "AND size NOT IN (SELECT size FROM cosignature) AND size NOT IN (SELECT size FROM stamp)");
    remove.bind(1, static_cast<std::int64_t>(thinned_to_) - 1).bind(2, oldest.number(0)).run();
    thinned_to_ = static_cast<std::uint64_t>(oldest.number(0));
}

void SignedHeads::anchor(const Anchor& anchor) {
    insert_anchor(connection_, anchor);
    trying_cosigned_note_ = newest_cosigned_note(connection_);
}

void SignedHeads::kept() {
    tree_ = trying_;
    note_ = trying_note_;
    cosigned_note_ = trying_cosigned_note_;
    newest_ = trying_newest_;
    last_closed_ = trying_closed_;
}

void SignedHeads::forget() {
    trying_ = tree_;
    trying_note_ = note_;
    trying_cosigned_note_ = cosigned_note_;
    trying_newest_ = newest_;
    trying_closed_ = last_closed_;
}

std::string SignedHeads::contradiction(const tlog::Head& known, std::uint64_t generation) {
    if (known.generation < generation) return {};
    if (known.generation > generation) {
        return fmt::format("generation {} of this log is known, and this is generation {}",
                           known.generation, generation);
    }
    if (known.size > tree_.size()) {
        return fmt::format("{} entries are known of this log, and it has {}", known.size,
                           tree_.size());
    }
    if (tlog::root_of(TreeRows{connection_}, known.size) != known.root) {
        return fmt::format("its first {} entries are not those that are known", known.size);
    }
    return {};
}

}  // namespace sealwarden::eventlog
