// Watched time: when each point of a device was good, and where the site was blind.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "firmware/core/event.hpp"
#include "firmware/core/options.hpp"

namespace sealwarden {

//            good reading                 fault, or silence
//   never ------------------> watched <--------------------> lost
//     |                                                       ^
//     +--- fault, or nothing for silent_after ----------------+
//
// A point is watched while its newest reading is a value. Points of one device that go together
// within `gathering` are one event; a point that comes back and is lost again within it was never
// back. So an interval in the log may say blind up to a second too long, never too short:
//   coverage_lost      in (after, at]; after: the last good look, missing: never watched in this
//   run
//                      data reason, points, of, list, offline
//   coverage_regained  at: from when all the listed points are good again
//                      data points, list, lost_from_ms, lost_to_ms (Uptime), gap_ms: the worst gap,
//                      still_lost: how many points of the device are lost yet
// The whole time before the first good reading is lost; `start` true says so.
enum class Watch { never, watched, lost };

class Coverage {
  public:
    static constexpr std::chrono::seconds gathering{1};

    Coverage(DeviceWatch device, Uptime start);

    // The newest reading of one of its points is a value / is a fault. Other points do nothing.
    void good(PointId point, Uptime at, Events& events);
    void bad(PointId point, Uptime at, std::optional<Uptime> after, std::string_view reason,
             Events& events);
    // While the device is off line it is the device that is told of, not its points; what is
    // still lost some time after it came back is told again, `again` true.
    void offline(bool offline, Uptime at);

    void tick(Uptime now, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;

    [[nodiscard]] const DeviceWatch& watch() const { return device_; }
    [[nodiscard]] std::size_t lost() const;

  private:
    struct Point {
        PointId id;
        Watch watch = Watch::never;
        std::optional<Uptime> since;  // lost: the last good look; empty: never watched
        bool fresh = false;           // its last change waits in the gathering
    };
    Point* find(PointId point);
    void tell_lost(Events& events);
    void tell_lost(Uptime at, const std::string& reason, const std::vector<Point*>& points,
                   bool again, Events& events);
    void tell_regained(Events& events);
    [[nodiscard]] std::optional<Uptime> never_read_at() const;
    [[nodiscard]] Event event(EventKind kind, Uptime at, const std::vector<Point*>& points) const;

    DeviceWatch device_;
    Uptime start_;
    bool offline_ = false;
    std::optional<Uptime> look_again_;
    std::vector<Point> points_;
    struct Gathered {
        Uptime first, last;
        std::string reason;
    };
    std::optional<Gathered> losing_, regaining_;
};

}  // namespace sealwarden
