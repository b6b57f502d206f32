#include "firmware/eventlog/tree_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "firmware/eventlog/rows.hpp"

namespace sealwarden::eventlog {
TreeRows::TreeRows(sqlite::Connection& connection)
    : leaves_{connection.prepare("SELECT leaf FROM entry WHERE i >= ? AND i < ? ORDER BY i")},
      subtrees_{connection.prepare(
          "SELECT hash FROM subtree WHERE level = ?3 AND i >= ?1 AND i < ?2 ORDER BY i")} {}

void TreeRows::read(unsigned level, std::uint64_t first, std::span<tlog::Hash> into) const {
    auto& rows = level == 0 ? leaves_ : subtrees_;
    rows.bind(1, static_cast<std::int64_t>(first))
        .bind(2, static_cast<std::int64_t>(first + into.size()));
    if (level != 0) rows.bind(3, std::int64_t{level});
    std::size_t found = 0;
    for (; found < into.size() && rows.step(); ++found)
        into[found] = hash_in(rows, 0, "a hash in the log");
    rows.reset();
    if (found != into.size()) {
        throw sqlite::Failure{sqlite::Trouble::damaged,
                              fmt::format("hash {} of level {} is missing", first + found, level)};
    }
}

void complete_subtrees(sqlite::Connection& connection) {
    const auto size = size_of(connection);
    auto insert = connection.prepare("INSERT OR IGNORE INTO subtree(level, i, hash) VALUES(?,?,?)");
    const TreeRows rows{connection};
    unsigned below = 0;
    for (const auto level : tlog::kept_levels) {
        const auto wanted = size >> level;
        auto count = connection.prepare("SELECT count(*) FROM subtree WHERE level = ?");
        const bool whole = count.bind(1, std::int64_t{level}).step() &&
                           count.number(0) == static_cast<std::int64_t>(wanted);
        for (std::uint64_t i = 0; !whole && i < wanted; ++i) {
            std::vector<tlog::Hash> part(std::size_t{1} << (level - below));
            rows.read(below, i << (level - below), part);
            const auto hash = tlog::folded(std::move(part));
            insert.bind(1, std::int64_t{level})
                .bind(2, static_cast<std::int64_t>(i))
                .bind_blob(3, hash)
                .run();
        }
        below = level;
    }
}

}  // namespace sealwarden::eventlog
