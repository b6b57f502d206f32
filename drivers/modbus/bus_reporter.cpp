#include "drivers/modbus/bus_reporter.hpp"

namespace sealwarden::modbus {

BusReporter::BusReporter(const BusOptions& options) : bus_{options.id} {
    for (const auto& device : options.devices)
        online_.emplace_back(PointId{device.id + "." + std::string{online_point}}, std::nullopt);
}

bool BusReporter::note_online(const std::vector<Reading>& readings) {
    bool changed = false;
    for (const auto& reading : readings) {
        const auto* value = reading.value();
        if (value == nullptr || !std::holds_alternative<bool>(*value)) continue;
        for (auto& [point, said] : online_) {
            if (point != reading.point) continue;
            const bool is = std::get<bool>(*value);
            changed = changed || said != is;
            said = is;
        }
    }
    return changed;
}

std::optional<BusReport> BusReporter::collect(Uptime now, std::vector<Reading>& readings,
                                              const Poller& poller, std::string_view link_error) {
    if (readings.empty() && now < due_) return std::nullopt;
    const bool changed = note_online(readings);
    BusReport report{.bus = bus_, .readings = std::move(readings), .devices = {}};
    readings.clear();
    if (changed || now >= due_) {
        report.devices = poller.report();
        if (!link_error.empty())
            for (auto& device : report.devices) device.last_error = link_error;
        due_ = now + interval;
    }
    return report;
}

}  // namespace sealwarden::modbus
