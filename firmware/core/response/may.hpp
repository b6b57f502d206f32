// Whether a person may do what is asked.
#pragma once

#include <string>
#include <string_view>

#include "firmware/core/access/people.hpp"

namespace sealwarden {

// Without a right, whoever is registered and valid may. Says no itself.
[[nodiscard]] inline bool may(const std::string& person, std::string_view right, const Asked& asked,
                              Events& events) {
    auto objection = asked.people.objection(person, right, asked.now);
    if (objection.empty()) return true;
    const bool unknown = asked.people.find(person) == nullptr;
    asked.refuse(unknown ? "unknown_person" : "not_allowed", std::move(objection), events);
    return false;
}

}  // namespace sealwarden
