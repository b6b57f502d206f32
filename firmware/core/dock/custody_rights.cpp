#include "firmware/core/dock/custody_rights.hpp"

#include "firmware/core/access/people.hpp"

namespace sealwarden {
namespace {

bool refused(const std::string& person, std::string objection, const Asked& asked, Events& events) {
    if (objection.empty()) return false;
    const bool known = asked.people.find(person) != nullptr;
    asked.refuse(known ? "not_allowed" : "unknown_person", std::move(objection), events);
    return true;
}

}  // namespace

bool may_handle_seals(const std::string& person, std::string_view right, Training training,
                      const Asked& asked, Events& events) {
    const bool trained = training == Training::needed;
    return !refused(person, asked.people.objection(person, right, asked.now, trained), asked,
                    events);
}

bool may_handle_seals(const std::string& person, std::string_view right, std::string_view or_right,
                      const Asked& asked, Events& events) {
    if (asked.people.objection(person, or_right, asked.now).empty()) return true;
    return may_handle_seals(person, right, Training::not_needed, asked, events);
}

}  // namespace sealwarden
