#include "firmware/core/response/case.hpp"

#include <array>
#include <cassert>

namespace sealwarden {
namespace {

constexpr std::array states{CaseState::open, CaseState::closed};

}  // namespace

std::string_view to_string(CaseState state) {
    switch (state) {
        case CaseState::open: return "open";
        case CaseState::closed: return "closed";
    }
    assert(!"every state has a name");
    return "?";
}
std::span<const CaseState> values(CaseState) {
    return states;
}

std::optional<CaseState> next(CaseState state, CaseInput input) {
    switch (state) {
        case CaseState::open:
            return input == CaseInput::close ? CaseState::closed : CaseState::open;
        case CaseState::closed: return {};
    }
    assert(!"every state has its transitions");
    return {};
}

std::vector<Subject> subjects_of(const Case& one) {
    std::vector<Subject> subjects{{"case", one.id}};
    const auto add = [&](const char* kind, const std::string& id) {
        if (!id.empty()) subjects.push_back({kind, id});
    };
    add("container", one.container);
    add("visit", one.visit);
    add("seal_number", one.seal);
    add("door", one.door);
    add("alarm", one.alarm);
    add("test", one.test);
    if (!one.source_kind.empty()) subjects.push_back({one.source_kind, one.source_id});
    return subjects;
}

void learn(Case& one, const Subject& subject) {
    const auto keep = [&](std::string& field) {
        if (field.empty()) field = subject.id;
    };
    const auto& kind = subject.kind;
    if (kind == "container") return keep(one.container);
    if (kind == "visit") return keep(one.visit);
    if (kind == "seal_number") return keep(one.seal);
    if (kind == "door") return keep(one.door);
    if (kind == "alarm") return keep(one.alarm);
    if (kind == "test") return keep(one.test);
    if (kind == "person" || kind == "case" || kind == "entry" || !one.source_kind.empty()) return;
    one.source_kind = kind;
    one.source_id = subject.id;
}

}  // namespace sealwarden
