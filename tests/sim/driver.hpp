// A driver in virtual time: looks at the hidden truth at poll instants and tells what a real poller
// would tell: changes, faults, the last good look, and a refresh within a second of a change.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "drivers/reading.hpp"

namespace sealwarden::sim {

using Duration = UptimeClock::duration;
using Look = std::function<std::variant<Value, Fault>()>;  // the truth of one point, now

// Things to happen, in time order; of one instant, in the order they were planned.
class Agenda {
  public:
    void at(Uptime when, std::function<void()> what);
    // Does the first thing; false when nothing is left before `end`.
    bool step(Uptime end);
    [[nodiscard]] Uptime now() const { return now_; }

  private:
    struct Item {
        Uptime when;
        std::uint64_t number;
        std::function<void()> what;
        friend bool operator<(const Item& a, const Item& b) {
            return std::pair{b.when, b.number} < std::pair{a.when, a.number};
        }
    };
    std::priority_queue<Item> items_;
    std::uint64_t planned_ = 0;
    Uptime now_{};
};

class Driver {
  public:
    // One request: its points are looked at together, at phase + n * period.
    struct Request {
        Duration period, phase;
        bool edges = false;  // looks at once when something changes: GPIO
        std::vector<std::pair<PointId, Look>> points;
    };

    Driver(Agenda& agenda, std::string device, std::vector<Request> requests,
           std::function<void(const Reading&)> out);

    void truth_changed();  // something its points show is different from now on
    void dies();
    void lives();
    [[nodiscard]] bool alive() const { return alive_; }
    // The gateway starts: everything is read anew and nothing is known of before.
    void starts();
    void stops() { running_ = false; }

  private:
    struct Point {
        PointId id;
        Look look;
        std::optional<std::variant<Value, Fault>> told;
        std::optional<Uptime> good;  // last good look before the present fault
    };
    struct Polled {
        Duration period, phase;
        bool edges;
        std::vector<Point> points;
        std::optional<Uptime> planned;
        std::optional<Uptime> refresh;
        std::optional<Uptime> edge;  // the last look out of the grid
    };
    void plan(std::size_t request, Uptime not_before);
    void poll(std::size_t request);
    void tell(Point& point, std::variant<Value, Fault> what, Uptime at, Uptime last_look);
    [[nodiscard]] static Uptime grid(const Polled& request, Uptime not_before);

    Agenda& agenda_;
    PointId online_;
    std::vector<Polled> requests_;
    std::function<void(const Reading&)> out_;
    bool alive_ = true, running_ = false;
    std::optional<bool> told_online_;
};

}  // namespace sealwarden::sim
