#include "firmware/eventlog/store.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cassert>
#include <nlohmann/json.hpp>

#include "firmware/eventlog/day_index.hpp"
#include "firmware/eventlog/directory.hpp"
#include "firmware/eventlog/personal.hpp"
#include "firmware/eventlog/records.hpp"
#include "firmware/eventlog/rows.hpp"

namespace sealwarden::eventlog {
namespace {

using sqlite::Access;
using sqlite::Failure;
using sqlite::Trouble;

constexpr std::int64_t application_id = 0x53776C67;  // "Swlg"

// FORMAT.md says what each column means.
constexpr const char* schema = R"(
CREATE TABLE meta(name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
CREATE TABLE boot(number INTEGER PRIMARY KEY, id TEXT NOT NULL, wall_us INTEGER NOT NULL,
                  first INTEGER NOT NULL) STRICT;
CREATE TABLE entry(i INTEGER PRIMARY KEY, kind TEXT NOT NULL, wall_us INTEGER NOT NULL,
                   mono_us INTEGER NOT NULL, boot INTEGER NOT NULL, bytes BLOB NOT NULL,
                   leaf BLOB NOT NULL) STRICT;
CREATE INDEX entry_wall ON entry(wall_us);
CREATE INDEX entry_kind ON entry(kind, wall_us);
CREATE TABLE subject(s INTEGER PRIMARY KEY, k TEXT NOT NULL, v TEXT NOT NULL, n INTEGER NOT NULL,
                     last INTEGER NOT NULL, UNIQUE(k, v)) STRICT;
CREATE TABLE entry_subject(s INTEGER NOT NULL, i INTEGER NOT NULL, wall_us INTEGER NOT NULL,
                           PRIMARY KEY(s, i)) STRICT, WITHOUT ROWID;
CREATE TABLE personal(entry INTEGER PRIMARY KEY, salt BLOB NOT NULL, payload BLOB NOT NULL) STRICT;
CREATE TABLE subtree(level INTEGER NOT NULL, i INTEGER NOT NULL, hash BLOB NOT NULL,
                     PRIMARY KEY(level, i)) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, root BLOB NOT NULL, note BLOB NOT NULL,
                        closes INTEGER) STRICT;
CREATE INDEX checkpoint_closes ON checkpoint(closes) WHERE closes IS NOT NULL;
)";

std::uint64_t inode_of(const std::filesystem::path& file) {
    struct stat found{};  // stat() does not open the file: SQLite's locks stay
    return ::stat(file.c_str(), &found) == 0 ? found.st_ino : 0;
}

// What can still be read of a damaged log; each of them may be missing.
struct Remains {
    std::optional<std::uint64_t> last_index;
    std::int64_t boots = 0;
    std::int64_t generation = 0;
};
Remains remains_of(const std::filesystem::path& file) {
    Remains remains;
    const auto attempt = [&](const auto& read) {
        try {
            sqlite::Connection connection{file, Access::read};
            read(connection);
        } catch (const Failure&) {
            // Damaged there: what it would have said stays unknown.
        }
    };
    attempt([&](auto& connection) {
        const auto size = size_of(connection);
        if (size > 0) remains.last_index = size - 1;
    });
    attempt([&](auto& connection) {
        remains.boots = connection.number("SELECT coalesce(max(number), 0) FROM boot");
    });
    attempt([&](auto& connection) {
        remains.generation =
            connection.number("SELECT coalesce(max(value), 0) FROM meta WHERE name = 'generation'");
    });
    return remains;
}

std::int64_t microseconds(WallTime wall) {
    return wall.time_since_epoch().count();
}

// The wall clock now, moved back by the event's age; an age below zero counts as none.
WallTime wall_of(const Event& event, const ClockSample& now) {
    return now.wall - std::max(now.uptime - event.at, Uptime::duration{0});
}

}  // namespace

Store::Store(std::filesystem::path directory, const std::string& reason,
             std::uint64_t known_generation, const std::string& by)
    : directory_{std::move(directory)}, connection_{database_file(directory_), Access::write} {
    if (connection_.number("SELECT count(*) FROM sqlite_schema") == 0) {
        create(reason, known_generation, by);
    }
    if (connection_.number("PRAGMA application_id") != application_id) {
        throw Failure{Trouble::damaged, "the file is not a Sealwarden log"};
    }
    if (const auto needed = meta("min_reader", 0); needed > format) {
        throw NewerFormat{fmt::format(
            "the log in {} was written by a newer Sealwarden: it needs log format {}, this program "
            "knows {}; install the newer version again",
            directory_.string(), needed, format)};
    }
    add_record_table(connection_);  // a log of before has none
    inode_ = inode_of(database_file(directory_));
    generation_ = generation_of(connection_);
    recovery_ = read_recovery();
    find_size_ = connection_.prepare(size_query);
    insert_entry_ = connection_.prepare(
        "INSERT INTO entry(i, kind, wall_us, mono_us, boot, bytes, leaf) VALUES(?,?,?,?,?,?,?)");
    insert_link_ = connection_.prepare("INSERT INTO entry_subject(s, i, wall_us) VALUES(?,?,?)");
    insert_personal_ =
        connection_.prepare("INSERT INTO personal(entry, salt, payload) VALUES(?,?,?)");
    delete_personal_ = connection_.prepare("DELETE FROM personal WHERE entry = ?");
    find_head_ = connection_.prepare("SELECT s, n, last FROM subject WHERE k = ? AND v = ?");
    insert_head_ =
        connection_.prepare("INSERT INTO subject(k, v, n, last) VALUES(?,?,0,-1) RETURNING s");
    put_record_ = connection_.prepare(
        "INSERT INTO record(s, k, i, over) VALUES(?,?,?,?) ON CONFLICT(s) DO UPDATE SET i = "
        "excluded.i, over = excluded.over");
    update_head_ = connection_.prepare("UPDATE subject SET n = ?, last = ? WHERE s = ?");
}

void Store::create(const std::string& reason, std::uint64_t known_generation,
                   const std::string& by) {
    const auto before = newest_set_aside(directory_);
    const auto remains = before ? remains_of(before->file) : Remains{};
    const auto number = before ? static_cast<std::int64_t>(before->number) : 0;
    const bool recovered = before || !reason.empty();

    sqlite::Transaction transaction{connection_, Access::write};
    connection_.run(schema);
    add_record_table(connection_);
    connection_.run(fmt::format("PRAGMA application_id={}", application_id));
    connection_.run(fmt::format("PRAGMA user_version={}", format));
    auto insert = connection_.prepare("INSERT INTO meta(name, value) VALUES(?,?)");
    insert.bind(1, "min_reader").bind(2, format).run();
    insert.bind(1, "boots_before").bind(2, remains.boots).run();
    insert.bind(1, "generation");
    insert
        .bind(2, recovered
                     ? std::max({remains.generation, number,
                                 static_cast<std::int64_t>(known_generation), std::int64_t{1}}) +
                           1
                     : 1)
        .run();
    if (recovered) {
        const std::string why = reason.empty() ? "the log before was set aside" : reason;
        const auto file = before ? before->file.filename().string() : std::string{};
        insert.bind(1, "recovered_reason").bind(2, std::string_view{why}).run();
        if (!by.empty()) insert.bind(1, "recovered_by").bind(2, std::string_view{by}).run();
        insert.bind(1, "recovered_file").bind(2, std::string_view{file}).run();
        const auto last = remains.last_index ? static_cast<std::int64_t>(*remains.last_index) : -1;
        insert.bind(1, "recovered_last").bind(2, last).run();
        insert.bind(1, "carries").bind(2, std::int64_t{1}).run();
    }
    transaction.commit();
    sync_directory(directory_);
}

std::int64_t Store::meta(std::string_view name, std::int64_t otherwise) {
    auto select = connection_.prepare("SELECT value FROM meta WHERE name = ?");
    return select.bind(1, name).step() ? select.number(0) : otherwise;
}

std::string Store::meta_text(std::string_view name) {
    auto select = connection_.prepare("SELECT value FROM meta WHERE name = ?");
    return select.bind(1, name).step() ? std::string{select.text(0)} : std::string{};
}

std::string Store::carries_from() {
    return meta("carries", 0) == 1 ? meta_text("recovered_file") : std::string{};
}

std::uint64_t Store::size() {
    const bool found = find_size_.step();
    assert(found && "an aggregate has a row");
    const auto size = static_cast<std::uint64_t>(find_size_.number(0));
    find_size_.reset();
    return size;
}

std::uint64_t Store::last_boot() {
    const auto written = connection_.number("SELECT coalesce(max(number), 0) FROM boot");
    return static_cast<std::uint64_t>(std::max(written, meta("boots_before", 0)));
}

std::optional<Recovery> Store::read_recovery() {
    auto reason = meta_text("recovered_reason");
    if (reason.empty() || size_of(connection_) != 0) return std::nullopt;
    Recovery recovery{.reason = std::move(reason),
                      .by = meta_text("recovered_by"),
                      .file = meta_text("recovered_file"),
                      .last_index = std::nullopt,
                      .generation = generation_};
    if (const auto last = meta("recovered_last", -1); last >= 0) {
        recovery.last_index = static_cast<std::uint64_t>(last);
    }
    return recovery;
}

SignedHeads& Store::heads() {
    if (!signed_heads_) signed_heads_.emplace(connection_);
    return *signed_heads_;
}

bool Store::in_place() const {
    return inode_of(database_file(directory_)) == inode_;
}

Store::Head& Store::head(Heads& heads, const Subject& subject) {
    auto& head = heads[subject];
    if (head.known) return head;
    head.known = true;
    find_head_.bind(1, std::string_view{subject.kind}).bind(2, std::string_view{subject.id});
    if (find_head_.step()) {
        head = {.row = find_head_.number(0),
                .count = find_head_.number(1),
                .last = find_head_.number(2),
                .known = true};
    } else {
        insert_head_.bind(1, std::string_view{subject.kind}).bind(2, std::string_view{subject.id});
        if (insert_head_.step()) head.row = insert_head_.number(0);
        insert_head_.reset();
    }
    find_head_.reset();
    return head;
}

void Store::insert(const Entry& entry, const Boot& boot) {
    const auto bytes =
        std::span{reinterpret_cast<const std::uint8_t*>(entry.bytes.data()), entry.bytes.size()};
    insert_entry_.bind(1, static_cast<std::int64_t>(entry.index))
        .bind(2, std::string_view{entry.kind})
        .bind(3, microseconds(entry.wall))
        .bind(4, entry.at.time_since_epoch().count())
        .bind(5, static_cast<std::int64_t>(boot.number))
        .bind_blob(6, bytes)
        .bind_blob(7, entry.leaf)
        .run();
}

void Store::erase_personal(const Event& erased) {
    const auto ref = erased.data.find("ref");
    const auto* index =
        ref == erased.data.end() ? nullptr : std::get_if<std::int64_t>(&ref->second);
    assert(index != nullptr && "payload.erased names the entry");
    if (index != nullptr) delete_personal_.bind(1, *index).run();
}

void Store::save(Heads& heads) {
    for (const auto& [subject, head] : heads) {
        update_head_.bind(1, head.count).bind(2, head.last).bind(3, head.row).run();
    }
}

Store::Writing Store::begin(const ClockSample& now, const Boot& boot, std::vector<Entry>& sealed) {
    sealed.clear();
    heads().forget();
    return {.transaction = sqlite::Transaction{connection_, Access::write},
            .now = now,
            .boot = boot,
            .sealed = sealed,
            .placing = {.index = size(),
                        .subjects = {},
                        .boot_id = boot.id,
                        .boot_number = boot.number,
                        .wall = {},
                        .sync = now.sync,
                        .error_ms = now.error_ms,
                        .private_commitment = {}},
            .heads = {}};
}

void Store::note_boot(const Writing& writing) {
    if (boot_written_ == writing.boot.number) return;
    auto insert = connection_.prepare(
        "INSERT OR IGNORE INTO boot(number, id, wall_us, first) VALUES(?,?,?,?)");
    insert.bind(1, static_cast<std::int64_t>(writing.boot.number))
        .bind(2, std::string_view{writing.boot.id})
        .bind(3, microseconds(writing.now.wall))
        .bind(4, static_cast<std::int64_t>(writing.placing.index))
        .run();
}

void Store::add(Writing& writing, Event& event) {
    auto& placing = writing.placing;
    event = fitted(std::move(event));
    placing.wall = wall_of(event, writing.now);
    placing.subjects.clear();
    for (const auto& subject : event.subjects) {
        auto& at = head(writing.heads, subject);
        placing.subjects.push_back(
            {.count = static_cast<std::uint64_t>(at.count + 1), .index = at.last});
        at.count += 1;
        at.last = static_cast<std::int64_t>(placing.index);
        insert_link_.bind(1, at.row).bind(2, at.last).bind(3, microseconds(placing.wall)).run();
    }
    placing.private_commitment.clear();
    if (!event.personal.empty()) {
        const auto personal = commit_to(event.personal);
        placing.private_commitment = personal.commitment;
        const auto payload =
            std::span{reinterpret_cast<const std::uint8_t*>(personal.payload.data()),
                      personal.payload.size()};
        insert_personal_.bind(1, static_cast<std::int64_t>(placing.index))
            .bind_blob(2, personal.salt)
            .bind_blob(3, payload)
            .run();
    }
    writing.sealed.push_back(seal(event, placing));
    insert(writing.sealed.back(), writing.boot);
    if (event.kind == EventKind::payload_erased) erase_personal(event);
    if (event.kind == EventKind::log_carried)
        connection_.run("DELETE FROM meta WHERE name = 'carries'");
    if (const auto over = ends_state(event)) {
        const auto& subject = event.subjects.front();
        put_record_.bind(1, head(writing.heads, subject).row)
            .bind(2, std::string_view{subject.kind})
            .bind(3, static_cast<std::int64_t>(placing.index))
            .bind(4, std::int64_t{*over ? 1 : 0})
            .run();
    }
    heads().add(writing.sealed.back().leaf);
    ++placing.index;
}

void Store::commit(Writing& writing) {
    save(writing.heads);
    writing.transaction.commit();
    boot_written_ = writing.boot.number;
    if (!writing.sealed.empty()) recovery_.reset();
    heads().kept();
}

void Store::write(Events& events, const ClockSample& now, const Boot& boot,
                  std::vector<Entry>& sealed, const std::optional<Signing>& signing) {
    auto writing = begin(now, boot, sealed);
    note_boot(writing);
    sealed.reserve(events.size());
    for (auto& event : events) {
        if (signing && event.kind == EventKind::export_made) {
            add_day_index(writing, std::chrono::floor<std::chrono::days>(now.wall),
                          signing->gateway);
        }
        add(writing, event);
    }
    if (signing) heads().sign(*signing, generation_, false);
    commit(writing);
}

void Store::add_own(Writing& writing, Event event, const std::string& gateway) {
    if (!gateway.empty()) event.subjects = {{"gateway", gateway}};
    add(writing, event);
}

void Store::add_day_index(Writing& writing, std::chrono::sys_days day, const std::string& gateway) {
    save(writing.heads);  // it counts what the transaction has so far
    add_own(writing, day_index_event(connection_, writing.placing.index, day, writing.now.uptime),
            gateway);
}

void Store::close_epochs(const Closing& closing, const ClockSample& now, const Boot& boot,
                         std::vector<Entry>& sealed, tlog::Signer& signer) {
    // Later than that it was not noticed but missed.
    constexpr auto in_time = std::chrono::minutes{1};
    auto writing = begin(now, boot, sealed);
    note_boot(writing);
    const auto& plan = signer.plan();
    for (auto epoch = signer.epoch(); epoch < closing.to; ++epoch) {
        if (plan.ends_a_day(epoch)) {
            add_day_index(writing, std::chrono::floor<std::chrono::days>(plan.begin_of(epoch)),
                          closing.gateway);
        }
        Event close;
        close.kind = EventKind::epoch_close;
        close.at = now.uptime;
        close.data = {{"epoch", static_cast<std::int64_t>(epoch)},
                      {"late", closing.time >= plan.begin_of(epoch + 1) + in_time}};
        add_own(writing, std::move(close), closing.gateway);
        heads().sign({.signer = signer, .epoch = epoch}, generation_, true);
    }
    commit(writing);
}

void Store::keep(const Anchor& anchor, const ClockSample& now, const Boot& boot,
                 std::vector<Entry>& sealed, const std::optional<Signing>& signing) {
    auto writing = begin(now, boot, sealed);
    note_boot(writing);
    auto entry = anchor.entry;
    add(writing, entry);
    heads().anchor(anchor);
    if (signing) heads().sign(*signing, generation_, false);
    commit(writing);
}

void Store::sign_head(const Signing& signing) {
    heads().forget();
    sqlite::Transaction transaction{connection_, Access::write};
    heads().sign(signing, generation(), false);
    transaction.commit();
    heads().kept();
}

bool Store::holds(const std::vector<Entry>& entries) {
    if (entries.empty()) return false;
    auto select =
        connection_.prepare(fmt::format("SELECT {} FROM entry e WHERE i = ?", entry_columns));
    for (const auto& entry : entries) {
        const bool there = select.bind(1, static_cast<std::int64_t>(entry.index)).step();
        if (!there || entry_of(select).bytes != entry.bytes) return false;
        select.reset();
    }
    return true;
}

}  // namespace sealwarden::eventlog
