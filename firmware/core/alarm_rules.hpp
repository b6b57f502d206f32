// Which events ask for a response: one table.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "firmware/core/alarm.hpp"

namespace sealwarden {

// An event of this kind, when its datum `key` reads `is` (or, with `unless`, anything else).
struct Trigger {
    EventKind event{};
    std::string_view key{};  // empty: always
    std::string_view is{};   // text; true, false; null also when the key is missing
    bool unless = false;
    [[nodiscard]] bool matches(const Event& event) const;
};

// A condition. Its source is the event's main subject. Momentary ones clear in the same batch.
struct AlarmRule {
    std::string_view kind;
    Priority priority;
    Trigger raised_by;
    std::span<const Trigger> cleared_by;
    bool momentary = false;
};
// A kind may have several rules; they share its priority.
[[nodiscard]] std::span<const AlarmRule> alarm_rules();

}  // namespace sealwarden
