#include "firmware/export/database_view.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "firmware/anchor/time_stamp.hpp"
#include "firmware/eventlog/anchor_rows.hpp"
#include "firmware/eventlog/day_index.hpp"
#include "firmware/eventlog/directory.hpp"
#include "firmware/eventlog/pictures.hpp"
#include "firmware/eventlog/rows.hpp"
#include "firmware/tlog/epochs.hpp"

namespace sealwarden::evidence {
namespace {

using sqlite::Access;
using sqlite::Failure;
using sqlite::Statement;
using sqlite::Trouble;

constexpr std::size_t note_limit = 64 << 10;

std::string text_of(std::span<const std::uint8_t> bytes) {
    return {bytes.begin(), bytes.end()};
}

std::int64_t integer(std::uint64_t number) {
    return static_cast<std::int64_t>(number);
}

std::uint64_t natural(const Statement& row, int column) {
    return static_cast<std::uint64_t>(row.number(column));
}

std::vector<std::uint64_t> all(Statement& rows) {
    std::vector<std::uint64_t> indexes;
    while (rows.step()) indexes.push_back(natural(rows, 0));
    return indexes;
}

std::optional<std::uint64_t> only(const std::vector<std::uint64_t>& indexes) {
    return indexes.empty() ? std::nullopt : std::optional{indexes.front()};
}

}  // namespace

DatabaseView::DatabaseView(const std::filesystem::path& log_directory, const KeyFiles& keys,
                           std::uint64_t export_entry,
                           std::chrono::steady_clock::time_point deadline)
    : directory_{log_directory},
      connection_{eventlog::database_file(log_directory), Access::read},
      transaction_{connection_, Access::read},
      hashes_{connection_},
      generation_{eventlog::generation_of(connection_)},
      epoch_keys_{read_table(keys)},
      epoch_tree_{tlog::epoch_tree(epoch_keys_)},
      epoch_note_{read_file(keys.table_note(), note_limit)},
      authorities_{read_sheet(keys).tsas} {
    connection_.stop_at(deadline);
    size_ = head_over(export_entry);
    first_epoch_ = begin_of_generation();
}

// The head of the export's own transaction: the first one that covers it.
std::uint64_t DatabaseView::head_over(std::uint64_t export_entry) const {
    auto entry = connection_.prepare("SELECT kind FROM entry WHERE i = ?");
    if (!entry.bind(1, integer(export_entry)).step() || entry.text(0) != "export.made") {
        throw CannotBuild{fmt::format("entry {} of the log is no export", export_entry)};
    }
    auto head = connection_.prepare("SELECT min(size) FROM checkpoint WHERE size > ?");
    if (!head.bind(1, integer(export_entry)).step() || head.is_null(0)) {
        throw CannotBuild{fmt::format("the log is not signed over entry {}", export_entry)};
    }
    return natural(head, 0);
}

// Every epoch is closed, so the first closing is of the epoch in which this generation began.
std::uint64_t DatabaseView::begin_of_generation() const {
    if (generation_ == 1) return 0;
    auto first = connection_.prepare("SELECT min(closes) FROM checkpoint WHERE size <= ?");
    if (first.bind(1, integer(size_)).step() && !first.is_null(0)) return natural(first, 0);
    return epoch_of(checkpoint(size_).value_or("")).value_or(0);
}

std::string DatabaseView::record(std::uint64_t index) const {
    auto row = connection_.prepare("SELECT bytes, leaf FROM entry WHERE i = ?");
    if (!row.bind(1, integer(index)).step()) {
        throw Failure{Trouble::damaged, fmt::format("entry {} is missing", index)};
    }
    auto bytes = text_of(row.blob(0));
    if (!std::ranges::equal(row.blob(1), tlog::leaf_hash(bytes))) {
        throw Failure{Trouble::damaged, fmt::format("entry {} does not have its hash", index)};
    }
    return bytes;
}

std::vector<std::uint64_t> DatabaseView::links(const Subject& subject, std::uint64_t from,
                                               std::uint64_t to, const char* order) const {
    auto rows = connection_.prepare(
        fmt::format("SELECT i FROM entry_subject WHERE s = (SELECT s FROM subject WHERE k = ? AND "
                    "v = ?) AND i >= ? AND i < ? ORDER BY i {}",
                    order));
    rows.bind(1, std::string_view{subject.kind})
        .bind(2, std::string_view{subject.id})
        .bind(3, integer(from))
        .bind(4, integer(std::min(to, size_)));
    return all(rows);
}

std::vector<std::uint64_t> DatabaseView::entries_of(const Subject& subject, std::uint64_t from,
                                                    std::uint64_t to) const {
    return links(subject, from, to, "ASC");
}

std::optional<std::uint64_t> DatabaseView::last_before(const Subject& subject,
                                                       std::uint64_t index) const {
    return only(links(subject, 0, index, "DESC LIMIT 1"));
}

std::optional<std::uint64_t> DatabaseView::first_from(const Subject& subject,
                                                      std::uint64_t index) const {
    return only(links(subject, index, size_, "ASC LIMIT 1"));
}

std::vector<std::uint64_t> DatabaseView::of_kind(std::string_view kind, std::uint64_t from,
                                                 std::uint64_t to) const {
    // All of the kind, by its index: those asked for here are few in any log.
    auto rows = connection_.prepare(
        "SELECT i FROM entry INDEXED BY entry_kind WHERE kind = ? AND +i >= ? AND +i < ? "
        "ORDER BY i");
    rows.bind(1, kind).bind(2, integer(from)).bind(3, integer(std::min(to, size_)));
    return all(rows);
}

std::vector<tlog::SubjectCount> DatabaseView::counts(std::uint64_t from, std::uint64_t to) const {
    return eventlog::subject_counts(connection_, from, to);
}

std::optional<std::string> DatabaseView::checkpoint(std::uint64_t size) const {
    if (size > size_) return std::nullopt;
    return eventlog::cosigned_note_of(connection_, size);
}

std::vector<std::uint64_t> DatabaseView::cosigned(std::uint64_t smallest, std::uint64_t largest,
                                                  std::size_t limit) const {
    auto rows = connection_.prepare(
        "SELECT DISTINCT size FROM cosignature WHERE size >= ? AND size <= ? ORDER BY size "
        "LIMIT ?");
    rows.bind(1, integer(smallest)).bind(2, integer(std::min(largest, size_)));
    rows.bind(3, integer(limit));
    return all(rows);
}

std::optional<TimeStamp> DatabaseView::time_stamp_from(std::uint64_t size) const {
    for (auto kept = eventlog::stamp_from(connection_, size); kept && kept->size <= size_;
         kept = eventlog::stamp_from(connection_, kept->size + 1)) {
        const auto note = eventlog::note_of(connection_, kept->size);
        if (note && anchor::holds_for(kept->reply, *note, kept->certificates, authorities_)) {
            return TimeStamp{.size = kept->size,
                             .reply = std::move(kept->reply),
                             .certificates = std::move(kept->certificates)};
        }
    }
    return std::nullopt;
}

std::optional<std::uint64_t> DatabaseView::closing(std::uint64_t epoch) const {
    auto row = connection_.prepare("SELECT size FROM checkpoint WHERE closes = ? AND size <= ?");
    row.bind(1, integer(epoch)).bind(2, integer(size_));
    return only(all(row));
}

std::optional<std::string> DatabaseView::picture(std::string_view sha256) const {
    return eventlog::read_picture(directory_, sha256);
}

std::optional<Payload> DatabaseView::payload(std::uint64_t index) const {
    auto row = connection_.prepare("SELECT salt, payload FROM personal WHERE entry = ?");
    if (!row.bind(1, integer(index)).step()) return std::nullopt;
    Payload payload;
    const auto salt = row.blob(0);
    if (salt.size() != payload.salt.size()) {
        throw Failure{Trouble::damaged, fmt::format("the salt of entry {} is damaged", index)};
    }
    std::ranges::copy(salt, payload.salt.begin());
    payload.json = text_of(row.blob(1));
    return payload;
}

}  // namespace sealwarden::evidence
