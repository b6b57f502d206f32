#include "firmware/config/bus_load.hpp"

#include <algorithm>

#include "firmware/config/hardware.hpp"

namespace sealwarden::config {

modbus::BusPlan plan_of(const Bus& bus) {
    const auto* line = std::get_if<SerialBus>(&bus);
    return modbus::BusPlan{options_of(bus),
                           line != nullptr ? std::optional{line->serial} : std::nullopt};
}

std::vector<BusLoad> loads(const Config& config) {
    std::vector<PointId> urgent;
    const auto add = [&](const std::optional<PointId>& point) {
        if (point && !point->empty()) urgent.push_back(*point);
    };
    for (const auto& door : config.site.doors) {
        add(door.contact.point);
        add(door.contact.complement);
        if (door.tamper) add(door.tamper->point);
    }
    for (const auto& seal : config.site.seals)
        for (const auto& point : {seal.number, seal.present, seal.intact, seal.tamper}) add(point);

    std::vector<BusLoad> out;
    for (const auto& bus : config.buses) {
        const auto plan = plan_of(bus);
        BusLoad load{
            .bus = options_of(bus).id, .load = plan.load(), .load_one_dead = plan.load_one_dead()};
        for (const auto& point : urgent)
            load.worst_detection = std::max(load.worst_detection, plan.worst_detection(point));
        out.push_back(std::move(load));
    }
    return out;
}

}  // namespace sealwarden::config
