// What lies in the log's directory besides the database: the lock, the reserve of disk space, and
// databases set aside because they were damaged.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "drivers/descriptor.hpp"

namespace sealwarden::eventlog {

[[nodiscard]] std::filesystem::path database_file(const std::filesystem::path& directory);

// Held while it lives: one process writes here. On a file of our own, because opening and closing
// SQLite's would drop SQLite's locks. Throws AlreadyRunning (log.hpp) or std::runtime_error.
class DirectoryLock {
  public:
    explicit DirectoryLock(const std::filesystem::path& directory);

  private:
    Descriptor descriptor_;
};

// Space that is ours although we do not need it yet: given back when the disk is full, so that the
// alarms of that hour still find room.
class Ballast {
  public:
    Ballast(std::filesystem::path directory, std::uint64_t bytes);
    [[nodiscard]] bool whole() const { return whole_; }
    // Takes the space if it is there, and as much again is free. True: it is held.
    bool reserve();
    // Gives it back. False: it had been given back before.
    bool release();

  private:
    std::filesystem::path directory_, file_;
    std::uint64_t bytes_;
    bool whole_ = false;
};

// The newest damaged database set aside in this directory: its number, 1 for the first.
struct SetAside {
    std::uint64_t number = 0;
    std::filesystem::path file;
};
[[nodiscard]] std::optional<SetAside> newest_set_aside(const std::filesystem::path& directory);

// Renames the database and what belongs to it to `log.db.damaged-N`; nobody may have it open.
void set_aside(const std::filesystem::path& directory);

// Makes names in the directory durable.
void sync_directory(const std::filesystem::path& directory);

}  // namespace sealwarden::eventlog
