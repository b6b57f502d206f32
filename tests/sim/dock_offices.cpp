// Everything beside the docks: who is registered, the stock, the office, the gate; and what breaks.
#include <algorithm>

#include "tests/sim/dock_people.hpp"

namespace sealwarden::sim {

using namespace std::chrono_literals;

void DockPeople::register_people() {
    auto& world = world_;
    world.at(world.start + 1min, [&world] {
        world.must("person.import",
                   {{"csv",
                     "person,name,badge,rights,zones,until,trained_until\n"
                     "ana,Ana R.,1001,supervise cases alarms seal inspect access,*,,2027-06-30\n"
                     "ben,Ben S.,1002,seal inspect,docks office,,2027-06-30\n"
                     "cara,Cara T.,1003,seal inspect,docks office,,2027-06-30\n"
                     "dan,Dan U.,1004,stock,office,,\n"
                     "gus,Gus V.,1005,alarms test,*,,\n"
                     "hal,Hal W.,1006,,office,,\n"
                     "ida,Ida X.,1007,,office,,\n"
                     "lee,Lee Y.,1008,,*,,\n"
                     "max,Max Z.,1009,,office,,\n"
                     "eva,Eva A.,,access,,,\n"
                     "finn,Finn B.,,access,,,\n"
                     "kim,Kim C.,,seal,,,\n"}});
    });
}

void DockPeople::keep_stock() {
    auto& world = world_;
    world.at(world.start + 2min, [&world] {
        world.must("lot.receive", {{"lot", "lot-1"},
                                   {"maker", "Sellos SA"},
                                   {"seal_class", "H"},
                                   {"certificate", "17712-2026-88"},
                                   {"first", "HL000001"},
                                   {"last", "HL000500"},
                                   {"person", "dan"}});
        world.must("lot.receive", {{"lot", "lot-2"},
                                   {"maker", "Sellos SA"},
                                   {"seal_class", "H"},
                                   {"first", "HQ000001"},
                                   {"last", "HQ000100"},
                                   {"person", "dan"}});
    });
    for (int day = 0; day < DockWorld::days; ++day)
        world.at(world.on(day, 15h) + world.between(0min, 60min),
                 [&world] { world.must("seal.sample", {{"count", 3}, {"person", "dan"}}); });
}

// At half past five the office's system drops its file.
void DockPeople::announce_visits() {
    auto& world = world_;
    for (int day = 0; day < DockWorld::days; ++day) {
        std::string csv = "container,kind,seals,document,carrier\n";
        std::size_t rows = 0;
        for (const auto& plan : visits_) {
            if (!plan.announced || plan.arrive < world.on(day, 0h) ||
                plan.arrive >= world.on(day + 1, 0h))
                continue;
            ++rows;
            csv += plan.container + (plan.trailer ? ",trailer," : ",container,");
            for (const auto& seal : plan.documents)
                csv += (&seal == &plan.documents.front() ? "" : ";") + seal;
            csv += ",BL-" + std::to_string(7000 + rows) + ",Naviera\n";
        }
        if (rows == 0) continue;
        world.at(world.on(day, 5h + 30min),
                 [&world, csv] { world.must("visit.import", {{"csv", csv}, {"source", "erp"}}); });
    }
}

// In with a badge, out with the button; some show a badge and do not go, some go together, some are
// denied and a colleague lets them in.
void DockPeople::somebody_passes(Uptime at) {
    auto& world = world_;
    const auto opens = [&](Uptime from) {
        world.at(from, [&world] { world.open("office"); });
        world.at(from + world.between(2s, 12s), [&world] { world.close("office"); });
    };
    const auto shows = [&](Uptime when, std::int64_t badge) {
        world.at(when, [&world, badge] { world.show_badge(badge); });
    };
    const auto kind = world.random(1, 20);
    const auto badge = world.random(1001, 1007);
    if (kind <= 9) {
        shows(at, badge);
        opens(at + world.between(1s, 4s));
    } else if (kind <= 17) {
        world.at(at, [&world] { world.ask_to_leave(); });
        opens(at + world.between(500ms, 3s));
    } else if (kind == 18) {
        shows(at, badge);
    } else if (kind == 19) {
        shows(at, 1001);
        shows(at + 1500ms, 1002);
        opens(at + world.between(2500ms, 4s));
    } else {
        shows(at, 4242);  // a visitor tries
        shows(at + 2s, 1007);
        opens(at + world.between(3s, 5s));
    }
}

void DockPeople::office() {
    for (int day = 0; day < DockWorld::days - 1; ++day)
        for (auto at = world_.on(day, 6h + 50min); at < world_.on(day, 19h);
             at += world_.between(1min, 25min)) {
            const bool taken = std::ranges::any_of(office_taken_, [&](Uptime other) {
                return at - other < 3min && other - at < 2min;
            });
            if (!taken) somebody_passes(at);
        }
}

// Who comes late leaves before the site closes, at the last minute.
void DockPeople::visitors() {
    auto& world = world_;
    const auto visits = [&](Uptime in, Uptime out) {
        const auto visitor = std::make_shared<std::string>();
        world.at(in, [&world, visitor] {
            *visitor = world
                           .must("visitor.in", {{"name", "V. Isitor"},
                                                {"company", "Seguros"},
                                                {"id_checked", true},
                                                {"contact", "ana"},
                                                {"person", "eva"}})
                           .id("visitor");
        });
        world.at(out, [&world, visitor] {
            world.must("visitor.out", {{"visitor", *visitor}, {"person", "finn"}});
        });
    };
    for (int day = 0; day < DockWorld::days - 1; ++day) {
        for (auto left = world.random(1, 4); left > 0; --left) {
            const auto in = world.on(day, 8h) + world.between(0min, 8h);
            visits(in, in + world.between(10min, 4h));
        }
        visits(world.on(day, 19h), world.on(day, 21h + 59min));
    }
}

// When the site is closed the supervisor closes what was found and looked into.
void DockPeople::rounds() {
    auto& world = world_;
    for (int day = 0; day < DockWorld::days; ++day)
        world.at(world.on(day, 23h), [&world] {
            for (const auto& id : world.open_cases()) close_case(world, id);
        });
}

// An open cabinet is an alarm whoever opens it.
void DockPeople::technician() {
    auto& world = world_;
    const auto at = world.on(static_cast<int>(world.random(0, 5)), 10h) + world.between(0min, 5h);
    const auto to = at + world.between(5min, 20min);
    world.at(at, [&world] { world.lid(true); });
    world.at(to, [&world] { world.lid(false); });
    world.planted.push_back({.what = "a cabinet opened",
                             .from = at,
                             .to = at + 5s,
                             .signs = {alarm("cabinet-open", {"cabinet", "cab"})},
                             .besides = {}});
}

// Each device is silent now and then, mostly for seconds; the mains fail in a night, a camera does
// not record in another.
void DockPeople::noise() {
    auto& world = world_;
    for (const std::string device : {"io1", "io2", "rd1", "rf1", "cam1", "ups1"}) {
        auto at = world.start + world.between(2h, 60h);
        while (at < world.end - 3h) {
            const bool restarts = world.chance(20);
            const auto to =
                at + (world.chance(20) ? world.between(1min, 20min) : world.between(300ms, 20s));
            world.blind[device].push_back({at, to, "device"});
            world.at(at, [&world, device] { world.dies(device); });
            world.at(to, [&world, device, restarts] { world.lives(device, restarts); });
            at = to + world.between(5h, 90h);
        }
    }
    const auto night = world.on(static_cast<int>(world.random(1, 6)), 4h + 20min);
    world.at(night, [&world] { world.mains(false); });
    world.at(night + world.between(10s, 10min), [&world] { world.mains(true); });
    const auto other = world.on(static_cast<int>(world.random(1, 6)), 4h + 40min);
    world.at(other, [&world] { world.camera("c1", false); });
    world.at(other + world.between(10s, 10min), [&world] { world.camera("c1", true); });
}

}  // namespace sealwarden::sim
