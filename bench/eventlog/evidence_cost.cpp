#include "bench/eventlog/evidence_cost.hpp"

#include <algorithm>
#include <ctime>
#include <optional>
#include <span>
#include <vector>

#include "bench/door_event.hpp"
#include "firmware/eventlog/directory.hpp"
#include "firmware/eventlog/store.hpp"
#include "firmware/evidence/commission.hpp"
#include "firmware/evidence/private_file.hpp"

namespace sealwarden::bench {
namespace {

using namespace eventlog;
using Rows = std::span<const Entry>;

constexpr std::size_t rounds = 11;
constexpr std::size_t hourly = 208;            // entries
constexpr std::size_t signed_singly = 5000;    // the newest; of older heads closings alone stay
constexpr std::size_t commits_a_round = 1000;  // of one entry each
const ClockSample clock_sample{.uptime = Uptime{std::chrono::hours{1}},
                               .wall = std::chrono::sys_days{std::chrono::year{2026} / 11 / 24},
                               .sync = "ntp",
                               .error_ms = 12};

double processor_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + std::ssize(values) / 2);
    return values[values.size() / 2];
}

// The entries as the log seals them.
std::vector<Entry> entries_of_doors(const std::filesystem::path& directory, std::size_t count) {
    std::filesystem::create_directories(directory);
    Store store{directory, ""};
    std::vector<Entry> all;
    while (all.size() < count) {
        Events events;
        for (auto i = all.size(); i < std::min(count, all.size() + hourly); ++i) {
            events.push_back(door_event(door_name(i), i, clock_sample.uptime));
        }
        std::vector<Entry> sealed;
        store.write(events, clock_sample, {.id = "bench", .number = 1}, sealed);
        std::ranges::move(sealed, std::back_inserter(all));
    }
    return all;
}

enum class Kept { rows, hashes };

// The log's own tables, with or without what makes them evidence.
class Database {
  public:
    Database(const std::filesystem::path& directory, Kept kept)
        : file_{made(directory)}, connection_{file_, sqlite::Access::write} {
        connection_.run("PRAGMA synchronous=OFF");
        if (kept == Kept::hashes) {
            heads_.emplace(connection_);
        } else {
            connection_.run("ALTER TABLE entry DROP COLUMN leaf");
        }
        for (std::uint64_t i = 0; i < doors; ++i) {
            connection_.run(fmt::format("INSERT INTO subject VALUES({},'door','{}',0,-1)", i + 1,
                                        door_name(i)));
        }
        insert_entry_ = connection_.prepare(
            kept == Kept::hashes
                ? "INSERT INTO entry(i,kind,wall_us,mono_us,boot,bytes,leaf) VALUES(?,?,?,?,?,?,?)"
                : "INSERT INTO entry(i,kind,wall_us,mono_us,boot,bytes) VALUES(?,?,?,?,?,?)");
        insert_link_ = connection_.prepare("INSERT INTO entry_subject VALUES(?,?,?)");
        update_head_ = connection_.prepare("UPDATE subject SET n = n + 1, last = ? WHERE s = ?");
    }

    // One transaction; with a signer under a head.
    void insert(Rows rows, const std::optional<Signing>& signing, bool closes = false) {
        sqlite::Transaction transaction{connection_, sqlite::Access::write};
        for (const auto& row : rows) insert(row);
        if (signing) heads_->sign(*signing, 1, closes);
        transaction.commit();
        if (heads_) heads_->kept();
        if (connection_.wal_pages() > 1000) connection_.checkpoint();
    }

    [[nodiscard]] std::uintmax_t bytes() {
        connection_.checkpoint(true);
        return std::filesystem::file_size(file_);
    }

  private:
    static std::filesystem::path made(const std::filesystem::path& directory) {
        std::filesystem::create_directories(directory);
        {
            const Store creates{directory, ""};
        }
        return database_file(directory);
    }

    void insert(const Entry& row) {
        const auto index = static_cast<std::int64_t>(row.index);
        const auto wall = row.wall.time_since_epoch().count();
        insert_entry_.bind(1, index)
            .bind(2, std::string_view{row.kind})
            .bind(3, wall)
            .bind(4, row.at.time_since_epoch().count())
            .bind(5, std::int64_t{1})
            .bind_blob(6,
                       {reinterpret_cast<const std::uint8_t*>(row.bytes.data()), row.bytes.size()});
        const auto subject = static_cast<std::int64_t>(row.index % doors) + 1;
        if (heads_) {
            const auto leaf = tlog::leaf_hash(row.bytes);
            insert_entry_.bind_blob(7, leaf).run();
            heads_->add(leaf);
        } else {
            insert_entry_.run();
        }
        insert_link_.bind(1, subject).bind(2, index).bind(3, wall).run();
        update_head_.bind(1, index).bind(2, subject).run();
    }

    std::filesystem::path file_;
    sqlite::Connection connection_;
    std::optional<SignedHeads> heads_;
    sqlite::Statement insert_entry_, insert_link_, update_head_;
};

// Microseconds of the processor an entry, in transactions of `together`.
double taken(Database& database, Rows rows, std::size_t together,
             const std::optional<Signing>& signing) {
    const auto begin = processor_seconds();
    for (std::size_t at = 0; at < rows.size(); at += together) {
        database.insert(rows.subspan(at, std::min(together, rows.size() - at)), signing);
    }
    return (processor_seconds() - begin) * 1e6 / static_cast<double>(rows.size());
}

struct Compared {
    double plain = 0;  // microseconds
    double above = 0;
};

// Turn and turn about, so that a machine that changes its mind changes it for both.
Compared compare(const std::filesystem::path& directory, Rows rows, std::size_t together,
                 const std::optional<Signing>& signing) {
    Database plain{directory / "plain", Kept::rows};
    Database evident{directory / "evident", Kept::hashes};
    const auto part = rows.size() / rounds;
    std::vector<double> without, above;
    for (std::size_t round = 0; round < rounds; ++round) {
        const auto turn = rows.subspan(round * part, part);
        without.push_back(taken(plain, turn, together, {}));
        above.push_back(taken(evident, turn, together, signing) - without.back());
    }
    return {.plain = median(without), .above = median(above)};
}

// Bytes an entry that the database has for evidence.
double storage(const std::filesystem::path& directory, Rows rows, tlog::Signer& signer) {
    Database plain{directory / "plain", Kept::rows};
    Database evident{directory / "evident", Kept::hashes};
    std::uint64_t epoch = 0;
    for (std::size_t at = 0; at < rows.size(); at += hourly, ++epoch) {
        auto hour = rows.subspan(at, std::min(hourly, rows.size() - at));
        plain.insert(hour, {});
        const Signing signing{.signer = signer, .epoch = epoch};
        const bool is_new = at + signed_singly > rows.size();
        for (; is_new && hour.size() > 1; hour = hour.subspan(1)) {
            evident.insert(hour.first(1), signing);
        }
        evident.insert(hour, signing, true);
    }
    const auto more = static_cast<double>(evident.bytes()) - static_cast<double>(plain.bytes());
    return more / static_cast<double>(rows.size());
}

evidence::Keys keys_for(const std::filesystem::path& directory, std::uint64_t epochs) {
    const evidence::KeyFiles files{directory};
    static_cast<void>(evidence::commission(
        files, {.origin = "bench",
                .now = std::chrono::floor<std::chrono::seconds>(clock_sample.wall),
                .keys = epochs,
                .log = {.generation = 1, .size = 0, .root = tlog::sha256({})}}));
    return {files, evidence::read_file(files.log_key(), 1024).substr(0, 64)};
}

}  // namespace

EvidenceCost measure_evidence_cost(const std::filesystem::path& directory, std::uint64_t entries) {
    const auto rows = entries_of_doors(directory / "entries", entries);
    auto keys = keys_for(directory / "keys", entries / hourly + 1);
    const auto hashing = compare(directory / "hashing", rows, hourly, {});
    const auto few = Rows{rows}.first(std::min(rows.size(), rounds * commits_a_round));
    const auto signing = compare(directory / "signing", few, 1, Signing{.signer = keys});
    return {.insert_us = hashing.plain,
            .hash_us = hashing.above,
            .commit_us = signing.plain,
            .signature_us = signing.above,
            .bytes = storage(directory / "storage", rows, keys)};
}

}  // namespace sealwarden::bench
