// Who opens what should stay closed, and sees to it that nobody looks.
#include <algorithm>
#include <memory>

#include "tests/sim/adversaries.hpp"

namespace sealwarden::sim {

using namespace std::chrono_literals;

namespace {

const std::string docks[] = {"d1", "d2", "d3", "d4", "d5", "d6"};

}  // namespace

// A badge that is good, and a dock at which nothing stands.
void Adversaries::insider_at_night() {
    const auto night = people_.take_night({"io1", "io2", "rd1", "cam1"});
    const auto& door = docks[world_.random(0, 5)];
    world_.at(night, [&world = world_] { world.show_badge(DockPeople::lee_badge); });
    opens(night + 2s, "office", 5s);
    opens(night + 5min, door, world_.between(20s, 10min));
    plant("an insider opens a dock at night", night + 5min, night + 5min + 2s,
          {alarm("dock-opened-without-visit", {"door", door})});
}

void Adversaries::opened_between_visits() {
    auto& plan = people_.take(Purpose::unload);
    const auto when = plan.depart + 6min;
    opens(when, plan.door, world_.between(2s, 60s));
    plant("opened between two visits", when, when + 2s,
          {alarm("dock-opened-without-visit", plan.dock())});
}

void Adversaries::opened_between_polls() {
    const std::string door = world_.chance(50) ? "d1" : "d4";
    const auto night = people_.take_night({DockWorld::device_of(door)});
    world_.at(night, [&world = world_, door] { world.flick(door); });
    plant("opened between two polls", night, night + 2s,
          {alarm("dock-opened-without-visit", {"door", door})},
          {alarm("door-between-polls", {"door", door})});
}

// The cable of the module is pulled meanwhile; its counter goes on counting.
void Adversaries::opened_behind_a_dead_module() {
    const std::string door = world_.chance(50) ? "d1" : "d4";
    const auto device = DockWorld::device_of(door);
    const auto night = people_.take_night({device});
    const auto back = night + world_.between(1min, 5min);
    world_.blind[device].push_back({night, back, "adversary"});
    world_.at(night, [&world = world_, device] { world.dies(device); });
    opens(night + 20s, door, 15s);
    world_.at(back, [&world = world_, device] { world.lives(device); });
    plant(
        "opened behind a dead module", night, back + 2s,
        {alarm("device-offline", {"device", device}), alarm("door-between-polls", {"door", door})},
        {alarm("dock-opened-without-visit", {"door", door})});
}

void Adversaries::opened_over_a_restart() {
    auto& plan = people_.take(Purpose::unload, {"d1", "d4"});
    const auto device = DockWorld::device_of(plan.door);
    const auto dead = plan.arrive + 30s, back = dead + world_.between(70s, 120s);
    world_.blind[device].push_back({dead, back, "adversary"});
    world_.at(dead, [&world = world_, device] { world.dies(device); });
    opens(dead + 20s, plan.door, 15s);
    world_.restarted = dead + 50s;
    world_.at(back, [&world = world_, device] { world.lives(device); });
    plant("opened behind a dead module, over a restart", dead, back + 15s,
          {alarm("device-offline", {"device", device}), alarm("door-between-polls", plan.dock()),
           alarm("visit-opened-unverified", plan.unit())},
          {alarm("seal-open", {"seal", "s-" + plan.door}),
           alarm("opened-while-sealed", plan.dock()), alarm("camera-gap", plan.dock())});
}

void Adversaries::revoked_badge() {
    const auto when = people_.take_office();
    world_.at(when - 1h, [&world = world_] {
        world.must("person.revoke", {{"person", "max"}, {"reason", "left the company"}});
    });
    world_.at(when, [&world = world_] { world.show_badge(DockPeople::max_badge); });
    plant("a revoked badge is used", when, when + 2s, {alarm("revoked-badge", {"reader", "r1"})});
}

void Adversaries::forced() {
    for (const auto when : {people_.take_office(), people_.take_night({"io2", "rd1"})}) {
        opens(when, "office", 10s);
        plant("a door forced", when, when + 2s, {alarm("door-forced", {"door", "office"})});
    }
}

void Adversaries::opened_after_denial() {
    const auto when = people_.take_office();
    world_.at(when, [&world = world_] { world.show_badge(9999); });
    opens(when + 2s, "office", 10s);
    plant("opened behind a denied badge", when, when + 15s,
          {alarm("opened-after-denial", {"door", "office"})},
          {alarm("door-forced", {"door", "office"})});
}

void Adversaries::badges_tried() {
    const auto when = people_.take_office();
    for (int i = 0; i < 3; ++i)
        world_.at(when + i * 8s, [&world = world_, i] { world.show_badge(7000 + i); });
    plant("badges tried one after the other", when, when + 20s,
          {alarm("repeated-denials", {"reader", "r1"})});
}

void Adversaries::camera_gap() {
    auto& plan = people_.take(Purpose::load, {}, {"cam1"});
    const std::string camera = DockWorld::device_of(plan.door) == "io1" ? "c1" : "c2";
    const auto when = plan.openings.front().first;
    world_.at(when - 1min, [&world = world_, camera] { world.camera(camera, false); });
    world_.at(when + 1min, [&world = world_, camera] { world.camera(camera, true); });
    plant("opened while the camera does not record", when - 1min, when + 65s,
          {alarm("camera-gap", plan.dock())}, {alarm("camera-gap", {"camera", camera})});
}

void Adversaries::cabinet_on_battery() {
    const auto night = people_.take_night({"ups1", "gpio"});
    world_.at(night, [&world = world_] { world.mains(false); });
    world_.at(night + 1min, [&world = world_] { world.lid(true); });
    world_.at(night + 3min, [&world = world_] { world.lid(false); });
    world_.at(night + 5min, [&world = world_] { world.mains(true); });
    plant("the cabinet opened while the mains are gone", night + 1min, night + 63s,
          {alarm("battery-and-cabinet", {"cabinet", "cab"}),
           alarm("cabinet-open", {"cabinet", "cab"})});
}

void Adversaries::visitor_not_logged_out() {
    const auto day = static_cast<int>(world_.random(0, 5));
    const auto visitor = std::make_shared<std::string>();
    world_.at(world_.on(day, 16h), [&world = world_, visitor] {
        *visitor = world
                       .must("visitor.in", {{"name", "S. Tays"},
                                            {"id_checked", true},
                                            {"contact", "ana"},
                                            {"person", "finn"}})
                       .id("visitor");
    });
    world_.at(world_.on(day + 1, 8h), [&world = world_, visitor] {
        world.must("visitor.out", {{"visitor", *visitor}, {"person", "eva"}});
    });
    plant("a visitor not logged out", world_.on(day, 22h), world_.on(day, 22h) + 1s,
          {alarm("visitor-overdue", {})});
}

}  // namespace sealwarden::sim
