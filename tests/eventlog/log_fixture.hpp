// A log in a directory of its own, a clock that stands still until told, and a committed list to
// wait for.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "firmware/eventlog/log.hpp"
#include "firmware/sqlite/sqlite.hpp"

namespace sealwarden::eventlog {

class TempDirectory {
  public:
    explicit TempDirectory(
        const std::filesystem::path& under = std::filesystem::temp_directory_path());
    ~TempDirectory();
    TempDirectory(const TempDirectory&) = delete;
    TempDirectory& operator=(const TempDirectory&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

class FakeClock final : public Clock {
  public:
    [[nodiscard]] Uptime uptime() const override { return sample().uptime; }
    [[nodiscard]] ClockSample sample() const override;
    void set(ClockSample sample);

  private:
    mutable std::mutex mutex_;
    ClockSample sample_{.uptime = Uptime{std::chrono::seconds{1000}},
                        .wall = WallTime{std::chrono::seconds{1'800'000'000}},
                        .sync = "ntp",
                        .error_ms = 12};
};

// What the log hands back; waiting has a deadline of 30 s and then fails.
class Heard {
  public:
    void committed(Committed what);
    void health(Health now, const std::string& why);
    [[nodiscard]] bool wait_for_ticket(std::uint64_t ticket);
    [[nodiscard]] bool wait_for_health(Health health);
    [[nodiscard]] bool wait_for_ticket_or(std::uint64_t ticket, Health health);
    [[nodiscard]] bool wait_for_entries(std::size_t count);
    [[nodiscard]] std::vector<Entry> entries() const;
    [[nodiscard]] std::vector<std::uint64_t> tickets() const;
    [[nodiscard]] std::vector<std::size_t> transactions() const;  // entries of each
    [[nodiscard]] std::vector<Health> healths() const;
    [[nodiscard]] Durations syncs() const;           // of all together
    [[nodiscard]] std::uint64_t generation() const;  // of the newest transaction; 0: none
    // The log thread stops inside its hand-over until the hold is let go.
    std::unique_lock<std::mutex> hold() { return std::unique_lock{gate_}; }

  private:
    [[nodiscard]] bool wait(const std::function<bool()>& met);
    std::mutex gate_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Entry> entries_;
    Durations syncs_;
    std::vector<std::uint64_t> tickets_;
    std::vector<std::size_t> transactions_;
    std::vector<Health> healths_;
    std::uint64_t generation_ = 0;
};

[[nodiscard]] std::unique_ptr<LogThread> open_log(LogOptions options, const Clock& clock,
                                                  Heard& heard);
[[nodiscard]] Event door_event(EventKind kind, const std::string& door, Uptime at);
[[nodiscard]] std::string text(const Entry& entry, const std::string& pointer);  // JSON, dumped

class LogTest : public testing::Test {
  protected:
    void start();
    void stop() { log.reset(); }
    std::uint64_t append(Events events);
    void append_and_wait(Events events);
    void write(std::size_t entries);  // doors opening and closing, one transaction
    [[nodiscard]] Reader::Page ask(Query query);
    [[nodiscard]] std::vector<std::uint64_t> indexes(Query query);
    void change_database(const std::string& sql);  // as somebody who got at the file

    TempDirectory directory;
    FakeClock clock;
    LogOptions options{.directory = directory.path(),
                       .boot_id = "5d0c6b3e-0000-4000-8000-000000000001",
                       .queue_limit = 65536,
                       .ballast_bytes = 1 << 20,
                       .gateway = "gw1"};
    std::unique_ptr<Heard> heard;
    std::unique_ptr<LogThread> log;
};

}  // namespace sealwarden::eventlog
