#include "firmware/eventlog/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sealwarden::eventlog {

Entry entry_of(const sqlite::Statement& row) {
    const auto bytes = row.blob(4);
    Entry entry{.index = static_cast<std::uint64_t>(row.number(0)),
                .kind = std::string{row.text(1)},
                .wall = WallTime{std::chrono::microseconds{row.number(2)}},
                .at = Uptime{std::chrono::microseconds{row.number(3)}},
                .bytes = {bytes.begin(), bytes.end()},
                .leaf = {}};
    const auto leaf = row.blob(5);
    std::copy_n(leaf.begin(), std::min(leaf.size(), entry.leaf.size()), entry.leaf.begin());
    return entry;
}

nlohmann::json record_of(const Entry& entry) {
    auto record = nlohmann::json::parse(entry.bytes, nullptr, false);
    if (!record.is_object()) {
        throw sqlite::Failure{sqlite::Trouble::damaged,
                              fmt::format("entry {} is not a record", entry.index)};
    }
    return record;
}

tlog::Hash hash_in(const sqlite::Statement& row, int column, std::string_view what) {
    tlog::Hash hash{};
    const auto bytes = row.blob(column);
    if (bytes.size() != hash.size()) {
        throw sqlite::Failure{sqlite::Trouble::damaged, fmt::format("{} has not 32 bytes", what)};
    }
    std::ranges::copy(bytes, hash.begin());
    return hash;
}

bool has_column(sqlite::Connection& connection, std::string_view table, std::string_view column) {
    auto select = connection.prepare("SELECT count(*) FROM pragma_table_info(?) WHERE name = ?");
    return select.bind(1, table).bind(2, column).step() && select.number(0) > 0;
}

std::uint64_t size_of(sqlite::Connection& connection) {
    return static_cast<std::uint64_t>(connection.number(size_query));
}

std::uint64_t generation_of(sqlite::Connection& connection) {
    return static_cast<std::uint64_t>(connection.number(
        "SELECT coalesce((SELECT value FROM meta WHERE name = 'generation'), 1)"));
}

}  // namespace sealwarden::eventlog
