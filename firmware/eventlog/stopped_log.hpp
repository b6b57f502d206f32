// A log whose gateway does not run: held so that it stays stopped, and looked at.
#pragma once

#include <filesystem>

#include "firmware/eventlog/directory.hpp"
#include "firmware/tlog/signer.hpp"

namespace sealwarden::eventlog {

class StoppedLog {
  public:
    // Makes the directory where there is none. Throws AlreadyRunning (log.hpp), std::runtime_error.
    explicit StoppedLog(const std::filesystem::path& directory);
    // From the leaf hashes; of a log that was never begun: no entries, generation 1.
    [[nodiscard]] tlog::Head head() const;

  private:
    std::filesystem::path directory_;
    DirectoryLock lock_;
};

}  // namespace sealwarden::eventlog
