#include "tests/sim/dock_visits.hpp"

#include <algorithm>
#include <memory>

#include "firmware/core/dock/custody_acts.hpp"

namespace sealwarden::sim {

using namespace std::chrono_literals;

bool is_morning(const DockWorld& world, Uptime at) {
    return (at - world.start) % 24h < 14h;
}
std::string inspector(const DockWorld& world, Uptime at) {
    return is_morning(world, at) ? "ben" : "cara";
}
std::string gate_keeper(const DockWorld& world, Uptime at) {
    return is_morning(world, at) ? "eva" : "finn";
}

Subject VisitPlan::unit() const {
    Subject unit{"container", container};
    std::erase(unit.id, '-');
    return unit;
}

VisitPlan unloading(DockWorld& world, std::string door, Uptime arrive) {
    VisitPlan plan;
    plan.door = std::move(door);
    plan.arrive = arrive;
    plan.verify = arrive + world.between(3min, 12min);
    plan.cut = *plan.verify + world.between(1min, 6min);
    const auto from = *plan.cut + world.between(1min, 8min);
    auto to = from + world.between(20min, 60min);
    plan.openings = {{from, to}};
    if (world.chance(30)) {  // a break
        const auto again = to + world.between(2min, 15min);
        to = again + world.between(5min, 20min);
        plan.openings.emplace_back(again, to);
    }
    if (world.chance(70)) plan.load = from + world.between(30s, 4min);
    plan.depart = to + world.between(5min, 15min);
    return plan;
}

VisitPlan loading(DockWorld& world, std::string door, Uptime arrive) {
    VisitPlan plan;
    plan.door = std::move(door);
    plan.purpose = Purpose::load;
    plan.arrive = arrive;
    plan.inspect = arrive + world.between(3min, 12min);
    const auto from = *plan.inspect + world.between(2min, 8min);
    auto to = from + world.between(20min, 60min);
    plan.openings = {{from, to}};
    if (world.chance(30)) {
        const auto again = to + world.between(1min, 8min);
        to = again + world.between(5min, 20min);
        plan.openings.emplace_back(again, to);
    }
    plan.load = from + world.between(30s, 4min);
    plan.seal = to + world.between(20s, 9min);
    plan.depart = *plan.seal + world.between(5min, 20min);
    return plan;
}

VisitPlan exchange(DockWorld& world, std::string door, Uptime arrive) {
    auto plan = unloading(world, std::move(door), arrive);
    plan.purpose = Purpose::both;
    const auto from = plan.openings.front().first;
    plan.openings.resize(1);
    auto& to = plan.openings.front().second;
    plan.besides.emplace_back(from + world.between(30s, 3min), [&world, door = plan.door] {
        world.must("visit.load", {{"visit", door}, {"unloading", true}, {"person", "ben"}});
    });
    plan.inspect = to + world.between(2min, 5min);
    plan.load = *plan.inspect + world.between(1min, 3min);
    to = *plan.load + world.between(15min, 40min);
    plan.seal = to + world.between(20s, 9min);
    plan.depart = *plan.seal + world.between(5min, 20min);
    return plan;
}

Arguments checked(const std::string& seal, const std::string& container,
                  const std::string& person) {
    return {{"seal", seal},  {"container", container}, {"view", "good"},  {"verify", "good"},
            {"tug", "good"}, {"twist", "good"},        {"person", person}};
}

namespace {

// What the plan says, at its times.
class Visitation {
  public:
    Visitation(DockWorld& world, const VisitPlan& plan) : world_{world}, plan_{plan} {}

    void arrive() {
        const auto gate = gate_keeper(world_, plan_.arrive);
        const auto driver = driver_;
        at(plan_.arrive - world_.between(2min, 8min),
           [this_world = &world_, gate, driver, trailer = plan_.container] {
               *driver = this_world
                             ->must("driver.in", {{"name", "Juan P."},
                                                  {"employer", "Naviera"},
                                                  {"truck", "88-XY-1"},
                                                  {"trailer", trailer},
                                                  {"id_checked", true},
                                                  {"person", gate}})
                             .id("driver");
           });
        act(plan_.arrive, "visit.arrive",
            {{"door", plan_.door},
             {"container", plan_.container},
             {"kind", plan_.trailer ? "trailer" : "container"},
             {"purpose", std::string{to_string(plan_.purpose)}},
             {"person", gate}},
            driver);
    }

    void before_opening() {
        if (plan_.inspect)
            act(*plan_.inspect, "visit.inspect",
                {{"visit", plan_.door},
                 {"list", "container-7"},
                 {"procedure", "p-12"},
                 {"person", inspector(world_, *plan_.inspect)}});
        for (const auto& seal : plan_.seals) {
            if (plan_.verify)
                seal_act(*plan_.verify + spread_, "seal.verify", seal,
                         {{"read_by", "scanned"}, {"place", "dock"}});
            if (plan_.cut)
                seal_act(*plan_.cut + spread_, "seal.remove", seal,
                         {{"authority", "consignee"}, {"reason", "to be unloaded"}});
            spread_ += 15s;
        }
    }

    void open_and_close() {
        for (const auto& [from, to] : plan_.openings) {
            at(from, [&world = world_, door = plan_.door] { world.open(door); });
            at(to, [&world = world_, door = plan_.door] { world.close(door); });
        }
        if (plan_.load)
            act(*plan_.load, "visit.load",
                {{"visit", plan_.door}, {"person", inspector(world_, *plan_.load)}});
    }

    void seal() {
        if (!plan_.seal) return;
        if (plan_.issued)
            act(*plan_.seal - world_.between(10min, 20min), "seal.issue",
                {{"seal", plan_.own_seal},
                 {"to", inspector(world_, *plan_.seal)},
                 {"container", plan_.container},
                 {"person", "dan"}});
        Arguments more{{"hardware_checked", true}};
        if (!plan_.sealed_by.empty()) more["person"] = plan_.sealed_by;
        seal_act(*plan_.seal, "seal.affix", plan_.own_seal, more);
    }

    void depart() {
        const auto driver = driver_;
        if (plan_.cancel)
            act(*plan_.cancel, "visit.cancel",
                {{"visit", plan_.door},
                 {"reason", "sent to the other gate"},
                 {"person", gate_keeper(world_, *plan_.cancel)}});
        if (!plan_.anyway)
            at(plan_.depart - world_.between(1min, 2min),
               [&world = world_, unit = plan_.unit()] { close_cases_about(world, unit); });
        if (!plan_.cancel)
            act(plan_.depart, "visit.depart",
                {{"visit", plan_.door},
                 {"empty", plan_.empty},
                 {"anyway", plan_.anyway},
                 {"reason", plan_.anyway ? "the carrier drove off" : ""},
                 {"person", plan_.anyway ? "ana" : gate_keeper(world_, plan_.depart)}});
        const auto out =
            plan_.depart + (plan_.driver_stays ? Duration{24h} : world_.between(1min, 4min));
        act(out, "driver.out", {{"person", gate_keeper(world_, out)}}, driver);
    }

    // What a reader of electronic seals at this dock sees meanwhile. Who cuts a seal says so first.
    void show_seals() {
        const auto& door = plan_.door;
        if (!plan_.seals.empty())
            at(plan_.arrive + world_.between(5s, 60s),
               [&world = world_, door, seal = plan_.seals.front()] {
                   world.seal_comes(door, seal);
               });
        if (plan_.cut && !plan_.openings.empty()) {
            const auto cut =
                std::min(*plan_.cut + world_.between(5s, 40s), plan_.openings.front().first - 20s);
            at(cut, [&world = world_, door] { world.seal_is_cut(door); });
            at(cut + world_.between(3s, 12s), [&world = world_, door] { world.seal_goes(door); });
        }
        if (plan_.seal)
            at(*plan_.seal - world_.between(3s, 15s),
               [&world = world_, door, seal = plan_.own_seal] { world.seal_comes(door, seal); });
        at(plan_.depart - world_.between(5s, 60s),
           [&world = world_, door] { world.seal_goes(door); });
    }

  private:
    void at(Uptime when, std::function<void()> what) { world_.at(when, std::move(what)); }
    void act(Uptime when, const std::string& name, Arguments arguments,
             const std::shared_ptr<std::string>& driver = {}) {
        at(when, [&world = world_, name, arguments, driver] {
            auto all = arguments;
            if (driver) all["driver"] = *driver;
            world.must(name, all);
        });
    }
    void seal_act(Uptime when, const std::string& name, const std::string& seal,
                  const Arguments& more) {
        auto arguments = checked(seal, plan_.container, inspector(world_, when));
        arguments["door"] = plan_.door;
        for (const auto& [name_of, value] : more) arguments[name_of] = value;
        act(when, name, std::move(arguments));
    }

    DockWorld& world_;
    const VisitPlan& plan_;
    std::shared_ptr<std::string> driver_ = std::make_shared<std::string>();
    Duration spread_{0};
};

}  // namespace

void carry_out(DockWorld& world, const VisitPlan& plan) {
    Visitation visitation{world, plan};
    visitation.arrive();
    visitation.before_opening();
    visitation.open_and_close();
    visitation.seal();
    visitation.show_seals();
    for (const auto& [when, what] : plan.besides) world.at(when, what);
    visitation.depart();
}

void close_case(DockWorld& world, const std::string& id) {
    world.must("case.assign", {{"case_id", id}, {"owner", "ana"}, {"person", "ana"}});
    world.must("case.notify", {{"case_id", id}, {"party", "shipper"}, {"person", "ana"}});
    for (const auto& seal : world.seals_in_doubt(id)) {
        world.must("seal.hold", {{"seal", seal}, {"place", "evidence cage"}, {"person", "ana"}});
        world.must("seal.release",
                   {{"seal", seal}, {"result", "looked into, documented"}, {"person", "ana"}});
    }
    world.must("case.close",
               {{"case_id", id}, {"result", "looked into, documented"}, {"person", "ana"}});
}

void close_cases_about(DockWorld& world, const Subject& subject) {
    for (const auto& id : world.cases_about(subject)) close_case(world, id);
}

}  // namespace sealwarden::sim
