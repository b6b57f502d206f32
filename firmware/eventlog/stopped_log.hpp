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
    // Sets the log aside and begins its next generation, later than `known_generation`; the gateway
    // writes log.recovered with these words when it starts.
    void begin_anew(const std::string& by, const std::string& why, std::uint64_t known_generation);

  private:
    std::filesystem::path directory_;
    DirectoryLock lock_;
};

}  // namespace sealwarden::eventlog
