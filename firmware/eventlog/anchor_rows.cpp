#include "firmware/eventlog/anchor_rows.hpp"

#include <fmt/format.h>

#include <span>

#include "firmware/eventlog/rows.hpp"

namespace sealwarden::eventlog {
namespace {

constexpr const char* tables = R"(
CREATE TABLE IF NOT EXISTS cosignature(size INTEGER NOT NULL, witness TEXT NOT NULL,
                                       line TEXT NOT NULL, PRIMARY KEY(size, witness))
                           STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stamp(size INTEGER PRIMARY KEY, reply BLOB NOT NULL,
                                 certificates TEXT NOT NULL DEFAULT '') STRICT;
)";

std::int64_t integer(std::uint64_t number) {
    return static_cast<std::int64_t>(number);
}

}  // namespace

void add_anchor_tables(sqlite::Connection& connection) {
    connection.run(tables);
    if (!has_column(connection, "stamp", "certificates")) {
        connection.run("ALTER TABLE stamp ADD COLUMN certificates TEXT NOT NULL DEFAULT ''");
    }
}

bool has_anchor_tables(sqlite::Connection& connection) {
    return connection.number(
               "SELECT count(*) FROM sqlite_schema WHERE name IN ('cosignature', 'stamp')") == 2;
}

bool is_anchored(sqlite::Connection& connection, const Anchor& anchor) {
    if (!anchor.stamp.empty()) {
        auto stamp = connection.prepare("SELECT 1 FROM stamp WHERE size = ?");
        return stamp.bind(1, integer(anchor.size)).step();
    }
    auto line = connection.prepare("SELECT 1 FROM cosignature WHERE size = ? AND witness = ?");
    return line.bind(1, integer(anchor.size)).bind(2, std::string_view{anchor.witness}).step();
}

void insert_anchor(sqlite::Connection& connection, const Anchor& anchor) {
    if (!anchor.stamp.empty()) {
        const std::span reply{reinterpret_cast<const std::uint8_t*>(anchor.stamp.data()),
                              anchor.stamp.size()};
        connection.prepare("INSERT INTO stamp(size, reply, certificates) VALUES(?,?,?)")
            .bind(1, integer(anchor.size))
            .bind_blob(2, reply)
            .bind(3, std::string_view{anchor.certificates})
            .run();
        return;
    }
    connection.prepare("INSERT INTO cosignature(size, witness, line) VALUES(?,?,?)")
        .bind(1, integer(anchor.size))
        .bind(2, std::string_view{anchor.witness})
        .bind(3, std::string_view{anchor.signature})
        .run();
}

std::optional<std::string> note_of(sqlite::Connection& connection, std::uint64_t size) {
    auto row = connection.prepare("SELECT note FROM checkpoint WHERE size = ?");
    if (!row.bind(1, integer(size)).step()) return std::nullopt;
    const auto note = row.blob(0);
    return std::string{note.begin(), note.end()};
}

std::optional<std::string> cosigned_note_of(sqlite::Connection& connection, std::uint64_t size) {
    auto note = note_of(connection, size);
    if (!note) return std::nullopt;
    auto lines = connection.prepare("SELECT line FROM cosignature WHERE size = ? ORDER BY witness");
    lines.bind(1, integer(size));
    while (lines.step()) *note += lines.text(0);
    return note;
}

std::optional<KeptStamp> stamp_from(sqlite::Connection& connection, std::uint64_t size) {
    const bool kept = has_column(connection, "stamp", "certificates");
    auto row = connection.prepare(
        fmt::format("SELECT size, reply, {} FROM stamp WHERE size >= ? ORDER BY size LIMIT 1",
                    kept ? "certificates" : "''"));
    if (!row.bind(1, integer(size)).step()) return std::nullopt;
    const auto reply = row.blob(1);
    return KeptStamp{.size = static_cast<std::uint64_t>(row.number(0)),
                     .reply = {reply.begin(), reply.end()},
                     .certificates = tlog::certificates_in(row.text(2))};
}

std::string newest_cosigned_note(sqlite::Connection& connection) {
    auto newest = connection.prepare("SELECT max(size) FROM cosignature");
    if (!newest.step() || newest.is_null(0)) return {};
    return cosigned_note_of(connection, static_cast<std::uint64_t>(newest.number(0))).value_or("");
}

}  // namespace sealwarden::eventlog
