#include "firmware/eventlog/stopped_log.hpp"

#include <algorithm>

#include "firmware/eventlog/store.hpp"
#include "firmware/sqlite/sqlite.hpp"
#include "firmware/tlog/tree.hpp"

namespace sealwarden::eventlog {
namespace {

std::filesystem::path made(const std::filesystem::path& directory) {
    std::error_code ignored;  // the lock says what is wrong
    if (std::filesystem::create_directories(directory, ignored)) {
        using std::filesystem::perms;
        std::filesystem::permissions(
            directory, perms::owner_all | perms::group_read | perms::group_exec, ignored);
    }
    return directory;
}

}  // namespace

StoppedLog::StoppedLog(const std::filesystem::path& directory)
    : directory_{made(directory)}, lock_{directory_} {}

tlog::Head StoppedLog::head() const {
    tlog::Head head{.generation = 1, .size = 0, .root = tlog::sha256({})};
    if (!std::filesystem::exists(database_file(directory_))) return head;
    sqlite::Connection connection{database_file(directory_), sqlite::Access::read};
    head.generation = static_cast<std::uint64_t>(
        connection.number("SELECT coalesce(max(value), 1) FROM meta WHERE name = 'generation'"));
    tlog::Frontier frontier;
    std::vector<tlog::Subtree> full;
    auto leaves = connection.prepare("SELECT leaf FROM entry ORDER BY i");
    while (leaves.step()) {
        tlog::Hash leaf{};
        std::ranges::copy(leaves.blob(0).first(leaf.size()), leaf.begin());
        frontier.append(leaf, full);
    }
    head.size = frontier.size();
    head.root = frontier.root();
    return head;
}

void StoppedLog::begin_anew(const std::string& by, const std::string& why,
                            std::uint64_t known_generation) {
    set_aside(directory_);
    Store{directory_, why, known_generation, by};
}

}  // namespace sealwarden::eventlog
