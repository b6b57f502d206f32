#include "firmware/eventlog/selection.hpp"

#include <fmt/format.h>

#include "firmware/eventlog/rows.hpp"

namespace sealwarden::eventlog {
namespace {

struct Builder {
    Selection selection;
    bool first = true;

    void add(std::string_view text) { selection.sql += text; }
    void where(std::string_view condition) {
        add(first ? " WHERE " : " AND ");
        add(condition);
        first = false;
    }
    void where(std::string_view condition, std::int64_t number) {
        where(condition);
        selection.parameters.emplace_back(number);
    }
    void range(std::string_view column, std::uint64_t from, std::uint64_t before) {
        where(fmt::format("{} >= ?", column), static_cast<std::int64_t>(from));
        where(fmt::format("{} < ?", column), static_cast<std::int64_t>(before));
    }
    void window(std::string_view column, const Query& query) {
        if (query.since) {
            where(fmt::format("{} >= ?", column), query.since->time_since_epoch().count());
        }
        if (query.until) {
            where(fmt::format("{} < ?", column), query.until->time_since_epoch().count());
        }
    }
    void kinds(std::string_view column, const Query& query) {
        if (query.kinds.empty()) return;
        where(fmt::format("{} IN (", column));
        for (std::size_t k = 0; k < query.kinds.size(); ++k) {
            add(k == 0 ? "?" : ",?");
            selection.parameters.emplace_back(query.kinds[k]);
        }
        add(")");
    }
    void order(std::string_view column, const Query& query, std::size_t limit) {
        add(fmt::format(" ORDER BY {} {} LIMIT {}", column, query.newest_first ? "DESC" : "ASC",
                        limit));
    }
};

}  // namespace

bool has_filter(const Query& query) {
    return query.since || query.until || query.subject || !query.kinds.empty();
}

Selection along_the_log(const Query& query, std::uint64_t from, std::uint64_t before,
                        std::size_t limit) {
    Builder build;
    build.add(fmt::format("SELECT {} FROM entry e", entry_columns));
    // The plus keeps SQLite from the indexes that by_index() uses.
    build.range("e.i", from, before);
    build.window("+e.wall_us", query);
    build.kinds("+e.kind", query);
    build.order("e.i", query, limit);
    return std::move(build.selection);
}

Selection along_the_personal(std::uint64_t from, std::uint64_t before, std::size_t limit) {
    Builder build;
    build.add(fmt::format("SELECT {} FROM personal p CROSS JOIN entry e ON e.i = p.entry",
                          entry_columns));
    build.range("p.entry", from, before);
    build.add(fmt::format(" ORDER BY p.entry ASC LIMIT {}", limit));
    return std::move(build.selection);
}

Selection by_index(const Query& query, std::uint64_t from, std::uint64_t before,
                   std::size_t limit) {
    Builder build;
    if (query.subject) {
        // Its links are in index order and know the time.
        build.add(
            fmt::format("SELECT {} FROM subject s CROSS JOIN entry_subject l ON l.s = s.s "
                        "CROSS JOIN entry e ON e.i = l.i WHERE s.k = ? AND s.v = ?",
                        entry_columns));
        build.first = false;
        build.selection.parameters.emplace_back(query.subject->kind);
        build.selection.parameters.emplace_back(query.subject->id);
        build.range("l.i", from, before);
        build.window("l.wall_us", query);
        build.kinds("+e.kind", query);
        build.order("l.i", query, limit);
        return std::move(build.selection);
    }
    build.add(fmt::format("SELECT {} FROM (SELECT i FROM entry INDEXED BY {}", entry_columns,
                          query.kinds.empty() ? "entry_wall" : "entry_kind"));
    build.kinds("kind", query);
    build.window("wall_us", query);
    build.range("+i", from, before);
    build.order("i", query, limit);
    build.add(") found CROSS JOIN entry e ON e.i = found.i");
    build.add(query.newest_first ? " ORDER BY e.i DESC" : " ORDER BY e.i ASC");
    return std::move(build.selection);
}

}  // namespace sealwarden::eventlog
