#include "firmware/service.hpp"

#include <systemd/sd-daemon.h>

#include <cstdint>
#include <cstdlib>

namespace sealwarden::service {

void ready(const std::string& status) {
    ::sd_notify(0, ("READY=1\nSTATUS=" + status).c_str());
}
void reloading() {
    ::sd_notify(0, "RELOADING=1");
}
void stopping() {
    ::sd_notify(0, "STOPPING=1");
}
void alive() {
    ::sd_notify(0, "WATCHDOG=1");
}

std::optional<std::chrono::microseconds> alive_period() {
    std::uint64_t period_us = 0;
    if (::sd_watchdog_enabled(0, &period_us) <= 0) return std::nullopt;
    return std::chrono::microseconds{period_us / 2};
}

bool is_unit() {
    return std::getenv("INVOCATION_ID") != nullptr && std::getenv("NOTIFY_SOCKET") != nullptr;
}

}  // namespace sealwarden::service
