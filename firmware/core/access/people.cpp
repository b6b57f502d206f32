#include "firmware/core/access/people.hpp"

#include <array>
#include <cassert>

#include "firmware/core/options.hpp"

namespace sealwarden {
namespace {

constexpr std::array states{PersonState::valid, PersonState::revoked};
constexpr std::array told{EventKind::person_registered, EventKind::person_changed,
                          EventKind::person_revoked};
constexpr std::array kinds{RecordKind{"person", told, {}}};

}  // namespace

std::string_view to_string(PersonState state) {
    switch (state) {
        case PersonState::valid: return "valid";
        case PersonState::revoked: return "revoked";
    }
    assert(!"every state has a name");
    return "?";
}
std::span<const PersonState> values(PersonState) {
    return states;
}

std::span<const RecordKind> People::record_kinds() {
    return kinds;
}

void People::restore(const Record&, const Circumstances&) {}
void People::apply(const RegisterPerson&, const Asked& asked, Events& events) {
    asked.refuse("not_built", "this build cannot do that yet", events);
}
void People::apply(const RevokePerson&, const Asked& asked, Events& events) {
    asked.refuse("not_built", "this build cannot do that yet", events);
}
void People::apply(const ImportPeople&, const Asked& asked, Events& events) {
    asked.refuse("not_built", "this build cannot do that yet", events);
}

}  // namespace sealwarden
