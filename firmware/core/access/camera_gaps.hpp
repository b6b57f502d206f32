// Cross-check: a door opens that no camera saw, because the one that looks at it (CameraOptions::
// doors) was failed, covered, not recording or unknown. Told once for a camera's gap and a door:
// a camera that stays broken for a day is one finding, and its own alarm. That nothing is known of
// it is a finding as well, but no alarm: whoever does not tell has one of his own, and a dead
// module would raise one for each of the doors.
#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "firmware/core/access/finding.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

class CameraGaps {
  public:
    void configure(const Circumstances& circumstances);
    void take(const Event& said, Events& events);

  private:
    // What is wrong with a camera, each on its own.
    enum Trouble : std::size_t { failed, tampered, not_recording, unknown };
    struct Camera {
        std::vector<std::string> doors;
        std::array<bool, 4> troubles{};
        std::optional<Uptime> blind_since;         // the last moment at which it was known to see
        std::set<std::string> told, told_unknown;  // doors, in this gap
    };

    void trouble(const Event& said, Trouble what, Events& events);
    void over(const Event& said, Trouble what);
    static void tell(const std::string& id, Camera& camera, const std::string& door, Span opening,
                     Events& events);

    std::unordered_map<std::string, Camera> cameras_;                       // those with doors
    std::unordered_map<std::string, std::vector<std::string>> cameras_of_;  // by door
    std::unordered_map<std::string, Span> opened_;  // the last opening of each of these doors
};

}  // namespace sealwarden
