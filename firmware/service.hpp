// What systemd is told: ready, reloading, stopping, and that the process is alive (sd_notify(3)).
// Without it (no NOTIFY_SOCKET) nothing happens.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace sealwarden::service {

void ready(const std::string& status);
void reloading();
void stopping();
void alive();
// How often alive() is due: half of WATCHDOG_USEC; empty: nobody watches.
[[nodiscard]] std::optional<std::chrono::microseconds> alive_period();
// Is this process a unit of its own? Then its fronts are units too.
[[nodiscard]] bool is_unit();

}  // namespace sealwarden::service
