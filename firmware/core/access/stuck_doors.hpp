// A door that did not move on so many whole working days, Monday to Friday without the site's
// holidays: its contact may be bridged (domain.md 4.3: one was seen as closed for years). Days are
// counted since it last moved, or was first seen; a start goes on where the log says it moved.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "firmware/core/access/finding.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

class StuckDoors {
  public:
    void configure(const Circumstances& circumstances);
    void restore(const std::string& door, Uptime moved);
    void take(const Event& said);
    void tick(const Circumstances& circumstances, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const { return deadline_; }

  private:
    struct Door {
        int days = 0;                 // DoorOptions::stuck_after_working_days
        std::optional<Uptime> moved;  // a day by the wall clock would leap with it
        std::string state;            // "open", "closed"; empty: unknown
        bool told = false;
    };
    void plan(const Circumstances& circumstances);

    std::unordered_map<std::string, Door> doors_;  // those that are asked about
    std::optional<Uptime> deadline_;
};

}  // namespace sealwarden
