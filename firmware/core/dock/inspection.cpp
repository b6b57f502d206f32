#include "firmware/core/dock/inspection.hpp"

#include <algorithm>
#include <array>

#include "firmware/core/alarms.hpp"

namespace sealwarden {
namespace {

constexpr std::size_t longest_echo = 40;

constexpr std::string_view portal = "CTPAT criteria 5.3 as the programme's portal lists them";

constexpr std::array container_points{
    InspectionPoint{"Front wall", "Pared frontal"},
    InspectionPoint{"Left side", "Lado izquierdo"},
    InspectionPoint{"Right side", "Lado derecho"},
    InspectionPoint{"Floor", "Piso"},
    InspectionPoint{"Ceiling and roof", "Techo interior y exterior"},
    InspectionPoint{"Inside and outside doors, lock mechanisms",
                    "Puertas por dentro y por fuera, mecanismos de cierre"},
    InspectionPoint{"Outside and undercarriage", "Exterior y chasis"},
};

constexpr std::array reefer_points{
    container_points[0], container_points[1],
    container_points[2], container_points[3],
    container_points[4], container_points[5],
    container_points[6], InspectionPoint{"Fan housing", "Caja del ventilador"},
};

// The older list of 17 (engine, drive shaft, air tanks …) is still about; this is the present one:
// 7 of the tractor and 10 of the trailer.
constexpr std::array tractor_trailer_points{
    InspectionPoint{"Tractor: bumper, tires, rims", "Tractor: defensa, llantas, rines"},
    InspectionPoint{"Tractor: doors, tool compartments, locks",
                    "Tractor: puertas, compartimentos de herramienta, cerraduras"},
    InspectionPoint{"Tractor: battery box", "Tractor: caja de baterías"},
    InspectionPoint{"Tractor: air breather", "Tractor: filtro de aire"},
    InspectionPoint{"Tractor: fuel tanks", "Tractor: tanques de combustible"},
    InspectionPoint{"Tractor: cab and sleeper interior", "Tractor: interior de cabina y camarote"},
    InspectionPoint{"Tractor: fairing and roof", "Tractor: deflector y techo"},
    InspectionPoint{"Trailer: fifth-wheel area, skid plate",
                    "Remolque: zona de la quinta rueda, placa de deslizamiento"},
    InspectionPoint{"Trailer: exterior front and sides", "Remolque: frente y costados exteriores"},
    InspectionPoint{"Trailer: rear bumper and doors", "Remolque: defensa trasera y puertas"},
    InspectionPoint{"Trailer: front wall", "Remolque: pared frontal"},
    InspectionPoint{"Trailer: left side", "Remolque: lado izquierdo"},
    InspectionPoint{"Trailer: right side", "Remolque: lado derecho"},
    InspectionPoint{"Trailer: floor", "Remolque: piso"},
    InspectionPoint{"Trailer: ceiling and roof", "Remolque: techo interior y exterior"},
    InspectionPoint{"Trailer: inside and outside doors, locks",
                    "Remolque: puertas por dentro y por fuera, cerraduras"},
    InspectionPoint{"Trailer: outside and undercarriage", "Remolque: exterior y chasis"},
};

constexpr std::array lists{
    InspectionList{"container-7", "1", portal, container_points},
    InspectionList{"reefer-8", "1", portal, reefer_points},
    InspectionList{"tractor-trailer-17", "1", portal, tractor_trailer_points},
};

std::string quoted(std::string_view text) {
    return "`" + bounded(std::string{text}, longest_echo) + "`";
}

bool holds(const std::vector<std::string>& list, const std::string& point) {
    return std::ranges::find(list, point) != list.end();
}

}  // namespace

std::span<const InspectionList> inspection_lists() {
    return lists;
}

const InspectionList* inspection_list(std::string_view id) {
    const auto found = std::ranges::find(lists, id, &InspectionList::id);
    return found == lists.end() ? nullptr : &*found;
}

std::variant<Inspection, std::string> inspection_of(std::string_view list,
                                                    const std::vector<std::string>& failed,
                                                    const std::vector<std::string>& skipped) {
    const auto* known = inspection_list(list);
    if (known == nullptr)
        return "there is no list " + quoted(list) +
               "; there are container-7, reefer-8 and tractor-trailer-17";
    std::vector<std::string> points;
    for (std::size_t i = 1; i <= known->points.size(); ++i) points.push_back(std::to_string(i));
    for (const auto* named : {&failed, &skipped})
        for (const auto& point : *named)
            if (!holds(points, point))
                return quoted(point) + " is no point of " + std::string{list} + ": they are 1 to " +
                       points.back();
    for (const auto& point : failed)
        if (holds(skipped, point)) return "point " + point + " cannot be failed and not looked at";

    Inspection inspection;
    inspection.list = known->id;
    inspection.version = known->version;
    for (const auto& point : points) {
        if (holds(failed, point)) inspection.failed.push_back(point);
        if (holds(skipped, point))
            inspection.skipped.push_back(point);
        else
            inspection.areas.push_back(point);
    }
    return inspection;
}

}  // namespace sealwarden
