#include "firmware/anchor/log_tree.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "firmware/eventlog/directory.hpp"
#include "firmware/eventlog/tree_rows.hpp"

namespace sealwarden::anchor {
namespace {

using sqlite::Access;

// A proof reads some hundred rows; what takes longer is ended, so that the writer can go on.
constexpr std::chrono::seconds patience{5};

struct Reading {
    explicit Reading(const std::filesystem::path& directory)
        : connection{eventlog::database_file(directory), Access::read},
          transaction{connection, Access::read} {
        connection.stop_at(std::chrono::steady_clock::now() + patience);
    }
    sqlite::Connection connection;
    sqlite::Transaction transaction;
};

}  // namespace

tlog::Path LogTree::growth(std::uint64_t old_size, const tlog::Checkpoint& head) const {
    Reading reading{directory_};
    const eventlog::TreeRows rows{reading.connection};
    if (tlog::root_of(rows, head.size) != head.root) {
        throw std::runtime_error{
            fmt::format("the log has another root at size {} than it signed", head.size)};
    }
    return old_size == 0 ? tlog::Path{} : tlog::consistency_proof(rows, old_size, head.size);
}

std::string LogTree::note(std::uint64_t size) const {
    Reading reading{directory_};
    auto row = reading.connection.prepare("SELECT note FROM checkpoint WHERE size = ?");
    if (!row.bind(1, static_cast<std::int64_t>(size)).step()) {
        throw std::runtime_error{fmt::format("no head of size {} is kept", size)};
    }
    const auto bytes = row.blob(0);
    return {bytes.begin(), bytes.end()};
}

}  // namespace sealwarden::anchor
