#include "firmware/core/zone.hpp"

#include <algorithm>

namespace sealwarden {

std::set<Subject> things_in(const ZoneOptions& zone, const SiteOptions& site) {
    std::set<Subject> things;
    const auto add = [&](const char* kind, const std::vector<std::string>& ids) {
        for (const auto& id : ids) things.insert({kind, id});
    };
    add("door", zone.doors);
    add("reader", zone.readers);
    add("reader", zone.exits);
    add("camera", zone.cameras);
    add("cabinet", zone.cabinets);
    add("light", zone.lights);
    add("power", zone.powers);
    const auto is_inside = [&](const std::string& door) {
        return std::ranges::find(zone.doors, door) != zone.doors.end();
    };
    for (const auto& seal : site.seals)
        if (seal.door && is_inside(*seal.door)) things.insert({"seal", seal.id});
    for (const auto& reader : site.readers)
        if (reader.door && is_inside(*reader.door)) things.insert({"reader", reader.id});
    for (const auto& camera : site.cameras)
        if (!camera.doors.empty() && std::ranges::all_of(camera.doors, is_inside))
            things.insert({"camera", camera.id});
    return things;
}

}  // namespace sealwarden
