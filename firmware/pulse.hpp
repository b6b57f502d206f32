// The sign of life of a front, at every turn of its loop: a byte through a pipe to the gateway that
// started it (fronts.hpp), or a word to systemd's watchdog where it is a unit of its own. Whoever
// is silent for too long hangs, and is killed and started again.
#pragma once

#include <optional>

#include "drivers/reading.hpp"

namespace sealwarden {

class Pulse {
  public:
    // The environment variable that names the pipe's descriptor.
    static constexpr const char* variable = "SEALWARDEN_PULSE";
    Pulse();  // without the variable and without a watchdog nobody listens
    // At most one sign a second goes out; never blocks.
    void beat(Uptime now);

  private:
    int pipe_ = -1;
    bool watchdog_;
    std::optional<Uptime> last_;
};

}  // namespace sealwarden
