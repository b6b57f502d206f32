// Who means harm, or is careless: each violation once a week, with what has to be found of it.
#pragma once

#include <string>
#include <vector>

#include "tests/sim/dock_people.hpp"

namespace sealwarden::sim {

class Adversaries {
  public:
    Adversaries(DockWorld& world, DockPeople& people) : world_{world}, people_{people} {}
    // Before the people carry out what they plan.
    void plan();
    // The gateway restarts while somebody could still say that he cut the seal, and nobody did.
    void cut_before_a_restart();
    // The gateway restarts while the module is dead behind which somebody opens.
    void opened_over_a_restart();
    // And between the loading that was none and the sealing.
    void sealed_without_opening_over_a_restart();

  private:
    // Seals (adversaries_seals.cpp).
    void resealed_on_the_way(bool leaves);
    void resealed_here();
    void cut_under_a_reader();
    void cloned_from_one_that_left();
    void cloned_twice();
    void cloned_while_it_is_here();
    void loose_seal();
    void sealed_by_another();
    void uncertified_lot();
    void untrained_person();
    // Visits out of their order.
    void opened_before_verified();
    void hardware_bypassed(bool with_our_seal);
    void sealed_with_open_door();
    void sealed_without_opening();
    void sealed_late();
    void left_unsealed();
    void left_open();
    void not_inspected(bool failed);
    void driver_not_logged_out();
    // Doors, badges, cameras, power (adversaries_doors.cpp).
    void insider_at_night();
    void opened_between_visits();
    void opened_between_polls();
    void opened_behind_a_dead_module();
    void revoked_badge();
    void forced();
    void opened_after_denial();
    void badges_tried();
    void camera_gap();
    void cabinet_on_battery();
    void visitor_not_logged_out();

    void plant(std::string what, Uptime from, Uptime to, std::vector<Sign> signs,
               std::vector<Sign> besides = {}) {
        world_.planted.push_back({std::move(what), from, to, std::move(signs), std::move(besides)});
    }
    void says(Uptime when, const std::string& act, const Arguments& arguments);
    void opens(Uptime from, const std::string& door, Duration time);

    DockWorld& world_;
    DockPeople& people_;
};

}  // namespace sealwarden::sim
