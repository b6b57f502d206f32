// The log: one thread that writes and checkpoints, one that reads. SQLite stays behind sqlite.*.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "drivers/durations.hpp"
#include "firmware/core/site.hpp"
#include "firmware/eventlog/anchor.hpp"
#include "firmware/eventlog/entry.hpp"
#include "firmware/tlog/signer.hpp"

namespace sealwarden::eventlog {

// Another process writes this log: exit code 75.
struct AlreadyRunning : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct LogOptions {
    std::filesystem::path directory;
    std::string boot_id;  // /proc/sys/kernel/random/boot_id
    // Events taken and not yet durable; beyond it append() says no, polling pauses, and the pause
    // is a gap. One append() larger than this is taken when nothing else waits.
    std::size_t queue_limit = 65536;
    std::uint64_t ballast_bytes = 16u << 20;  // kept free for the alarms of a full disk
    // id of the `gateway` subject of what the log itself writes; empty: no subject
    std::string gateway = {};
    // Signs the log's heads; used on the log thread only. Empty: the log is not commissioned.
    std::shared_ptr<tlog::Signer> signer = {};
    // For so long after the start nothing is signed, unless compare() ends it: a log that was
    // rolled back must not sign before it was held against the head that others have of it.
    std::chrono::microseconds look_outside_for{0};
};

// What is handed back, on the log thread, after COMMIT returned: post it and return.
struct Committed {
    std::vector<Entry> entries;          // in index order, the whole transaction
    std::vector<std::uint64_t> tickets;  // of the append() calls that are now durable
    // Of the log these entries are in. One more than before: the old log was set aside, and the
    // first entries say so (log.recovered) and carry the alarms and identities over.
    std::uint64_t generation = 1;
    std::string checkpoint = {};  // the newest signed note, of these entries' head; empty: unsigned
    std::chrono::microseconds took{};  // the transaction that wrote them, with its sync
    Durations syncs{};  // since the last hand-over, also those of tidying up in between
};
enum class Health {
    good,
    full,     // no space: the reserve is being used, everything is still written
    failing,  // nothing can be written: events wait in the queue, nothing is acknowledged
};

// How it stands with the log's signatures.
struct SigningState {
    enum class State {
        not_commissioned,
        signing,
        waiting,    // for what is known outside (look_outside_for); then what came is signed
        held_back,  // what is known of this log contradicts it, or its keys are gone: entries are
                    // taken, nothing is signed
    };
    State state = State::not_commissioned;
    std::string why;               // held back: one sentence
    std::uint64_t epoch = 0;       // whose key signs
    bool clock_held_back = false;  // the wall clock says a later time than is believed
    bool old_key_left = false;     // the epoch state file could not be overwritten yet
    std::string checkpoint;        // the newest signed note; empty: none yet
    // The largest that a witness cosigned, with the witnesses' lines; empty: none yet.
    std::string cosigned = {};
};

class LogThread {
  public:
    using OnCommitted = std::function<void(Committed)>;
    // When it changes, on the log thread; from the constructor when the disk is full at the start.
    using OnHealth = std::function<void(Health, std::string why)>;

    // Opens or creates the log and checks its tail. A damaged one is set aside (renamed) and a new
    // one begins, whose first entry is log.recovered, followed by what could be read of the alarms
    // in the old one; else nothing is written before the first append(). Throws AlreadyRunning, or
    // std::runtime_error with one sentence when it cannot (a newer format, not writable).
    LogThread(LogOptions options, const Clock& clock, OnCommitted committed, OnHealth health);
    // Commits what was accepted; on a disk that fails, gives up after about two seconds and says
    // how much was lost.
    ~LogThread();

    // Takes events to be written, all in one transaction and in this order; returns a ticket, or
    // nothing when the queue is full (then nothing was taken). Any thread, never blocks on disk.
    // With a `payload.erased` goes what is kept beside the entry it names; out of the database's
    // files too, as soon as no reader needs them.
    [[nodiscard]] std::optional<std::uint64_t> append(Events events);

    [[nodiscard]] std::uint64_t boot_number() const;  // grows with every start that wrote
    // At opening: 1, and one more each time a damaged log was set aside. Indexes then begin at 0
    // again, and a cursor from another generation means nothing. Committed tells of a later one.
    [[nodiscard]] std::uint64_t generation() const;
    [[nodiscard]] std::uint64_t size() const;  // entries at opening
    [[nodiscard]] bool began_anew() const;     // the opening set a damaged log aside
    // It did, or an earlier one, and not all records of that log are in this one yet: they are to
    // be told again (record.carried), and behind them log.carried.
    [[nodiscard]] bool lacks_records() const;
    [[nodiscard]] std::uint64_t progress() const;  // grows while the thread turns; for the watchdog
    [[nodiscard]] std::size_t queued() const;
    [[nodiscard]] SigningState signing() const;  // any thread

    // A head of this log that is held outside, with a name for the place; nothing: none is held
    // there. When this log is not its continuation, nothing is signed any more, now and after a
    // restart, until an operator gives the log up. Any thread; `done` comes on the log thread, or,
    // when 64 questions wait already, at once on the caller's.
    struct Comparison {
        bool compared = false;  // false: the log cannot be read now, or is not commissioned
        std::string why;        // it contradicts: one sentence; empty: it agrees
    };
    void compare(const std::optional<tlog::Head>& outside, std::string where,
                 const std::function<void(Comparison)>& done);
    // Keeps what somebody outside says of the head of this size, when `judge` says that it holds,
    // with the entry that records it. Any thread; `judge` and `done` come on the log thread, or
    // `done`, when 64 wait already, at once on the caller's.
    void anchor(std::uint64_t size, Judge judge, const std::function<void(Anchored)>& done);
    // An operator says that the wall clock is right: epochs follow it. Any thread.
    void trust_clock();

    // Alarms not normal and last identities, from the log, and the records as a source that reads
    // them when it is asked and throws std::runtime_error when it cannot; at start, before the
    // first append().
    [[nodiscard]] SiteMemory memory(const ClockSample& now) const;
    // The newest entry of a subject, if any: e.g. the last `gateway` entry tells how we ended.
    [[nodiscard]] std::optional<Entry> newest(const Subject& subject) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

struct Query {
    std::uint64_t from = 0;                // first index
    std::optional<std::uint64_t> before;   // first index not wanted
    std::optional<WallTime> since, until;  // by claimed time; [since, until)
    std::optional<Subject> subject;
    std::vector<std::string> kinds;  // empty: all
    std::size_t limit = 1000;
    bool newest_first = false;
    bool with_personal = false;  // only for callers who may see it
    // The newest state of each subject of this kind, those that changed last first; of the
    // conditions above, `before` (of the entries that told it), `limit`, `with_personal` and,
    // for one of them, `subject` count. Empty: entries.
    std::string records = {};
    bool with_ended = false;  // of records: also those that are over
    // Only entries beside which something about persons is still kept; of the conditions above,
    // `from`, `before` and `limit` count.
    bool only_personal = false;
    // Subjects instead of entries: those whose id contains this text, whatever the case of its
    // letters, of the kinds that `kinds` names (of subjects, here), what was told of last first.
    // `limit` counts. Empty: entries.
    std::string find = {};
    bool find_alike = false;  // 0 and O, 1 and I, 8 and B count as the same
};

// Reads committed entries on its own thread and its own read-only connection. Answers are handed to
// `done` on that thread, in the order of the questions. A question has two seconds, so no reader
// keeps the log from checkpointing; a page has at most 512 KiB of records.
class Reader {
  public:
    explicit Reader(const std::filesystem::path& directory);  // reads nothing yet
    ~Reader();                                                // what still waits is not answered
    struct Page {
        std::vector<Entry> entries;  // by index, rising or with newest_first falling
        // Where to go on: as `from`, with newest_first as `before`. Without `more`, rising: the
        // index the next entry of the log will have.
        std::uint64_t next = 0;
        bool more = false;
        std::uint64_t generation = 1;  // of the log that was read
        // With Query::records: for each entry, `next` behind it.
        std::vector<std::uint64_t> after_each;
        std::string error;      // empty: fine
        bool too_slow = false;  // the error is the deadline
        // With Query::with_personal: by index, what is kept beside these entries and not erased.
        std::map<std::uint64_t, std::map<std::string, std::string>> personal;
        // With Query::find.
        struct Found {
            Subject subject;
            std::uint64_t entries = 0, last = 0;  // how many name it, and the newest one
        };
        std::vector<Found> found = {};
    };
    // Any thread. When 256 questions wait already, the answer is an error, handed over at once on
    // the caller's thread.
    void query(Query query, std::function<void(Page)> done);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sealwarden::eventlog
