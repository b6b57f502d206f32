#include "drivers/modbus/bus_plan.hpp"

#include <algorithm>
#include <array>

#include "drivers/modbus/device.hpp"
#include "drivers/modbus/probing.hpp"
#include "drivers/modbus/reconnecting.hpp"
#include "drivers/modbus/serial_timing.hpp"

namespace sealwarden::modbus {
namespace {

using namespace std::chrono_literals;

constexpr auto tcp_round_trip = 2ms;
constexpr auto turnaround = 1ms;

std::size_t request_characters(const Request& request) {
    std::array<std::uint8_t, max_pdu> pdu{};
    return 1 + encode(request, pdu) + 2;
}

}  // namespace

BusPlan::BusPlan(const BusOptions& bus, std::optional<SerialOptions> serial)
    : options_{bus}, serial_{std::move(serial)}, probes_(bus.devices.size()) {
    for (std::size_t index = 0; index < options_.devices.size(); ++index) {
        if (!options_.devices[index].profile) continue;
        const Device device{options_.devices[index], options_, Uptime{}};
        for (const auto& item : device.items) {
            Read read{.device = index,
                      .request = item.request,
                      .cost = cost(item.request, device.profile->timing.gap),
                      .period = item.period,
                      .priority = item.priority,
                      .scheduled = item.scheduled,
                      .points = {}};
            for (const auto point : item.plan.points)
                read.points.push_back(device.profile->points[point].name);
            reads_.push_back(std::move(read));
        }
        if (!device.items.empty())
            probes_[index] = failed_cost(device.probe(), device.profile->timing);
    }
}

BusPlan::Microseconds BusPlan::cost(const Request& request, Microseconds gap) const {
    if (!serial_) return tcp_round_trip + gap;
    const auto& line = *serial_;
    const int bits = character_bits(line.parity != Parity::none, line.stop_bits);
    const Microseconds silence = frame_silence(line.baud);
    return std::max(silence, gap) + wire_time(request_characters(request), line.baud, bits) +
           silence + turnaround + wire_time(longest_answer(request), line.baud, bits);
}

// As SerialLine and TcpLink spend it: the line is drained until the answer's ceiling is over, the
// connection is made anew.
BusPlan::Microseconds BusPlan::failed_cost(const Request& request,
                                           const ProfileTiming& timing) const {
    const Microseconds gap = timing.gap, timeout = timing.timeout;
    if (!serial_) return gap + timeout + reconnect_first + tcp_round_trip;
    const auto& line = *serial_;
    const int bits = character_bits(line.parity != Parity::none, line.stop_bits);
    return std::max<Microseconds>(frame_silence(line.baud), gap) +
           wire_time(request_characters(request), line.baud, bits) + timeout +
           wire_time(longest_answer(request), line.baud, bits);
}

double BusPlan::load() const {
    double sum = 0;
    for (const auto& read : reads_)
        if (read.scheduled) sum += read.cost / std::max<Microseconds>(read.period, 1ms);
    return sum;
}

double BusPlan::load_one_dead() const {
    double worst = load();
    for (std::size_t index = 0; index < probes_.size(); ++index) {
        if (!probes_[index]) continue;
        double alive = 0;
        for (const auto& read : reads_)
            if (read.scheduled && read.device != index)
                alive += read.cost / std::max<Microseconds>(read.period, 1ms);
        const auto probe = std::chrono::ceil<std::chrono::microseconds>(*probes_[index]);
        worst = std::max(worst,
                         alive + *probes_[index] / Microseconds{probe_interval(probe, options_)});
    }
    return worst;
}

std::chrono::milliseconds BusPlan::worst_detection(PointId point) const {
    const auto itself = std::find_if(reads_.begin(), reads_.end(), [&](const Read& read) {
        return options_.devices[read.device].id == point.device() &&
               std::find(read.points.begin(), read.points.end(), point.point()) !=
                   read.points.end();
    });
    if (itself == reads_.end()) return 0ms;
    Microseconds round{}, wait{};
    for (const auto& read : reads_) {
        if (read.priority <= itself->priority)
            round += read.cost;
        else
            wait = std::max(wait, read.cost);
    }
    // The probe of a silent device is on the wire: nobody else is asked until it is over.
    for (std::size_t index = 0; index < probes_.size(); ++index)
        if (index != itself->device && probes_[index]) wait = std::max(wait, *probes_[index]);
    const auto worst = std::max(itself->period, round) + wait + round;
    return std::chrono::ceil<std::chrono::milliseconds>(worst);
}

}  // namespace sealwarden::modbus
