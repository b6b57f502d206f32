#include "firmware/eventlog/check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "firmware/eventlog/rows.hpp"
#include "firmware/tlog/tree.hpp"

namespace sealwarden::eventlog {
namespace {

constexpr std::int64_t page = 4096;  // entries read by one statement

// What contradicts ends the check.
struct Fault {
    std::string sentence;
};

constexpr const char* checkpoint_columns = "size, root, note, coalesce(closes, -1)";

StoredCheckpoint checkpoint_of(const sqlite::Statement& row) {
    const auto size = static_cast<std::uint64_t>(row.number(0));
    const auto note = row.blob(2);
    return {.size = size,
            .root = hash_in(row, 1, fmt::format("the root of size {}", size)),
            .note = {note.begin(), note.end()},
            .closes = row.number(3)};
}

std::optional<StoredCheckpoint> newest_checkpoint(sqlite::Connection& connection) {
    auto row = connection.prepare(
        fmt::format("SELECT {} FROM checkpoint ORDER BY size DESC LIMIT 1", checkpoint_columns));
    if (!row.step()) return std::nullopt;
    return checkpoint_of(row);
}

class Check {
  public:
    // `newest` is the newest head at the beginning: a gateway that goes on signing may thin it out.
    Check(sqlite::Connection& connection, const CheckWanted& wanted,
          const std::optional<StoredCheckpoint>& newest, Checked& told)
        : wanted_{wanted},
          told_{told},
          entries_{connection.prepare(
              "SELECT i, bytes, leaf FROM entry WHERE i >= ? ORDER BY i LIMIT ?")},
          subtree_{connection.prepare("SELECT hash FROM subtree WHERE level = ? AND i = ?")},
          checkpoint_{connection.prepare(
              fmt::format("SELECT {} FROM checkpoint WHERE size >= ? ORDER BY size LIMIT 1",
                          checkpoint_columns))},
          newest_{newest} {}

    void run() {
        next_checkpoint(0);
        at_size();
        while (tree_.size() < told_.size) {
            read_page();
            if (wanted_.progress) wanted_.progress(tree_.size(), told_.size);
        }
        told_.root = tree_.root();
    }

  private:
    void read_page() {
        const auto first = tree_.size();
        entries_.bind(1, static_cast<std::int64_t>(first)).bind(2, page);
        while (tree_.size() < told_.size && entries_.step()) {
            const auto index = tree_.size();
            if (entries_.number(0) != static_cast<std::int64_t>(index)) break;
            const auto bytes = entries_.blob(1);
            const auto leaf =
                tlog::leaf_hash({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
            if (hash_in(entries_, 2, fmt::format("the hash of entry {}", index)) != leaf) {
                throw Fault{fmt::format("entry {} is not the one that was hashed", index)};
            }
            std::vector<tlog::Subtree> full;
            tree_.append(leaf, full);
            for (const auto& one : full) compare(one);
            at_size();
        }
        entries_.reset();
        if (tree_.size() == first) throw Fault{fmt::format("entry {} is missing", first)};
    }

    void compare(const tlog::Subtree& full) {
        const auto what =
            fmt::format("the hash over the entries {} to {}", full.index << full.level,
                        ((full.index + 1) << full.level) - 1);
        subtree_.bind(1, std::int64_t{full.level}).bind(2, static_cast<std::int64_t>(full.index));
        if (!subtree_.step()) throw Fault{what + " is missing"};
        if (hash_in(subtree_, 0, what) != full.hash) {
            throw Fault{what + " is not that of the entries"};
        }
        subtree_.reset();
        ++told_.subtrees;
    }

    // Everything that is known of the tree of just this size.
    void at_size() {
        if (wanted_.sizes.contains(tree_.size())) told_.roots[tree_.size()] = tree_.root();
        if (!next_ || next_->size != tree_.size()) return;
        if (next_->root != tree_.root()) {
            throw Fault{
                fmt::format("the first {} entries are not those that were signed", next_->size)};
        }
        if (const auto fault = wanted_.note ? wanted_.note(*next_, told_.generation) : "";
            !fault.empty()) {
            throw Fault{fmt::format("the head of size {} {}", next_->size, fault)};
        }
        ++told_.checkpoints;
        told_.closings += next_->closes >= 0 ? 1 : 0;
        told_.signed_size = next_->size;
        next_checkpoint(tree_.size() + 1);
    }

    void next_checkpoint(std::uint64_t from) {
        next_.reset();
        checkpoint_.bind(1, static_cast<std::int64_t>(from));
        if (checkpoint_.step()) next_ = checkpoint_of(checkpoint_);
        checkpoint_.reset();
        if (newest_ && newest_->size >= from && (!next_ || next_->size > newest_->size)) {
            next_ = newest_;
        }
    }

    const CheckWanted& wanted_;
    Checked& told_;
    tlog::Frontier tree_;
    std::optional<StoredCheckpoint> next_;
    sqlite::Statement entries_, subtree_, checkpoint_;
    const std::optional<StoredCheckpoint> newest_;
};

}  // namespace

Checked check_log(const std::filesystem::path& database, const CheckWanted& wanted) {
    Checked told;
    sqlite::Connection connection{database, sqlite::Access::read};
    try {
        std::optional<StoredCheckpoint> newest;
        {
            const sqlite::Transaction one_state{connection, sqlite::Access::read};
            told.generation = generation_of(connection);
            told.size = size_of(connection);
            newest = newest_checkpoint(connection);
        }
        if (newest && newest->size > told.size) {
            throw Fault{fmt::format("a head of {} entries was signed, and the log has {}",
                                    newest->size, told.size)};
        }
        Check{connection, wanted, newest, told}.run();
    } catch (const Fault& fault) {
        told.fault = fault.sentence;
    } catch (const sqlite::Failure& failure) {
        if (failure.trouble != sqlite::Trouble::damaged) throw;
        told.fault = failure.what();
    }
    return told;
}

}  // namespace sealwarden::eventlog
