#include "tests/sim/world.hpp"

#include <algorithm>
#include <array>

namespace sealwarden::sim {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t door_count = 6;
constexpr std::size_t seal_count = 3;
constexpr std::size_t camera_count = 2;
constexpr Duration week = std::chrono::hours{7 * 24};
constexpr std::int64_t loop_closed = 3830, loop_open = 8260, loop_cut = 12000;

std::string numbered(const char* name, std::size_t n) {
    return name + std::to_string(n);
}

}  // namespace

struct World::Truth {
    struct Door {
        bool level = false;  // with its bounces
        bool open = false;   // without them
        std::int64_t counter = 0;
        bool point_fails = false, wire_cut = false;
    };
    struct Seal {
        std::string number;
        bool present = false, intact = true, tampered = false;
    };
    struct Camera {
        bool operating = true, recording = true, untampered = true;
    };
    std::array<Door, door_count> doors;
    std::array<Seal, seal_count> seals;
    std::array<Camera, camera_count> cameras;
    bool on_battery = false, lid = false, up = false;
    std::int64_t badge = 0;
    std::map<std::string, std::string> identities;
};

World::World(std::uint64_t seed)
    : start{1000s}, end{Uptime{1000s} + week}, generator_{seed}, truth_{std::make_unique<Truth>()} {
    build();
}
World::~World() = default;

std::int64_t World::random(std::int64_t from, std::int64_t to) {
    return from +
           static_cast<std::int64_t>(generator_() % static_cast<std::uint64_t>(to - from + 1));
}

void World::hear(const Reading& reading) {
    inputs.emplace_back(reading);
    keep(site->apply(reading));
}

void World::keep(Events said) {
    std::ranges::move(said, std::back_inserter(events));
}

void World::set(const std::string& device) {
    disturbed();
    drivers_.at(device)->truth_changed();
}

// Doors 0 to 2 on io1, 3 and 4 on io2 (0, 1, 3 with counters), 5 a supervised loop on ai1.
void World::build() {
    options.site = "dc7";
    options.gateway = "gw1";
    std::map<std::string, std::vector<Driver::Request>> requests;
    std::map<std::string, std::vector<PointId>> watched;
    const auto add_request = [&](const std::string& device, Duration period, bool edges = false) {
        requests[device].push_back({period, between(0ms, period), edges, {}});
    };
    const auto add_point = [&](const std::string& device, std::size_t request,
                               const std::string& name, Look look) {
        const PointId point = device + "." + name;
        requests[device][request].points.emplace_back(point, std::move(look));
        watched[device].push_back(point);
        return point;
    };
    for (const auto* device : {"io1", "io2"})
        for (int request = 0; request < 2; ++request) add_request(device, 100ms);
    add_request("ai1", 100ms);
    add_request("rf1", 500ms);
    add_request("rd1", 200ms);
    add_request("cam1", 1s);
    add_request("ups1", 1s);
    add_request("gpio", 1s, true);

    for (std::size_t i = 0; i < door_count; ++i) {
        auto* truth = &truth_->doors[i];
        truth->counter = random(1000, 60000);
        DoorTruth real;
        real.id = numbered("d", i);
        real.device = i < 3 ? "io1" : i < 5 ? "io2" : "ai1";
        real.counted = i == 0 || i == 1 || i == 3;
        real.controlled = i == 0;
        DoorOptions door;
        door.id = real.id;
        if (real.device == "ai1") {
            door.contact.point =
                add_point("ai1", 0, "loop", [truth]() -> std::variant<Value, Fault> {
                    return Value{truth->wire_cut ? loop_cut
                                 : truth->level  ? loop_open
                                                 : loop_closed};
                });
            door.contact.loop = ContactOptions::Loop{.shorted = {0, 1900},
                                                     .inactive = {3000, 5000},
                                                     .active = {7000, 9500},
                                                     .cut = {11000, 13000},
                                                     .hysteresis = 100};
        } else {
            door.contact.point = add_point(real.device, 0, numbered("di", i),
                                           [truth]() -> std::variant<Value, Fault> {
                                               if (truth->point_fails) return Fault::bad_answer;
                                               return Value{truth->level};
                                           });
        }
        if (real.counted)
            door.contact.edge_counter = add_point(
                real.device, 1, numbered("count", i),
                [truth]() -> std::variant<Value, Fault> { return Value{truth->counter}; });
        door.held_open_after = i == 1 ? 5min : 0min;
        door.controlled = real.controlled;
        if (real.controlled) door.reader = "r1";
        options.doors.push_back(door);
        doors.push_back(std::move(real));
    }
    for (std::size_t i = 0; i < seal_count; ++i) {
        auto* truth = &truth_->seals[i];
        SealOptions seal;
        seal.id = numbered("s", i);
        seal.number =
            add_point("rf1", 0, numbered("number", i),
                      [truth]() -> std::variant<Value, Fault> { return Value{truth->number}; });
        seal.present =
            add_point("rf1", 0, numbered("present", i),
                      [truth]() -> std::variant<Value, Fault> { return Value{truth->present}; });
        seal.intact =
            add_point("rf1", 0, numbered("intact", i),
                      [truth]() -> std::variant<Value, Fault> { return Value{truth->intact}; });
        seal.tamper =
            add_point("rf1", 0, numbered("tamper", i),
                      [truth]() -> std::variant<Value, Fault> { return Value{truth->tampered}; });
        options.seals.push_back(seal);
    }
    ReaderOptions reader;
    reader.id = "r1";
    reader.number = add_point(
        "rd1", 0, "number",
        [truth = truth_.get()]() -> std::variant<Value, Fault> { return Value{truth->badge}; });
    options.readers = {reader};
    for (std::size_t i = 0; i < camera_count; ++i) {
        auto* truth = &truth_->cameras[i];
        CameraOptions camera;
        camera.id = numbered("c", i);
        camera.operating =
            add_point("cam1", 0, numbered("ok", i),
                      [truth]() -> std::variant<Value, Fault> { return Value{truth->operating}; });
        camera.recording =
            add_point("cam1", 0, numbered("rec", i),
                      [truth]() -> std::variant<Value, Fault> { return Value{truth->recording}; });
        camera.untampered =
            add_point("cam1", 0, numbered("clear", i),
                      [truth]() -> std::variant<Value, Fault> { return Value{truth->untampered}; });
        options.cameras.push_back(camera);
    }
    PowerOptions power;
    power.id = "ups";
    power.on_battery =
        add_point("ups1", 0, "on-battery", [truth = truth_.get()]() -> std::variant<Value, Fault> {
            return Value{truth->on_battery};
        });
    options.powers = {power};
    CabinetOptions cabinet;
    cabinet.id = "cab";
    cabinet.lid.point = add_point(
        "gpio", 0, "lid",
        [truth = truth_.get()]() -> std::variant<Value, Fault> { return Value{truth->lid}; });
    options.cabinets = {cabinet};

    for (auto& [device, list] : requests) {
        DeviceWatch watch;
        watch.id = device;
        watch.points = watched[device];
        watch.silent_after = std::chrono::hours{1000};  // refreshes are sampled here
        options.devices.push_back(watch);
        truth_->identities[device] = "mac=" + std::to_string(random(1, 1'000'000));
        list.push_back({10s, between(0s, 10s), false, {}});
        list.back().points.emplace_back(
            PointId{device + ".identity"},
            [truth = truth_.get(), name = device]() -> std::variant<Value, Fault> {
                return Value{truth->identities[name]};
            });
        drivers_[device] = std::make_unique<Driver>(agenda_, device, std::move(list),
                                                    [this](const Reading& r) { hear(r); });
    }
}

void World::plan_opening(std::size_t i, Uptime from, Uptime to, bool bounces) {
    auto* truth = &truth_->doors[i];
    const auto& device = doors[i].device;
    doors[i].openings.push_back({from, to});
    const auto level = [this, truth, device](Uptime at, bool now) {
        agenda_.at(at, [this, truth, device, now] {
            truth->level = now;
            set(device);
        });
    };
    agenda_.at(from, [truth] {
        truth->open = true;
        ++truth->counter;  // the module's own filter counts an opening once
    });
    agenda_.at(to, [truth] { truth->open = false; });
    level(from, true);
    level(to, false);
    if (!bounces) return;
    for (const bool opening : {true, false}) {
        auto at = opening ? from : to;
        for (auto left = random(0, 3); left > 0; --left) {
            level(at += between(1ms, 5ms), !opening);
            level(at += between(1ms, 5ms), opening);
        }
    }
}

void World::plan_door(std::size_t i) {
    auto& door = doors[i];
    auto at = start + between(60s, 2h);
    while (at < end - 1h) {
        if (door.counted && chance(20)) {
            for (auto left = random(1, 3); left > 0; --left) {
                const auto to = at + between(5ms, 70ms);
                plan_opening(i, at, to, false);
                door.openings.back().granted = false;
                at = to + between(10ms, 300ms);
            }
        } else {
            const auto to = at + between(1s, chance(20) ? Duration{20min} : Duration{30s});
            const bool granted = chance(80);
            plan_opening(i, at, to, true);
            door.openings.back().granted = granted;
            if (door.controlled && granted) {
                const auto badge = at - between(1s, 4s);
                agenda_.at(badge, [this] {
                    truth_->badge = random(1, 1000);
                    set("rd1");
                });
                agenda_.at(badge + between(400ms, 900ms), [this] {
                    truth_->badge = 0;
                    set("rd1");
                });
            }
            at = to;
        }
        at += between(30s, 140min);
    }
}

void World::plan_seal(std::size_t i) {
    auto* seal = &truth_->seals[i];
    auto at = start + between(60s, 5h);
    while (at < end - 1h) {
        agenda_.at(at, [this, seal] {
            if (seal->present && chance(50)) {
                seal->intact = seal->intact && chance(60);
                seal->tampered = chance(40);
            } else {
                seal->present = !seal->present;
                seal->number = seal->present ? "EU" + std::to_string(random(1, 99999)) : "";
                seal->intact = true;
                seal->tampered = false;
            }
            set("rf1");
        });
        at += between(10s, 8h);
    }
}

void World::plan_switch(bool& truth, const std::string& device, Duration least, Duration most) {
    auto at = start + between(least, most);
    while (at < end - 1h) {
        agenda_.at(at, [this, &truth, device] {
            truth = !truth;
            set(device);
        });
        at += between(least, most);
    }
}

void World::plan_device(const std::string& device) {
    auto at = start + between(10min, 20h);
    while (at < end - 2h) {
        const auto kind = random(0, 3);  // dead, dead, rebooted, swapped
        const auto to = at + (kind == 2 ? between(2s, 10s) : between(300ms, 20min));
        blind[device].push_back({at, to, "device"});
        agenda_.at(at, [this, device] {
            disturbed();
            drivers_.at(device)->dies();
        });
        agenda_.at(to, [this, device, kind] {
            disturbed();
            for (std::size_t i = 0; i < door_count && kind >= 2; ++i)
                if (doors[i].device == device) truth_->doors[i].counter = 0;
            if (kind == 3)
                truth_->identities[device] = "mac=" + std::to_string(random(1, 1'000'000));
            drivers_.at(device)->lives();
        });
        at = to + between(1min, 40h);
    }
}

void World::plan_point_trouble() {
    for (const std::size_t i : {std::size_t{2}, std::size_t{5}}) {
        auto* door = &truth_->doors[i];
        auto at = start + between(10min, 20h);
        while (at < end - 2h) {
            const auto to = at + between(300ms, 2min);
            doors[i].blind.push_back({at, to, "point"});
            for (const bool broken : {true, false})
                agenda_.at(broken ? at : to, [this, door, i, broken] {
                    (i == 5 ? door->wire_cut : door->point_fails) = broken;
                    set(doors[i].device);
                });
            at = to + between(1min, 40h);
        }
    }
}

void World::plan_gateway() {
    auto at = start + between(1h, 40h);
    while (at < end - 2h) {
        const auto to = at + between(5s, 2min);
        down.push_back({at, to, "gateway"});
        agenda_.at(at, [this] {
            disturbed();
            keep(site->tick(agenda_.now()));
            truth_->up = false;
            for (auto& [id, driver] : drivers_) driver->stops();
        });
        agenda_.at(to, [this, at, to] {
            disturbed();
            inputs.emplace_back(Restart{at, to});
            site = std::make_unique<Site>(options, memory_of(events), to);
            truth_->up = true;
            for (auto& [id, driver] : drivers_) driver->starts();
        });
        at = to + between(5h, 80h);
    }
}

void World::plan_operator() {
    for (auto at = start + between(1h, 8h); at < end - 1h; at += between(1h, 8h))
        agenda_.at(at, [this] {
            if (!truth_->up) return;
            for (const auto& alarm : site->alarms()) {
                if (chance(30)) continue;
                const Command command{.at = agenda_.now(),
                                      .id = "c",
                                      .by = "uid:1000(ana)",
                                      .channel = "cli",
                                      .what = AcknowledgeAlarm{alarm.id}};
                inputs.emplace_back(command);
                keep(site->apply(command));
            }
        });
}

void World::plan_comparison(Uptime at) {
    agenda_.at(at, [this] {
        // Only a site at rest can be compared: everything has settled and been read.
        if (!truth_->up || agenda_.now() - disturbed_ < 15s)
            plan_comparison(agenda_.now() + 16s);
        else
            compare();
    });
}

void World::compare() {
    keep(site->tick(agenda_.now()));
    std::map<Subject, State> said;
    for (auto& state : site->states()) said[state.subject] = std::move(state);
    const auto text = [](const char* value) { return Datum{std::string{value}}; };
    const auto expect = [&](const Subject& subject, const std::string& device, const char* key,
                            const Datum& wanted) {
        const bool alive = drivers_.at(device)->alive();
        const auto& state = said.at(subject);
        const bool right = alive ? state.values.at(key) == wanted : !state.good;
        if (!right)
            complaints.push_back(subject.kind + " " + subject.id + ": " + key + " is wrong at " +
                                 std::to_string(agenda_.now().time_since_epoch().count()));
    };
    for (std::size_t i = 0; i < door_count; ++i) {
        const auto& door = truth_->doors[i];
        const bool blind_now = door.point_fails || door.wire_cut;
        expect({"door", doors[i].id}, doors[i].device, "open",
               blind_now ? Datum{} : Datum{door.open});
    }
    for (std::size_t i = 0; i < seal_count; ++i) {
        const auto& seal = truth_->seals[i];
        const Subject subject{"seal", numbered("s", i)};
        expect(subject, "rf1", "number", seal.present ? Datum{seal.number} : Datum{});
        expect(subject, "rf1", "state",
               !seal.present                   ? text("absent")
               : seal.tampered || !seal.intact ? text("broken")
                                               : text("intact"));
    }
    for (std::size_t i = 0; i < camera_count; ++i) {
        const auto& camera = truth_->cameras[i];
        const Subject subject{"camera", numbered("c", i)};
        expect(subject, "cam1", "live", camera.operating);
        expect(subject, "cam1", "recording", text(camera.recording ? "yes" : "no"));
        expect(subject, "cam1", "tamper", !camera.untampered);
    }
    expect({"power", "ups"}, "ups1", "on_battery", truth_->on_battery);
    expect({"cabinet", "cab"}, "gpio", "open", truth_->lid);
}

void World::run() {
    for (std::size_t i = 0; i < door_count; ++i) plan_door(i);
    for (std::size_t i = 0; i < seal_count; ++i) plan_seal(i);
    for (auto& camera : truth_->cameras)
        for (auto* fact : {&camera.operating, &camera.recording, &camera.untampered})
            plan_switch(*fact, "cam1", 20s, 48h);
    plan_switch(truth_->on_battery, "ups1", 20s, 48h);
    plan_switch(truth_->lid, "gpio", 5s, 30h);
    for (const auto& [device, driver] : drivers_) plan_device(device);
    plan_point_trouble();
    plan_gateway();
    plan_operator();
    for (auto at = start + 1h; at < end; at += between(1h, 5h)) plan_comparison(at);
    agenda_.at(start, [this] {
        site = std::make_unique<Site>(options, SiteMemory{}, start);
        truth_->up = true;
        for (auto& [id, driver] : drivers_) driver->starts();
    });
    while (agenda_.step(end))
        if (truth_->up) keep(site->tick(agenda_.now()));
    keep(site->tick(end));
}

SiteMemory memory_of(const Events& events) {
    SiteMemory memory;
    std::map<std::string, Alarm> alarms;
    for (const auto& event : events) {
        if (auto alarm = alarm_from(to_string(event.kind), event.data, event.at)) {
            auto id = alarm->id;
            if (alarm->over())
                alarms.erase(id);
            else
                alarms.insert_or_assign(std::move(id), std::move(*alarm));
        }
        if (event.kind == EventKind::device_identified || event.kind == EventKind::device_replaced)
            memory.identities[event.subjects.front().id] =
                std::get<std::string>(event.data.at("identity"));
    }
    for (auto& [id, alarm] : alarms) memory.alarms.push_back(std::move(alarm));
    return memory;
}

Events replay(const World& world) {
    Site site{world.options, {}, world.start};
    Events events;
    const auto keep = [&](Events said) { std::ranges::move(said, std::back_inserter(events)); };
    for (const auto& input : world.inputs) {
        if (const auto* restart = std::get_if<Restart>(&input)) {
            keep(site.tick(restart->down));
            site = Site{world.options, memory_of(events), restart->up};
        } else if (const auto* reading = std::get_if<Reading>(&input)) {
            keep(site.apply(*reading));
        } else {
            keep(site.apply(std::get<Command>(input)));
        }
    }
    keep(site.tick(world.end));
    return events;
}

}  // namespace sealwarden::sim
