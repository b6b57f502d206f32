// What several rules ask of events about doors, and how a contradiction is told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/activations.hpp"
#include "firmware/core/fact.hpp"
#include "firmware/core/said.hpp"

namespace sealwarden {

[[nodiscard]] inline Span span_of(const Event& event) {
    return {event.after.value_or(event.at), event.at};
}

// Whether it moved from closed to open: a door that is found open was not seen opening.
[[nodiscard]] inline bool is_opening(const Event& opened) {
    if (opened.kind == EventKind::door_opened_between_polls) return true;
    if (opened.kind != EventKind::door_opened) return false;
    if (!opened.data.contains("from")) return true;
    const auto was = opened.data.find("was");
    return was != opened.data.end() && was->second == Datum{std::string{"closed"}};
}

// cross.finding: what contradicts what, at the moment that made it so.
[[nodiscard]] inline Event finding(std::string_view what, std::vector<Subject> subjects, Uptime at,
                                   std::optional<Uptime> after = {}) {
    auto found = make_event(EventKind::cross_finding, std::move(subjects), at, after);
    found.data["what"] = std::string{what};
    return found;
}

}  // namespace sealwarden
