// One visit at a dock as it is planned, and how it is carried out: what happens and what people
// say.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "firmware/core/dock/visit_acts.hpp"
#include "tests/sim/dock_world.hpp"

namespace sealwarden::sim {

// The people at the docks. ana supervises; ben and cara inspect and seal, dan keeps the stock, eva
// and finn keep the gate, in the morning and in the evening; gus is the technician.
[[nodiscard]] bool is_morning(const DockWorld& world, Uptime at);
[[nodiscard]] std::string inspector(const DockWorld& world, Uptime at);
[[nodiscard]] std::string gate_keeper(const DockWorld& world, Uptime at);

// A step without a time is not done.
struct VisitPlan {
    std::string door, container;
    bool trailer = false;
    Purpose purpose = Purpose::unload;
    std::vector<std::string> documents;  // seals by its papers
    std::vector<std::string> seals;      // that it comes with
    bool announced = true;               // by the file of the morning
    Uptime arrive, depart;
    std::optional<Uptime> inspect, verify, cut, load, seal, cancel;
    std::vector<std::pair<Uptime, Uptime>> openings;  // of the dock door
    std::string own_seal;                             // put on here
    bool issued = true;
    std::string sealed_by;      // another one than it was issued to; empty: that one
    bool empty = false;         // it leaves so
    bool anyway = false;        // it leaves although a case holds it
    bool driver_stays = false;  // is not logged out before the next morning
    bool odd = false;           // somebody has taken it for something already
    // What is done besides.
    std::vector<std::pair<Uptime, std::function<void()>>> besides;

    [[nodiscard]] Subject unit() const;  // as events name it
    [[nodiscard]] Subject dock() const { return {"door", door}; }
};

// As it should go.
[[nodiscard]] VisitPlan unloading(DockWorld& world, std::string door, Uptime arrive);
[[nodiscard]] VisitPlan loading(DockWorld& world, std::string door, Uptime arrive);
[[nodiscard]] VisitPlan exchange(DockWorld& world, std::string door, Uptime arrive);

void carry_out(DockWorld& world, const VisitPlan& plan);

// Acts with all four results good.
Arguments checked(const std::string& seal, const std::string& container, const std::string& person);
// What is in doubt about seals is decided, whoever it concerns is told, and the supervisor closes
// what is open about this.
void close_cases_about(DockWorld& world, const Subject& subject);
void close_case(DockWorld& world, const std::string& id);

}  // namespace sealwarden::sim
