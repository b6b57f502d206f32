// Which units and visits have cases that are still open, as the cases' events tell.
#pragma once

#include <set>
#include <string>
#include <unordered_map>

#include "firmware/core/event.hpp"
#include "firmware/core/record_data.hpp"

namespace sealwarden {

class VisitCases {
  public:
    // Any case.* event, or the newest one of a case at a start.
    void take(EventKind kind, const Subject& subject, const RecordData& data);

    struct Case {
        std::string container, visit;
        bool hold = false;  // the unit is not to leave
    };
    // Nothing known of it, or closed: nullptr.
    [[nodiscard]] const Case* find(const std::string& id) const;
    // The open cases of a visit and its unit, in their order.
    [[nodiscard]] std::set<std::string> of(const std::string& visit,
                                           const std::string& container) const;
    [[nodiscard]] bool is_held(const std::string& visit, const std::string& container) const;

  private:
    void forget(const std::string& id);

    using Index = std::unordered_map<std::string, std::set<std::string>>;
    static void erase(Index& index, const std::string& key, const std::string& id);
    std::unordered_map<std::string, Case> cases_;
    Index of_container_, of_visit_;
};

}  // namespace sealwarden
