// Programs that a test starts and stops, and where they can listen.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace sealwarden::test {

class Peer {
  public:
    explicit Peer(std::vector<std::string> command);
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

  private:
    pid_t pid_ = -1;
};

[[nodiscard]] std::uint16_t free_port();  // of 127.0.0.1, free a moment ago

// Waits until the path is there (a pseudo-terminal's link); false after ten seconds.
[[nodiscard]] bool appears(const std::string& path);

}  // namespace sealwarden::test
