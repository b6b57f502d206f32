// The database as its only writer sees it. One thread at a time.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "firmware/clock.hpp"
#include "firmware/eventlog/entry.hpp"
#include "firmware/eventlog/sqlite.hpp"

namespace sealwarden::eventlog {

// A program of this format reads and writes logs whose `min_reader` is not above it.
inline constexpr std::int64_t format = 1;

// The program is older than the log: a person has to decide, nothing is set aside.
struct NewerFormat : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Why this log began where another one ended; told by its first entry, log.recovered.
struct Recovery {
    std::string reason;
    std::string file;                         // name of the one set aside; empty: it was gone
    std::optional<std::uint64_t> last_index;  // of the one set aside, where it could be read
    std::uint64_t generation = 1;
};

struct Boot {
    std::string id;  // of the kernel
    std::uint64_t number = 0;
};

class Store {
  public:
    // Opens or creates. `reason` is why a log before it was given up, for the one created now.
    // Throws sqlite::Failure (damaged: set it aside), NewerFormat, std::runtime_error.
    Store(std::filesystem::path directory, const std::string& reason);

    [[nodiscard]] std::uint64_t size();
    [[nodiscard]] std::uint64_t generation();
    [[nodiscard]] std::uint64_t last_boot();           // number; 0: none
    [[nodiscard]] std::optional<Recovery> recovery();  // while the log is empty

    // Fits the events and writes all of them in one transaction, durable when it returns. `sealed`
    // holds what was tried, also after a Failure: then holds() on a store opened anew tells whether
    // it happened.
    void write(Events& events, const ClockSample& now, const Boot& boot,
               std::vector<Entry>& sealed);
    [[nodiscard]] bool holds(const std::vector<Entry>& entries);

    // Hashes, indexes, and subject counters of the last `count` entries, and the heads against
    // them. Throws sqlite::Failure (damaged) with what contradicts.
    void check_tail(std::uint64_t count);

    [[nodiscard]] bool in_place() const;  // is the open database still the file of that name
    [[nodiscard]] sqlite::Connection& connection() { return connection_; }

  private:
    struct Head {
        std::int64_t row = 0, count = 0, last = -1;
        bool known = false;
    };
    using Heads = std::map<Subject, Head>;
    Head& head(Heads& heads, const Subject& subject);
    void insert(const Entry& entry, const Boot& boot);
    void save(Heads& heads);
    void create(const std::string& reason);
    [[nodiscard]] std::int64_t meta(std::string_view name, std::int64_t otherwise);
    [[nodiscard]] std::string meta_text(std::string_view name);

    std::filesystem::path directory_;
    sqlite::Connection connection_;
    std::uint64_t inode_ = 0;
    std::optional<std::uint64_t> boot_written_;
    sqlite::Statement insert_entry_, insert_link_, insert_personal_, find_head_, insert_head_,
        update_head_;
};

}  // namespace sealwarden::eventlog
