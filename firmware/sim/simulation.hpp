// The simulated site: what the configuration says is wired is served, and the scenario is played.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "firmware/clock.hpp"
#include "firmware/core/event.hpp"
#include "firmware/sim/scenario.hpp"

namespace sealwarden::sim {

// What the gateway said to an act.
struct Answer {
    std::optional<std::uint64_t> index;  // of the entry that records it
    std::string refusal;
};
// Empty: nobody answers, it is asked again a little later.
using Ask = std::function<std::optional<Answer>(const Act&)>;

// What was done to the site, and when, for those who compare it with what was reported.
struct Deed {
    Uptime at;
    std::string say;                 // the scenario's words; empty when it returns to what it was
    std::string what;                // "io1.di0 = true", "io2: dead", "visit.arrive …"
    std::optional<Subject> subject;  // the door, seal, camera, … that stands on the point
    std::optional<Answer> answer = std::nullopt;  // of an act
};

class Simulation {
  public:
    // Serves at once; play() begins the scenario. Throws std::runtime_error when an address is
    // taken. `ask` blocks the loop until an act is answered; while nobody answers, the scenario's
    // time stands still and the devices go on being served.
    Simulation(boost::asio::io_context& loop, const config::Config& site, const Clock& clock,
               std::function<void(const Deed&)> tell, Ask ask = {});
    ~Simulation();

    void play(Scenario scenario, double speed);
    // One deed now: for tests. Throws std::invalid_argument for a value that does not fit the
    // point.
    void set(PointId point, const Value& value);
    void trouble(const DeviceTrouble& trouble, bool ends);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sealwarden::sim
