#include "tests/sim/planted.hpp"

#include <algorithm>

#include "firmware/core/said.hpp"

namespace sealwarden::sim {

std::string word_of(const Event& event) {
    for (const auto* key : {"reason", "what"})
        if (auto word = text_of(event, key); !word.empty()) return word;
    return {};
}

bool Sign::matches(const Event& event) const {
    const bool raises =
        event.kind == EventKind::alarm_raised || event.kind == EventKind::alarm_repeated;
    if (kind == EventKind::alarm_raised ? !raises : event.kind != kind) return false;
    if ((raises ? text_of(event, "kind") : word_of(event)) != word) return false;
    return about.kind.empty() || std::ranges::find(event.subjects, about) != event.subjects.end();
}

Sign alarm(std::string kind, Subject about) {
    return {EventKind::alarm_raised, std::move(kind), std::move(about)};
}
Sign refusal(std::string reason) {
    return {EventKind::command_refused, std::move(reason), {}};
}

}  // namespace sealwarden::sim
