#include "tests/sim/dock_world.hpp"

#include <algorithm>
#include <array>

#include "firmware/core/procedures.hpp"
#include "firmware/core/said.hpp"
#include "tests/support/carried.hpp"
#include "tests/support/door_records.hpp"

namespace sealwarden::sim {

using namespace std::chrono_literals;

namespace {

// 2026-11-23 00:00 in Mexico City, a Monday: 06:00 UTC.
constexpr std::int64_t monday_ms = 1'795'413'600'000;
// So near to a stretch in which a device is silent, its driver may not have looked in time.
constexpr Duration margin = 1min;

const std::array<std::string, 7> all_doors{"d1", "d2", "d3", "d4", "d5", "d6", "office"};

bool holds(std::span<const EventKind> kinds, EventKind one) {
    return std::ranges::find(kinds, one) != kinds.end();
}

}  // namespace

std::string Answer::refusal() const {
    for (const auto& event : said)
        if (event.kind == EventKind::command_refused) return text_of(event, "message");
    return {};
}

std::string Answer::id(std::string_view kind) const {
    for (const auto& event : said)
        for (const auto& subject : event.subjects)
            if (subject.kind == kind) return subject.id;
    return {};
}

struct DockWorld::Truth {
    struct Door {
        bool level = false;  // with its bounces
        std::int64_t counter = 0;
    };
    struct Seal {
        std::string number;
        bool present = false, intact = true;
    };
    std::map<std::string, Door> doors;
    std::map<std::string, Seal> seals;  // by door
    std::map<std::string, bool> recording;
    bool on_battery = false, lid = false, wants_out = false;
    std::int64_t badge = 0;
};

struct DockWorld::Wiring {
    std::map<std::string, std::vector<Driver::Request>> requests;
    std::map<std::string, std::vector<PointId>> watched;
    PointId add(const std::string& device, std::size_t request, const std::string& name,
                Look look) {
        const PointId point = device + "." + name;
        requests[device][request].points.emplace_back(point, std::move(look));
        watched[device].push_back(point);
        return point;
    }
    // A point that shows one value.
    template <class T>
    PointId show(const std::string& device, std::size_t request, const std::string& name,
                 const T& value) {
        return add(device, request, name,
                   [&value]() -> std::variant<Value, Fault> { return Value{value}; });
    }
};

DockWorld::DockWorld(std::uint64_t seed, std::optional<Uptime> restart)
    : start{1000s},
      end{Uptime{1000s} + 24h * days},
      wall{monday_ms - 1'000'000, std::chrono::minutes{-360}},
      restarted{restart},
      generator_{seed},
      truth_{std::make_unique<Truth>()} {
    build();
}
DockWorld::~DockWorld() = default;

std::int64_t DockWorld::random(std::int64_t from, std::int64_t to) {
    return from +
           static_cast<std::int64_t>(generator_() % static_cast<std::uint64_t>(to - from + 1));
}

std::string DockWorld::device_of(const std::string& door) {
    return door == "d1" || door == "d2" || door == "d3" ? "io1" : "io2";
}

bool DockWorld::watched(const std::set<std::string>& by, Uptime from, Uptime to) const {
    return std::ranges::none_of(blind, [&](const auto& one) {
        return by.contains(one.first) && std::ranges::any_of(one.second, [&](const Stretch& gap) {
                   return gap.from - margin < to && from < gap.to + margin;
               });
    });
}

// Docks 1 to 3 on io1, 4 to 6 and the office on io2; 1 and 4 have counters and readers of
// electronic seals. Everything else is as shipped.
void DockWorld::build() {
    options.site = "dc7";
    options.gateway = "gw1";
    options.access.decide = true;
    options.access.shift_ends = {22 * 60};  // the site closes
    options.dock.opened_without_visit = true;
    Wiring wiring;
    const auto request = [&](const std::string& device, Duration period, bool edges = false) {
        wiring.requests[device].push_back({period, between(0ms, period), edges, {}});
    };
    for (const auto* device : {"io1", "io2"})
        for (int i = 0; i < 2; ++i) request(device, 100ms);
    request("rf1", 500ms);
    request("rd1", 200ms);
    request("cam1", 1s);
    request("ups1", 1s);
    request("gpio", 1s, true);
    build_doors(wiring);
    build_seals(wiring);
    build_others(wiring);
    for (auto& [device, list] : wiring.requests) {
        DeviceWatch watch;
        watch.id = device;
        watch.points = wiring.watched[device];
        watch.silent_after = std::chrono::hours{1000};  // refreshes are sampled here
        options.devices.push_back(watch);
        drivers_[device] =
            std::make_unique<Driver>(agenda_, device, std::move(list), [this](const Reading& r) {
                inputs.emplace_back(r);
                keep(site->apply(r));
            });
    }
}

void DockWorld::build_doors(Wiring& wiring) {
    ZoneOptions docks, office;
    docks.id = "docks";
    office.id = "office";
    docks.sensitive = true;
    for (const auto& id : all_doors) {
        auto& truth = truth_->doors[id];
        truth.counter = random(1000, 60000);
        DoorOptions door;
        door.id = id;
        door.contact.point = wiring.show(device_of(id), 0, "di-" + id, truth.level);
        if (id == "d1" || id == "d4")
            door.contact.edge_counter = wiring.show(device_of(id), 1, "count-" + id, truth.counter);
        if (id == "office") {
            door.kind = DoorKind::personnel;
            door.controlled = true;
            door.reader = "r1";
            door.request_to_exit = wiring.show("io2", 0, "exit", truth_->wants_out);
            office.doors.push_back(id);
        } else {
            docks.doors.push_back(id);
        }
        options.doors.push_back(door);
    }
    office.readers = {"r1"};
    options.zones = {docks, office};
    ReaderOptions reader;
    reader.id = "r1";
    reader.door = "office";
    reader.number = wiring.show("rd1", 0, "number", truth_->badge);
    options.readers = {reader};
}

void DockWorld::build_seals(Wiring& wiring) {
    for (const auto* door : {"d1", "d4"}) {
        auto& truth = truth_->seals[door];
        SealOptions seal;
        seal.id = "s-" + std::string{door};
        seal.door = door;
        seal.number = wiring.show("rf1", 0, "number-" + seal.id, truth.number);
        seal.present = wiring.show("rf1", 0, "present-" + seal.id, truth.present);
        seal.intact = wiring.show("rf1", 0, "intact-" + seal.id, truth.intact);
        options.seals.push_back(seal);
    }
}

void DockWorld::build_others(Wiring& wiring) {
    for (const auto* id : {"c1", "c2"}) {
        auto& records = truth_->recording[id];
        records = true;
        CameraOptions camera;
        camera.id = id;
        camera.recording = wiring.show("cam1", 0, "rec-" + camera.id, records);
        for (const auto& door : all_doors)
            if (door != "office" && (device_of(door) == "io1") == (camera.id == "c1"))
                camera.doors.push_back(door);
        options.cameras.push_back(camera);
    }
    PowerOptions power;
    power.id = "ups";
    power.on_battery = wiring.show("ups1", 0, "on-battery", truth_->on_battery);
    options.powers = {power};
    CabinetOptions cabinet;
    cabinet.id = "cab";
    cabinet.lid.point = wiring.show("gpio", 0, "lid", truth_->lid);
    options.cabinets = {cabinet};
}

void DockWorld::bounce(const std::string& door, bool open) {
    const auto level = [this, door](Duration later, bool now) {
        at(agenda_.now() + later, [this, door, now] {
            truth_->doors[door].level = now;
            changed(device_of(door));
        });
    };
    level(0ms, open);
    Duration later{0};
    for (auto left = random(0, 3); left > 0; --left) {
        level(later += between(1ms, 5ms), !open);
        level(later += between(1ms, 5ms), open);
    }
}

void DockWorld::open(const std::string& door) {
    ++truth_->doors[door].counter;  // the module's own filter counts an opening once
    bounce(door, true);
}
void DockWorld::close(const std::string& door) {
    bounce(door, false);
}
void DockWorld::flick(const std::string& door) {
    ++truth_->doors[door].counter;
    truth_->doors[door].level = true;
    changed(device_of(door));
    at(now() + between(5ms, 40ms), [this, door] {
        truth_->doors[door].level = false;
        changed(device_of(door));
    });
}

void DockWorld::show_badge(std::int64_t number) {
    truth_->badge = number;
    changed("rd1");
    at(now() + between(400ms, 900ms), [this] {
        truth_->badge = 0;
        changed("rd1");
    });
}
void DockWorld::ask_to_leave() {
    for (const bool wants : {true, false})
        at(wants ? now() : now() + between(400ms, 1s), [this, wants] {
            truth_->wants_out = wants;
            changed("io2");
        });
}

void DockWorld::seal_comes(const std::string& door, const std::string& number) {
    const auto seal = truth_->seals.find(door);
    if (seal == truth_->seals.end()) return;
    seal->second = {number, true, true};
    changed("rf1");
}
void DockWorld::seal_is_cut(const std::string& door) {
    const auto seal = truth_->seals.find(door);
    if (seal == truth_->seals.end() || !seal->second.present) return;
    seal->second.intact = false;
    changed("rf1");
}
void DockWorld::seal_goes(const std::string& door) {
    const auto seal = truth_->seals.find(door);
    if (seal == truth_->seals.end()) return;
    seal->second = {"", false, true};
    changed("rf1");
}
void DockWorld::camera(const std::string& camera, bool records) {
    truth_->recording[camera] = records;
    changed("cam1");
}
void DockWorld::mains(bool on) {
    truth_->on_battery = !on;
    changed("ups1");
}
void DockWorld::lid(bool open) {
    truth_->lid = open;
    changed("gpio");
}
void DockWorld::dies(const std::string& device) {
    drivers_.at(device)->dies();
}
void DockWorld::lives(const std::string& device, bool restarted_it) {
    for (auto& [id, door] : truth_->doors)
        if (restarted_it && device_of(id) == device) door.counter = 0;
    drivers_.at(device)->lives();
}

Answer DockWorld::does(const std::string& name, const Arguments& arguments) {
    auto act = act_from(name, arguments);
    if (auto* complaint = std::get_if<std::string>(&act)) {
        complaints.push_back(name + ": " + *complaint);
        return {};
    }
    const auto person = arguments.find("person");
    const auto* who =
        person == arguments.end() ? nullptr : std::get_if<std::string>(&person->second);
    const Command command{.at = now(),
                          .id = "c" + std::to_string(++commands_),
                          .by = "uid:1000(" + (who == nullptr ? "office" : *who) + ")",
                          .channel = name == "visit.import" ? "drop" : "cli",
                          .what = std::get<Act>(std::move(act))};
    inputs.emplace_back(command);
    Answer answer{site->apply(command)};
    keep(answer.said);
    return answer;
}

Answer DockWorld::must(const std::string& name, const Arguments& arguments) {
    auto answer = does(name, arguments);
    if (const auto refusal = answer.refusal(); !refusal.empty())
        complaints.push_back(name + " was refused at " +
                             std::to_string(now().time_since_epoch().count()) + " us: " + refusal);
    return answer;
}

std::vector<std::string> DockWorld::cases_about(const Subject& subject) const {
    std::vector<std::string> ids;
    for (const auto& [id, about] : cases_)
        if (std::ranges::find(about, subject) != about.end()) ids.push_back(id);
    return ids;
}
std::vector<std::string> DockWorld::open_cases() const {
    std::vector<std::string> ids;
    for (const auto& [id, about] : cases_) ids.push_back(id);
    return ids;
}

std::vector<std::string> DockWorld::seals_in_doubt(const std::string& case_id) const {
    std::vector<std::string> seals;
    for (const auto& subject : cases_.at(case_id))
        if (subject.kind == "seal_number" && in_doubt_.contains(subject.id))
            seals.push_back(subject.id);
    return seals;
}

void DockWorld::keep(Events said) {
    for (const auto& event : said) {
        const auto& main = event.subjects.front();
        if (main.kind == "seal_number") {
            in_doubt_.erase(main.id);
            const auto& state = event.data.at("state");
            if (state == Datum{std::string{"mismatch"}} || state == Datum{std::string{"tampered"}})
                in_doubt_.insert(main.id);
        }
        if (main.kind != "case") continue;
        if (event.kind == EventKind::case_closed)
            cases_.erase(main.id);
        else
            cases_[main.id] = event.subjects;
    }
    std::ranges::move(said, std::back_inserter(events));
}

void DockWorld::acknowledge() {
    for (const auto& alarm : site->alarms()) {
        if (!alarm.waits()) continue;
        const Command command{.at = now(),
                              .id = "c" + std::to_string(++commands_),
                              .by = "uid:1000(ana)",
                              .channel = "cli",
                              .what = AcknowledgeAlarm{alarm.id}};
        inputs.emplace_back(command);
        keep(site->apply(command));
    }
}

// What it knows behind it must be what it knew before.
void DockWorld::restart() {
    keep(site->tick(now()));
    const auto known = [&] {
        std::map<Subject, Event> known;
        for (auto& event : test::carried(*site)) known[event.subjects.front()] = std::move(event);
        return known;
    };
    const auto docks = [&] {
        std::map<std::string, std::map<std::string, Datum>> docks;
        for (const auto& state : site->states())
            if (state.subject.kind == "dock") docks[state.subject.id] = state.values;
        return docks;
    };
    const auto records_before = known();
    const auto docks_before = docks();
    inputs.emplace_back(Restart{now(), now()});
    site = std::make_unique<Site>(options, memory_of(events, wall), now());
    const auto records = known();
    for (const auto& [subject, record] : records_before)
        if (const auto same = records.find(subject);
            same == records.end() || same->second != record)
            complaints.push_back("a restart changed " + subject.kind + " " + subject.id);
    if (records.size() != records_before.size()) complaints.push_back("a restart added records");
    if (docks() != docks_before) complaints.push_back("a restart changed what stands at the docks");
    for (auto& [id, driver] : drivers_) driver->starts();
}

void DockWorld::run() {
    for (auto when = start + between(1h, 4h); when < end; when += between(1h, 6h))
        at(when, [this] { acknowledge(); });
    at(start, [this] {
        site = std::make_unique<Site>(options, memory_of({}, wall), start);
        for (auto& [id, driver] : drivers_) driver->starts();
    });
    if (restarted) at(*restarted, [this] { restart(); });
    while (agenda_.step(end))
        if (site) keep(site->tick(now()));
    keep(site->tick(end));
}

SiteMemory memory_of(const Events& events, const WallOffset& wall) {
    auto memory = memory_of(events);
    memory.wall = wall;
    std::map<Subject, const Event*> newest;
    const auto all = record_kinds();
    for (const auto& event : events) {
        const auto& main = event.subjects.front();
        for (const auto& kind : all)
            if (kind.subject == main.kind && holds(kind.states, event.kind)) newest[main] = &event;
    }
    for (const auto& [subject, event] : newest) {
        const bool ended = std::ranges::any_of(all, [&](const RecordKind& kind) {
            return kind.subject == subject.kind && holds(kind.ends, event->kind);
        });
        if (!ended)
            memory.records.push_back(
                {event->kind, subject, event->at, event->data, event->personal});
    }
    std::ranges::move(test::door_records(events), std::back_inserter(memory.records));
    return memory;
}

Events replay(const DockWorld& world) {
    Site site{world.options, memory_of({}, world.wall), world.start};
    Events events;
    const auto keep = [&](Events said) { std::ranges::move(said, std::back_inserter(events)); };
    for (const auto& input : world.inputs) {
        if (const auto* restart = std::get_if<Restart>(&input)) {
            keep(site.tick(restart->down));
            site = Site{world.options, memory_of(events, world.wall), restart->up};
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
