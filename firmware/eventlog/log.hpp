// The log: one thread that writes and checkpoints, one that reads. SQLite stays behind sqlite.*.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/core/site.hpp"
#include "firmware/eventlog/entry.hpp"

namespace sealwarden::eventlog {

struct LogOptions {
    std::filesystem::path directory;
    std::string boot_id;  // /proc/sys/kernel/random/boot_id
    std::size_t queue_limit =
        65536;  // events; beyond it append() says no, polling pauses, and the pause is a gap
    std::uint64_t ballast_bytes = 8u << 20;
};

// What is handed back, on the log thread, after COMMIT returned: post it and return.
struct Committed {
    std::vector<Entry> entries;          // in index order, the whole transaction
    std::vector<std::uint64_t> tickets;  // of the append() calls that are now durable
};
enum class Health { good, full, failing };

class LogThread {
  public:
    using OnCommitted = std::function<void(Committed)>;
    using OnHealth = std::function<void(Health, std::string why)>;

    // Opens or creates the log, checks the tail, writes nothing. Throws std::runtime_error with one
    // sentence when it cannot (another process holds it, a newer format, not writable).
    LogThread(LogOptions options, const Clock& clock, OnCommitted committed, OnHealth health);
    ~LogThread();  // commits what was accepted

    // Takes events to be written, all in one transaction and in this order; returns a ticket, or
    // nothing when the queue is full (then nothing was taken). Any thread, never blocks on disk.
    [[nodiscard]] std::optional<std::uint64_t> append(Events events);

    [[nodiscard]] std::uint64_t boot_number() const;
    [[nodiscard]] std::uint64_t size() const;      // entries at opening
    [[nodiscard]] std::uint64_t progress() const;  // grows while the thread turns; for the watchdog
    [[nodiscard]] std::size_t queued() const;

    // Alarms not normal and last identities, from the log; at start, before the first append().
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
};

// Reads committed entries on its own thread and its own read-only connection. Answers are handed to
// `done` on that thread; a query has a deadline, so no reader keeps the log from checkpointing.
class Reader {
  public:
    explicit Reader(std::filesystem::path directory);
    ~Reader();
    struct Page {
        std::vector<Entry> entries;
        std::uint64_t next = 0;  // where to go on
        bool more = false;
        std::string error;  // empty: fine
    };
    void query(Query query, std::function<void(Page)> done);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sealwarden::eventlog
