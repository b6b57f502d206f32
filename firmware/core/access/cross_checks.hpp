// What contradicts itself: no sensor of its own sees it, two together do. Each finding is a
// cross.finding whose `what` names it; see ACCESS.md. A door opened behind a denied badge is found
// by Badges, a lamp off while it is dark by Light.
#pragma once

#include <array>
#include <deque>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>

#include "firmware/core/access/camera_gaps.hpp"
#include "firmware/core/access/sealed_doors.hpp"
#include "firmware/core/access/stuck_doors.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

class CrossChecks {
  public:
    // Before the records are restored, and at a reload.
    void configure(const Circumstances& circumstances);
    // Of a door, the newest movement that was seen.
    void restore(const Record& record, const Circumstances& circumstances);
    void take(const Event& said, const Circumstances& circumstances, Events& events);
    void tick(const Circumstances& circumstances, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;
    [[nodiscard]] static std::span<const RecordKind> record_kinds() { return {}; }

  private:
    void denied(const Event& said, Events& events);
    void power_or_cabinet(const Event& said, Events& events);

    SealedDoors sealed_doors_;
    CameraGaps camera_gaps_;
    StuckDoors stuck_doors_;
    std::unordered_map<std::string, std::deque<Uptime>> denials_;  // by reader: the newest few
    std::set<std::string> on_battery_, open_cabinets_;
};

}  // namespace sealwarden
