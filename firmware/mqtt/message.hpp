// A message on its way to the broker, and the moment it is made.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "firmware/clock.hpp"

namespace sealwarden::mqtt_front {

// Time is an argument: the monotonic clock decides, the wall clock is written down.
struct Moment {
    Uptime at;
    WallTime wall;
};

struct Message {
    std::string topic, payload;
    int qos = 1;
    bool retain = false;
    // What it says apart from when it was made: the same content need not be sent again.
    std::string content;
    // Version 5 only: user properties `idx`, `kind`, `prio`, and how long the message is of use.
    std::optional<std::uint64_t> index;
    std::string kind, prio;
    std::chrono::seconds expiry{0};  // 0: for ever
    bool json = true;                // false: plain text
    friend bool operator==(const Message&, const Message&) = default;
};

}  // namespace sealwarden::mqtt_front
