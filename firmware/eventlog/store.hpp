// The database as its only writer sees it. One thread at a time.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "firmware/clock.hpp"
#include "firmware/eventlog/entry.hpp"
#include "firmware/eventlog/heads.hpp"
#include "firmware/sqlite/sqlite.hpp"

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
    std::string by;                           // who decided it; empty: the log itself
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
    // A generation that begins now comes after `known_generation`, too; `by`: who decided it.
    Store(std::filesystem::path directory, const std::string& reason,
          std::uint64_t known_generation = 0, const std::string& by = {});

    [[nodiscard]] std::uint64_t size();
    [[nodiscard]] std::uint64_t generation() const { return generation_; }
    [[nodiscard]] std::uint64_t last_boot();  // number; 0: none
    // While the log is empty.
    [[nodiscard]] const std::optional<Recovery>& recovery() const { return recovery_; }
    // The log set aside from which records are still to be carried into this one; empty: none.
    // Until `log.carried` says that all are.
    [[nodiscard]] std::string carries_from();

    // Fits the events and writes all of them in one transaction, durable when it returns. `sealed`
    // holds what was tried, also after a Failure: then holds() on a store opened anew tells whether
    // it happened.
    // An event `payload.erased` removes what is kept beside the entry that its `ref` names.
    // With `signing`, under a checkpoint in the same transaction; an export then has the index of
    // the day so far right before it.
    void write(Events& events, const ClockSample& now, const Boot& boot, std::vector<Entry>& sealed,
               const std::optional<Signing>& signing = std::nullopt);
    // Closes the signer's epoch and those after it, up to before `to`, likewise in one transaction:
    // each with its entry as last leaf under its own key, days with their index before. `time` is
    // what is believed of the clock; `gateway` the subject, empty: none.
    struct Closing {
        std::uint64_t to = 0;
        std::chrono::sys_time<std::chrono::microseconds> time;
        std::string gateway;
    };
    void close_epochs(const Closing& closing, const ClockSample& now, const Boot& boot,
                      std::vector<Entry>& sealed, tlog::Signer& signer);
    // Keeps what somebody outside says of a head, with the entry that records it, likewise.
    void keep(const Anchor& anchor, const ClockSample& now, const Boot& boot,
              std::vector<Entry>& sealed, const std::optional<Signing>& signing);
    // The head of what was written unsigned, in a transaction of its own.
    void sign_head(const Signing& signing);
    [[nodiscard]] bool holds(const std::vector<Entry>& entries);

    // Hashes, indexes, and subject counters of the last `count` entries, and the heads against
    // them. Throws sqlite::Failure (damaged) with what contradicts.
    void check_tail(std::uint64_t count);

    [[nodiscard]] bool in_place() const;  // is the open database still the file of that name
    [[nodiscard]] sqlite::Connection& connection() { return connection_; }
    // Read from the database when first asked for: after check_tail(), which names damage better.
    [[nodiscard]] SignedHeads& heads();

  private:
    struct Head {
        std::int64_t row = 0, count = 0, last = -1;
        bool known = false;
    };
    using Heads = std::map<Subject, Head>;
    Head& head(Heads& heads, const Subject& subject);
    void insert(const Entry& entry, const Boot& boot);
    void erase_personal(const Event& erased);
    void save(Heads& heads);
    // A transaction under way.
    struct Writing {
        sqlite::Transaction transaction;
        const ClockSample& now;
        const Boot& boot;
        std::vector<Entry>& sealed;
        Placing placing;
        Heads heads;
    };
    Writing begin(const ClockSample& now, const Boot& boot, std::vector<Entry>& sealed);
    void note_boot(const Writing& writing);
    void add(Writing& writing, Event& event);
    void add_own(Writing& writing, Event event, const std::string& gateway);
    void add_day_index(Writing& writing, std::chrono::sys_days day, const std::string& gateway);
    void commit(Writing& writing);
    void create(const std::string& reason, std::uint64_t known_generation, const std::string& by);
    [[nodiscard]] std::optional<Recovery> read_recovery();
    [[nodiscard]] std::int64_t meta(std::string_view name, std::int64_t otherwise);
    [[nodiscard]] std::string meta_text(std::string_view name);

    std::filesystem::path directory_;
    sqlite::Connection connection_;
    std::uint64_t inode_ = 0;
    std::uint64_t generation_ = 1;
    std::optional<Recovery> recovery_;
    std::optional<std::uint64_t> boot_written_;
    std::optional<SignedHeads> signed_heads_;
    sqlite::Statement find_size_, insert_entry_, insert_link_, insert_personal_, delete_personal_,
        find_head_, insert_head_, update_head_, put_record_;
};

}  // namespace sealwarden::eventlog
