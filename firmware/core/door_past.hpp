// What a start needs of what a door's events told: the log is read backwards for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "firmware/core/event.hpp"
#include "firmware/core/fields.hpp"

namespace sealwarden {

// A door is unknown though its device answers: it is not the module that fell silent.
[[nodiscard]] bool wire_failed(EventKind kind, std::string_view why);

// The kinds of events that tell() wants, of one door, the newest first.
[[nodiscard]] bool tells_of_the_past(EventKind kind);

class DoorPast {
  public:
    explicit DoorPast(std::string door) : door_{"door", std::move(door)} {}
    // Whether it wants to hear of the one before.
    bool tell(EventKind kind, Uptime at, const RecordData& data);
    // Up to three records: the newest movement that was seen, not how it was found behind an
    // unknown; as door.recounted, how its counter stood: `counter` `uncounted` `open`, with `lost`
    // when the door has been unknown since `at`; and, as door.unknown, when its wire was mended
    // that had failed since the movement, with `lasts` when it was not.
    void each(const RecordUse& use) const;

  private:
    Subject door_;
    std::optional<Uptime> lost_at_;
    bool heard_ = false;
    std::optional<Uptime> newer_;  // of the event that it heard of before
    std::optional<Record> movement_, counted_, wire_;
};

}  // namespace sealwarden
