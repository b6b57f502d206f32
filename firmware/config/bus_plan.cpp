#include "firmware/config/bus_plan.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "firmware/config/hardware.hpp"

namespace sealwarden::config {

namespace {

using namespace std::chrono_literals;
using Microseconds = BusPlan::Microseconds;

constexpr Microseconds tcp_round_trip = 2ms;
constexpr Microseconds turnaround = 1ms;
constexpr int request_characters = 8, answer_overhead = 5;

bool is_bits(Table table) {
    return table == Table::coil || table == Table::discrete_input;
}

Microseconds character(const modbus::SerialOptions& serial) {
    const int bits = 1 + 8 + (serial.parity == modbus::Parity::none ? 0 : 1) + serial.stop_bits;
    return Microseconds{bits * 1e6 / std::max(serial.baud, 1)};
}

Microseconds cost(const std::optional<modbus::SerialOptions>& serial, Table table,
                  unsigned quantity, Microseconds gap) {
    if (!serial) return tcp_round_trip + gap;
    const Microseconds one = character(*serial);
    const Microseconds silence = serial->baud > 19200 ? Microseconds{1750} : 3.5 * one;
    const unsigned data = is_bits(table) ? (quantity + 7) / 8 : 2 * quantity;
    return (request_characters + answer_overhead + static_cast<double>(data)) * one + silence +
           std::max(silence, gap) + turnaround;
}

}  // namespace

BusPlan::BusPlan(const Bus& bus) : options_(options_of(bus)) {
    if (const auto* line = std::get_if<SerialBus>(&bus)) serial_ = line->serial;
    for (std::size_t i = 0; i < options_.devices.size(); ++i)
        if (options_.devices[i].profile) plan_device(i);
}

void BusPlan::plan_device(std::size_t index) {
    const auto& device = options_.devices[index];
    const Profile& profile = *device.profile;
    std::map<std::pair<std::string, Table>, std::vector<const PointProfile*>> groups;
    for (const auto& point : profile.points)
        if (device.points.empty() || std::find(device.points.begin(), device.points.end(),
                                               point.name) != device.points.end())
            groups[{point.group, point.table}].push_back(&point);

    for (auto& [key, points] : groups) {
        std::sort(points.begin(), points.end(),
                  [](const auto* a, const auto* b) { return a->address < b->address; });
        Read read{.device = index, .period = device.period};
        for (const auto& group : profile.groups)
            if (group.name == key.first) {
                read.period = group.period.value_or(device.period);
                read.priority = group.priority;
            }
        const unsigned limit =
            is_bits(key.second) ? profile.timing.max_bits : profile.timing.max_registers;
        const unsigned gap = profile.timing.block_reads_lie ? 0 : profile.timing.max_gap;
        unsigned begin = points.front()->address, end = begin;
        const auto close = [&] {
            read.cost = cost(serial_, key.second, end - begin, profile.timing.gap);
            reads_.push_back(read);
            read.points.clear();
        };
        for (const auto* point : points) {
            const unsigned first = point->address, last = first + point->registers;
            if (first > end + gap || last - begin > limit) {
                if (!read.points.empty()) close();
                begin = first;
                end = first;
            }
            end = std::max(end, last);
            read.points.push_back(point->name);
        }
        close();
    }
}

double BusPlan::load() const {
    double sum = 0;
    for (const auto& read : reads_) sum += read.cost / std::max(read.period, 1ms);
    return sum;
}

double BusPlan::load_one_dead() const {
    double worst = load();
    for (std::size_t i = 0; i < options_.devices.size(); ++i) {
        if (!options_.devices[i].profile) continue;
        double alive = 0;
        for (const auto& read : reads_)
            if (read.device != i) alive += read.cost / std::max(read.period, 1ms);
        const double probes = Microseconds{options_.devices[i].profile->timing.timeout} /
                              Microseconds{options_.probe_at_least};
        worst = std::max(worst, alive + std::max(options_.dead_share, probes));
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
        // The probe of a silent device is on the wire: nobody else is asked until it timed out.
        if (read.device != itself->device)
            wait = std::max(
                wait,
                read.cost + Microseconds{options_.devices[read.device].profile->timing.timeout});
    }
    const Microseconds worst = std::max(Microseconds{itself->period}, round) + wait + round;
    return std::chrono::ceil<std::chrono::milliseconds>(worst);
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
        const BusPlan plan(bus);
        BusLoad load{
            .bus = options_of(bus).id, .load = plan.load(), .load_one_dead = plan.load_one_dead()};
        for (const auto& point : urgent)
            load.worst_detection = std::max(load.worst_detection, plan.worst_detection(point));
        out.push_back(std::move(load));
    }
    return out;
}

}  // namespace sealwarden::config
