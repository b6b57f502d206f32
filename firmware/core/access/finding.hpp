// What several rules ask of events about doors, and how a contradiction is told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/activations.hpp"
#include "firmware/core/fact.hpp"

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

[[nodiscard]] inline bool says(const Event& event, const std::string& key) {
    const auto found = event.data.find(key);
    return found != event.data.end() && found->second == Datum{true};
}

[[nodiscard]] inline std::string_view text_of(const std::map<std::string, Datum>& data,
                                              const std::string& key) {
    const auto found = data.find(key);
    const auto* text = found == data.end() ? nullptr : std::get_if<std::string>(&found->second);
    return text == nullptr ? std::string_view{} : std::string_view{*text};
}

// The id of the first subject of this kind; empty: none.
[[nodiscard]] inline std::string_view subject_id(const Event& event, std::string_view kind) {
    for (const auto& subject : event.subjects)
        if (subject.kind == kind) return subject.id;
    return {};
}

// cross.finding: what contradicts what, at the moment that made it so.
[[nodiscard]] inline Event finding(std::string_view what, std::vector<Subject> subjects, Uptime at,
                                   std::optional<Uptime> after = {}) {
    auto found = make_event(EventKind::cross_finding, std::move(subjects), at, after);
    found.data["what"] = std::string{what};
    return found;
}

}  // namespace sealwarden
