// What a start needs of what a door's events told: the log is read backwards for it.
#pragma once

#include <optional>
#include <string>

#include "firmware/core/event.hpp"
#include "firmware/core/fields.hpp"

namespace sealwarden {

// The kinds of events that tell() wants, of one door, the newest first.
[[nodiscard]] bool tells_of_the_past(EventKind kind);

class DoorPast {
  public:
    explicit DoorPast(std::string door) : door_{"door", std::move(door)} {}
    // Whether it wants to hear of the one before.
    bool tell(EventKind kind, Uptime at, const RecordData& data);
    // Up to two records: the newest movement that was seen, not how it was found behind an unknown;
    // and, as door.recounted, how its counter stood: `counter` `uncounted` `open`, with `lost` when
    // the door has been unknown since `at`.
    void each(const RecordUse& use) const;

  private:
    Subject door_;
    std::optional<Uptime> lost_at_;
    bool heard_ = false;
    std::optional<Record> movement_, counted_;
};

}  // namespace sealwarden
