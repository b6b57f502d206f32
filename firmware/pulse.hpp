// The sign of life of a process that the gateway started: a byte through a pipe at every turn of
// its loop. Whoever is silent for too long hangs, and is killed and started again (fronts.hpp).
#pragma once

#include <optional>

#include "drivers/reading.hpp"

namespace sealwarden {

class Pulse {
  public:
    // The environment variable that names the pipe's descriptor.
    static constexpr const char* variable = "SEALWARDEN_PULSE";
    Pulse();  // without the variable nobody listens, and beat() does nothing
    // At most one byte a second goes out; never blocks.
    void beat(Uptime now);

  private:
    int pipe_ = -1;
    std::optional<Uptime> last_;
};

}  // namespace sealwarden
