// What is odd and honest: nothing of it is an alarm, but for a number that truly differs.
#include "tests/sim/dock_people.hpp"

namespace sealwarden::sim {

using namespace std::chrono_literals;

void DockPeople::plan_oddities() {
    customs_resealed(true);
    customs_resealed(false);
    clerical_error(true);
    clerical_error(false);
    for (int i = 0; i < 3; ++i) {
        left_empty();
        cancelled();
        trailer();
    }
    damaged_seal();
    maintenance();
    test_mode();
    drill();
}

// CTPAT 6.1 C: customs cut the seal, put on their own, and leave the old one inside.
void DockPeople::customs_resealed(bool on_the_way) {
    auto& plan = take(Purpose::unload);
    const auto old = foreign_seal();
    const auto now = "CBP" + foreign_seal();
    plan.documents = {old};
    plan.seals = {now};
    const auto when = on_the_way ? plan.arrive - 20min : plan.arrive + 2min;
    auto& world = world_;
    plan.besides.emplace_back(when, [&world, old, container = plan.container] {
        world.must("seal.break", {{"seal", old},
                                  {"container", container},
                                  {"authority", "CBP"},
                                  {"officer", "badge 4711"},
                                  {"reason", "examination"},
                                  {"person", "ana"}});
    });
    plan.besides.emplace_back(when + 40s, [&world, old, now, container = plan.container] {
        auto arguments = checked(now, container, "ana");
        arguments["replaces"] = old;
        arguments["foreign"] = true;
        arguments["inside_found"] = true;
        world.must("seal.affix", arguments);
    });
}

// The papers name another number, or somebody reads one wrongly: that is found, cleared, and
// nothing more comes of it.
void DockPeople::clerical_error(bool misread) {
    auto& plan = take(Purpose::unload);
    auto& world = world_;
    const auto on = foreign_seal();
    const auto other = misread ? "MLI" + on.substr(3) : foreign_seal();
    plan.seals = {on};
    plan.documents = {misread ? on : other};
    const auto when = *plan.verify;
    *plan.verify += 100s;
    *plan.cut += 4min;
    for (auto& [from, to] : plan.openings) from += 4min, to += 4min;
    if (plan.load) *plan.load += 4min;
    const auto read = misread ? other : on;
    plan.besides.emplace_back(when, [&world, read, plan_container = plan.container] {
        world.must("seal.verify", checked(read, plan_container, "ben"));
    });
    plan.besides.emplace_back(when + 60s, [&world, read, misread, unit = plan.unit()] {
        world.must("seal.clear", {{"seal", read},
                                  {"misread", misread},
                                  {"note", "the carrier's office confirmed it"},
                                  {"person", "ana"}});
        close_cases_about(world, unit);
    });
    world.planted.push_back({.what = misread ? "a number read wrongly" : "a clerical error",
                             .from = when,
                             .to = when + 1s,
                             .signs = {alarm("custody-mismatch", plan.unit()),
                                       alarm("visit-seal-differs", plan.unit())},
                             .besides = {}});
}

void DockPeople::left_empty() {
    auto& plan = take(Purpose::load);
    plan.inspect.reset();
    plan.load.reset();
    plan.seal.reset();
    plan.empty = true;
    plan.depart = plan.openings.back().second + world_.between(2min, 8min);
}

void DockPeople::cancelled() {
    auto& plan = take(Purpose::unload);
    plan.verify.reset();
    plan.cut.reset();
    plan.load.reset();
    plan.openings.clear();
    plan.cancel = plan.depart;
}

void DockPeople::trailer() {
    auto& plan = take(Purpose::load);
    plan.trailer = true;
    plan.container = "77-" + plan.container.substr(plan.container.size() - 5) + "-X";
}

void DockPeople::damaged_seal() {
    auto& plan = take(Purpose::load);
    auto& world = world_;
    const auto damaged = own_seal();
    plan.besides.emplace_back(*plan.seal - 30min, [&world, damaged] {
        world.must("seal.issue", {{"seal", damaged}, {"to", "ben"}, {"person", "dan"}});
    });
    plan.besides.emplace_back(*plan.seal - 10s, [&world, damaged] {
        world.must("seal.void",
                   {{"seal", damaged}, {"reason", "the pin is bent"}, {"person", "dan"}});
    });
}

namespace {

void open_for(DockWorld& world, const std::string& door, Uptime from, Duration time) {
    world.at(from, [&world, door] { world.open(door); });
    world.at(from + time, [&world, door] { world.close(door); });
}

}  // namespace

void DockPeople::maintenance() {
    const auto night = take_night({"io2"});
    auto& world = world_;
    world.at(night, [&world] {
        world.acknowledge();  // what waits is not hidden by work that is announced
        world.must("maintenance.begin",
                   {{"door", "d5"}, {"minutes", 60}, {"reason", "new gasket"}, {"person", "gus"}});
    });
    for (int i = 1; i <= 5; ++i) open_for(world, "d5", night + i * 4min, world.between(5s, 3min));
    world.at(night + 27min,
             [&world] { world.must("maintenance.end", {{"door", "d5"}, {"person", "gus"}}); });
}

void DockPeople::test_mode() {
    const auto night = take_night({"io1", "io2"});
    auto& world = world_;
    world.at(night, [&world] {
        world.acknowledge();
        world.must("test.begin", {{"zone", "docks"},
                                  {"minutes", 30},
                                  {"reason", "walk-test of the quarter"},
                                  {"person", "gus"}});
    });
    auto when = night + 1min;
    for (const std::string door : {"d1", "d2", "d3", "d4", "d5", "d6"}) {
        open_for(world, door, when, world.between(2s, 40s));
        world.at(when + 60s, [&world, door] {
            world.must(
                "test.record",
                {{"kind", "door"}, {"subject", door}, {"result", "passed"}, {"person", "gus"}});
        });
        when += 2min;
    }
    world.at(when, [&world] { world.flick("d1"); });
    world.at(when + 2min,
             [&world] { world.must("test.end", {{"zone", "docks"}, {"person", "gus"}}); });
}

void DockPeople::drill() {
    const auto night = take_night({"io2", "rd1"});
    auto& world = world_;
    world.at(night, [&world] {
        world.acknowledge();
        world.must("drill.begin", {{"zone", "office"},
                                   {"minutes", 30},
                                   {"reason", "what to do when a door is forced"},
                                   {"person", "gus"}});
    });
    open_for(world, "office", night + 5min, 30s);
    world.at(night + 20min, [&world] {
        world.must("drill.end", {{"zone", "office"}, {"result", "well"}, {"person", "gus"}});
    });
}

}  // namespace sealwarden::sim
