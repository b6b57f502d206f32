#include "tests/sim/adversaries.hpp"

namespace sealwarden::sim {

using namespace std::chrono_literals;

void Adversaries::plan() {
    resealed_on_the_way(false);
    resealed_on_the_way(true);
    resealed_here();
    cut_under_a_reader();
    cloned_from_one_that_left();
    cloned_twice();
    loose_seal();
    uncertified_lot();
    untrained_person();

    opened_before_verified();
    hardware_bypassed(false);
    hardware_bypassed(true);
    sealed_with_open_door();
    sealed_without_opening();
    sealed_late();
    left_unsealed();
    left_open();
    not_inspected(false);
    not_inspected(true);
    driver_not_logged_out();

    insider_at_night();
    opened_between_visits();
    opened_between_polls();
    opened_behind_a_dead_module();
    revoked_badge();
    forced();
    opened_after_denial();
    badges_tried();
    camera_gap();
    cabinet_on_battery();
    visitor_not_logged_out();

    cloned_while_it_is_here();
    sealed_by_another();
}

// Some of it is refused, which is what has to happen.
void Adversaries::says(Uptime when, const std::string& act, const Arguments& arguments) {
    world_.at(when, [&world = world_, act, arguments] { world.does(act, arguments); });
}

void Adversaries::opens(Uptime from, const std::string& door, Duration time) {
    world_.at(from, [&world = world_, door] { world.open(door); });
    world_.at(from + time, [&world = world_, door] { world.close(door); });
}

void Adversaries::opened_before_verified() {
    auto& plan = people_.take(Purpose::unload);
    const auto when = plan.openings.front().first;
    plan.verify = when + world_.between(3min, 8min);
    plan.cut = *plan.verify + 1min;
    plant("opened before the seal was verified", plan.arrive, when + 15s,
          {alarm("visit-opened-unverified", plan.unit())},
          {alarm("seal-open", {"seal", "s-" + plan.door})});
}

// The door opens, and the seal is as it was: somebody has worked on the hinges.
void Adversaries::hardware_bypassed(bool with_our_seal) {
    auto& plan = people_.take(with_our_seal ? Purpose::load : Purpose::unload, {}, {"rf1"});
    const bool has_reader = plan.door == "d1" || plan.door == "d4";
    auto when = plan.openings.front().first;
    plan.cut.reset();
    if (with_our_seal) {
        when = *plan.seal + 1min;
        plan.openings.emplace_back(when, when + world_.between(30s, 2min));
    }
    std::vector<Sign> signs{alarm("visit-opened-without-cut", plan.unit())};
    if (has_reader) signs.push_back(alarm("opened-while-sealed", plan.dock()));
    // Each further opening contradicts the reader as well.
    plant("door hardware bypassed", when, when + 15s, signs);
    if (has_reader)
        plant("door hardware bypassed, later openings", when, plan.depart + 15s, {},
              {alarm("opened-while-sealed", plan.dock())});
}

void Adversaries::sealed_with_open_door() {
    auto& plan = people_.take(Purpose::load);
    plan.seal = plan.openings.back().second - 1min;
    plant("sealed with the door open", *plan.seal, *plan.seal + 1s,
          {alarm("visit-sealed-without-close", plan.unit())});
}

void Adversaries::sealed_without_opening() {
    auto& plan = people_.take(Purpose::load);
    plan.openings.clear();
    plant("loaded behind a door that never opened", *plan.load, *plan.load + 1s,
          {alarm("visit-loaded-without-opening", plan.unit())});
    plant("sealed behind a door that never opened", *plan.seal, *plan.seal + 1s,
          {alarm("visit-sealed-without-close", plan.unit())});
}

void Adversaries::sealed_without_opening_over_a_restart() {
    auto& plan = people_.take(Purpose::load, {"d1", "d4"});
    plan.openings.clear();
    world_.restarted = *plan.load + 1min;
    plant("sealed behind a door that never opened, over a restart", *plan.load, *plan.seal + 1s,
          {alarm("visit-loaded-without-opening", plan.unit()),
           alarm("visit-sealed-without-close", plan.unit())});
}

void Adversaries::sealed_late() {
    auto& plan = people_.take(Purpose::load);
    const auto closed = plan.openings.back().second;
    plan.seal = closed + 11min;
    plan.depart = std::max(plan.depart, closed + 14min);
    plant("sealed late", closed + 10min, closed + 10min + 1s,
          {alarm("visit-late-sealing", plan.unit())});
}

void Adversaries::left_unsealed() {
    auto& plan = people_.take(Purpose::load);
    plan.seal.reset();
    plant("left without a seal", plan.openings.back().second, plan.depart + 1s,
          {alarm("visit-left-unsealed", plan.unit())}, {alarm("visit-late-sealing", plan.unit())});
}

void Adversaries::left_open() {
    auto& plan = people_.take(Purpose::unload);
    plan.openings.back().second = plan.depart + 3min;
    plant("left with the door open", plan.depart, plan.depart + 1s,
          {alarm("visit-left-open", plan.unit())});
}

void Adversaries::not_inspected(bool failed) {
    auto& plan = people_.take(Purpose::load);
    if (failed)
        plan.besides.emplace_back(*plan.inspect, [&world = world_, door = plan.door] {
            world.must(
                "visit.inspect",
                {{"visit", door}, {"list", "container-7"}, {"failed", "3,7"}, {"person", "ben"}});
        });
    plan.inspect.reset();
    plant(failed ? "loaded though a wall is not in order" : "loaded without an inspection",
          *plan.load, *plan.load + 1s,
          {alarm(failed ? "visit-inspection-failed" : "visit-not-inspected", plan.unit())});
}

void Adversaries::driver_not_logged_out() {
    auto& plan = people_.take(Purpose::load);
    plan.driver_stays = true;
    const auto closes = plan.arrive - (plan.arrive - world_.start) % 24h + 22h;
    plant("a driver not logged out", closes, closes + 1s, {alarm("driver-overdue", {})});
}

}  // namespace sealwarden::sim
