// A site's week in virtual time: what truly happened, and what the gateway said of it.
#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "firmware/core/site.hpp"
#include "tests/sim/driver.hpp"

namespace sealwarden::sim {

struct Stretch {
    Uptime from, to;
    std::string why;
};

struct Opening {
    Uptime from, to;
    bool granted = true;  // of a controlled door
};

// One door as it really was.
struct DoorTruth {
    std::string id, device;
    bool counted = false;  // has an edge counter
    bool controlled = false;
    std::vector<Opening> openings;
    std::vector<Stretch> blind;  // its wire or its point; its device's are in World::blind
};

// What the site was given; enough to give it again.
struct Restart {
    Uptime down, up;
};
using Input = std::variant<Reading, Command, Restart>;

class World {
  public:
    explicit World(std::uint64_t seed);
    ~World();
    void run();

    std::vector<DoorTruth> doors;
    std::map<std::string, std::vector<Stretch>> blind;  // device -> when it did not answer
    std::vector<Stretch> down;                          // the gateway
    std::vector<Input> inputs;
    Events events;
    std::vector<std::string> complaints;  // of the comparisons at rest
    Uptime start, end;
    SiteOptions options;
    std::unique_ptr<Site> site;

  private:
    struct Module;
    struct Truth;

    std::int64_t random(std::int64_t from, std::int64_t to);
    bool chance(int percent) { return random(1, 100) <= percent; }
    Duration between(Duration from, Duration to) {
        return Duration{random(from.count(), to.count())};
    }
    void build();
    void plan_door(std::size_t door);
    void plan_opening(std::size_t door, Uptime from, Uptime to, bool bounces);
    void plan_seal(std::size_t seal);
    void plan_switch(bool& truth, const std::string& device, Duration least, Duration most);
    void plan_device(const std::string& device);
    void plan_point_trouble();
    void plan_gateway();
    void plan_operator();
    void plan_comparison(Uptime at);
    void set(const std::string& device);
    void disturbed() { disturbed_ = agenda_.now(); }
    void compare();
    void hear(const Reading& reading);
    void keep(Events said);

    std::mt19937_64 generator_;
    Agenda agenda_;
    std::unique_ptr<Truth> truth_;
    std::map<std::string, std::unique_ptr<Driver>> drivers_;
    Uptime disturbed_;
};

// The alarms and identities that the events tell: what a restart knows.
[[nodiscard]] SiteMemory memory_of(const Events& events);
// The same inputs given to a new site that is never ticked in between.
[[nodiscard]] Events replay(const World& world);

}  // namespace sealwarden::sim
