#include "drivers/modbus/device.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <utility>

#include "drivers/profile/decode.hpp"

namespace sealwarden::modbus {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr auto identity_period = 60s;
constexpr std::string_view identity_group = "identity";
constexpr int identity_priority = 3;
constexpr auto say_again = 1s;  // reading.hpp: unchanged, at least so often

bool is_bits(Table table) {
    return table == Table::coil || table == Table::discrete_input;
}

std::size_t index_of(const Profile& profile, std::string_view name) {
    const auto found = std::find_if(profile.points.begin(), profile.points.end(),
                                    [&](const auto& point) { return point.name == name; });
    assert(found != profile.points.end());  // load_profile() has seen to it
    return static_cast<std::size_t>(found - profile.points.begin());
}

bool contains(const std::vector<std::size_t>& all, std::size_t one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

// The fastest period of the device: it bounds how soon a lonely device's silence must be told.
milliseconds fastest(const DeviceOptions& options) {
    auto least = options.period;
    for (const auto& group : options.profile->groups)
        if (group.period) least = std::min(least, *group.period);
    return least;
}

microseconds floor_for(const DeviceOptions& options, const BusOptions& bus) {
    if (bus.devices.size() > 1) return bus.timeout_floor;
    return std::max<microseconds>(bus.timeout_floor, fastest(options) / 2);
}

std::string printable(std::span<const std::uint8_t> bytes) {
    std::string text;
    for (const auto byte : bytes) {
        const bool plain = byte >= 0x20 && byte < 0x7F && byte != ';' && byte != '=';
        text += plain ? static_cast<char>(byte) : '?';
    }
    return text;
}

// 6.21: the objects of the basic and regular categories.
std::string object_name(unsigned id) {
    constexpr std::array<const char*, 7> names{
        "vendor", "product", "revision", "vendor-url", "product-name", "model", "application"};
    return id < names.size() ? names[id] : "object-" + std::to_string(id);
}

std::string text_of(const Value& value) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    return std::get<std::string>(value);
}

}  // namespace

Device::Device(const DeviceOptions& options, const BusOptions& bus, Uptime start)
    : id{options.id},
      unit{options.unit},
      profile{options.profile},
      round_trip{floor_for(options, bus), options.profile->timing.timeout},
      online_id_{options.id + "." + std::string{online_point}},
      identity_id_{options.id + "." + std::string{identity_point}} {
    report.device = id;
    report.bus = bus.id;
    report.unit = unit;
    for (const auto& point : profile->points)
        points.push_back({.id = id + "." + point.name, .profile = &point});
    plan(options, start);
}

void Device::plan(const DeviceOptions& options, Uptime start) {
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto& name = profile->points[i].name;
        points[i].used =
            options.points.empty() ||
            std::find(options.points.begin(), options.points.end(), name) != options.points.end();
        if (points[i].used) wanted.push_back(i);
    }
    const auto want = [&](std::size_t point) {
        if (!contains(wanted, point)) wanted.push_back(point);
    };
    for (const auto& name : profile->identity) want(index_of(*profile, name));

    std::vector<std::size_t> by_handshake;
    for (const auto& handshake : profile->handshakes) {
        HandshakeState state;
        state.profile = &handshake;
        state.when = index_of(*profile, handshake.when);
        for (const auto& name : handshake.read) state.points.push_back(index_of(*profile, name));
        if (handshake.echo) state.echo = index_of(*profile, *handshake.echo);
        const auto in_use = [&](std::size_t point) { return contains(wanted, point); };
        if (!in_use(state.when) && std::none_of(state.points.begin(), state.points.end(), in_use))
            continue;
        const auto write =
            std::find_if(profile->writes.begin(), profile->writes.end(),
                         [&](const auto& one) { return one.name == handshake.write; });
        assert(write != profile->writes.end());  // nothing else may ever be written
        state.write = {.unit = unit,
                       .function = write_function(write->table),
                       .address = write->address,
                       .count = 1,
                       .values = {handshake.value.value_or(0)}};
        want(state.when);
        by_handshake.insert(by_handshake.end(), state.points.begin(), state.points.end());
        handshakes.push_back(std::move(state));
    }
    std::erase_if(wanted, [&](auto point) { return contains(by_handshake, point); });

    for (const auto& read : plan_reads(*profile, wanted))
        items.push_back(make_item(read, options.period));
    if (profile->read_device_identification) {
        auto item = make_item({.group = std::string{identity_group}}, options.period);
        item.request = {.unit = unit, .function = Function::read_device_identification, .count = 1};
        item.identity = true;
        items.push_back(std::move(item));
    }
    for (auto& handshake : handshakes) {
        auto together = handshake.points;
        if (handshake.echo && !contains(together, *handshake.echo))
            together.push_back(*handshake.echo);
        for (const auto& read : plan_reads(*profile, together)) {
            handshake.items.push_back(items.size());
            items.push_back(make_item(read, options.period));
            items.back().scheduled = items.back().identity = false;
        }
    }
    for (auto& item : items) item.due = start;
}

Item Device::make_item(const PlannedRead& read, milliseconds own_period) const {
    Item item{.plan = read};
    const auto group = std::find_if(profile->groups.begin(), profile->groups.end(),
                                    [&](const auto& one) { return one.name == read.group; });
    const bool known = group != profile->groups.end();
    const bool slow = read.group == identity_group;
    item.priority = known ? group->priority : slow ? identity_priority : 0;
    item.period = known && group->period ? *group->period
                  : slow                 ? milliseconds{identity_period}
                                         : own_period;
    item.refresh = std::max<microseconds>(say_again, item.period) - item.period / 2;
    if (read.count > 0)
        item.request = {.unit = unit,
                        .function = read_function(read.table),
                        .address = read.address,
                        .count = read.count};
    for (const auto& name : profile->identity)
        if (contains(read.points, index_of(*profile, name))) item.identity = true;
    return item;
}

void Device::say(PointState& point, What what, std::optional<std::uint64_t> raw, Uptime at,
                 std::optional<Uptime> after, bool even_when_unchanged,
                 std::vector<Reading>& readings) {
    if (!even_when_unchanged && point.what == what) return;
    point.what = std::move(what);
    point.raw = raw;
    if (point.used)
        readings.push_back(
            {.point = point.id, .at = at, .what = *point.what, .after = after, .raw = raw});
}

void Device::say_online(bool online, Uptime at, std::vector<Reading>& readings) {
    readings.push_back({.point = online_id_,
                        .at = at,
                        .what = Value{online},
                        .after = last_online_look_,
                        .raw = std::nullopt});
    last_online_look_ = at;
    report.online = online;
}

std::vector<std::uint16_t> Device::registers_of(const Item& item, std::size_t point) const {
    const Answer answer{.data = item.image};
    const auto& wanted = profile->points[point];
    const auto offset = static_cast<std::size_t>(wanted.address - item.plan.address);
    if (is_bits(wanted.table)) return {answer.bit(offset) ? std::uint16_t{1} : std::uint16_t{0}};
    std::vector<std::uint16_t> words;
    words.reserve(wanted.registers);
    for (std::size_t i = 0; i < wanted.registers; ++i) words.push_back(answer.word(offset + i));
    return words;
}

void Device::take(Item& item, std::span<const std::uint8_t> data, Uptime at,
                  std::vector<Reading>& readings) {
    const bool same = item.image.size() == data.size() &&
                      std::memcmp(item.image.data(), data.data(), data.size()) == 0;
    const bool all = at >= item.refresh_at;
    if (!same)
        look_again(item, data, all, at, readings);
    else if (all)
        say_again_unchanged(item, at, readings);
    item.last_good = at;
    if (item.identity) note_identity(item, at, readings);
}

void Device::look_again(Item& item, std::span<const std::uint8_t> data, bool all, Uptime at,
                        std::vector<Reading>& readings) {
    if (item.identity &&
        !std::equal(item.image.begin(), item.image.end(), data.begin(), data.end()))
        identity_changed_ = true;
    item.image.assign(data.begin(), data.end());
    item.ever_good = true;
    if (all) item.refresh_at = at + item.refresh;
    if (!item.scheduled) return;  // its values count through the handshake only
    for (const auto index : item.plan.points) {
        const auto words = registers_of(item, index);
        say(points[index], decode(*points[index].profile, words),
            raw_of(*points[index].profile, words), at, item.last_good, all, readings);
    }
    if (all && &item == &items.front()) say_online(true, at, readings);
}

void Device::say_again_unchanged(Item& item, Uptime at, std::vector<Reading>& readings) {
    item.refresh_at = at + item.refresh;
    if (!item.scheduled) return;
    for (const auto index : item.plan.points) {
        const auto& point = points[index];
        if (point.used)
            readings.push_back({.point = point.id,
                                .at = at,
                                .what = *point.what,
                                .after = item.last_good,
                                .raw = point.raw});
    }
    if (&item == &items.front()) say_online(true, at, readings);
}

void Device::fail(Item& item, Fault fault, Uptime at, std::vector<Reading>& readings) {
    item.image.clear();
    item.identity_seen = false;
    const bool all = at >= item.refresh_at;
    if (all) item.refresh_at = at + item.refresh;
    if (!item.scheduled) return;
    for (const auto index : item.plan.points)
        say(points[index], fault, std::nullopt, at, item.last_good, all, readings);
}

std::size_t Device::probe_item() const {
    const auto better = [](const Item& a, const Item& b) {
        return std::pair{!a.ever_good, a.priority} < std::pair{!b.ever_good, b.priority};
    };
    return static_cast<std::size_t>(std::min_element(items.begin(), items.end(), better) -
                                    items.begin());
}

Request Device::probe() const {
    const auto& item = items[probe_item()];
    auto request = item.request;
    if (!item.plan.points.empty())
        request.count =
            std::max<std::uint16_t>(1, profile->points[item.plan.points.front()].registers);
    return request;
}

void Device::go_silent(Fault fault, Uptime at, std::vector<Reading>& readings) {
    const bool news = life != Life::silent;
    life = Life::silent;
    for (auto& handshake : handshakes) handshake.abort();
    for (auto& item : items) {
        fail(item, fault, at, readings);
        // What comes back may be another device: its identification is read from the beginning.
        if (item.request.function == Function::read_device_identification) item.request.address = 0;
    }
    if (!news) return;
    say_online(false, at, readings);
    if (!report.identity.empty())
        readings.push_back({.point = identity_id_,
                            .at = at,
                            .what = fault,
                            .after = identity_at_,
                            .raw = std::nullopt});
}

void Device::come_back(Uptime at, std::vector<Reading>& readings) {
    life = Life::online;
    for (auto& item : items) {
        item.due = at;
        item.off_grid = true;
        item.failed_rounds = 0;
        item.refused = false;
        item.identity_seen = false;
        item.image.clear();
    }
    identity_changed_ = true;
    say_online(true, at, readings);
}

bool Device::split(std::size_t index) {
    if (items[index].plan.points.empty()) return false;
    auto halves = bisect(*profile, items[index].plan);
    if (!halves) return false;
    const auto become = [&](Item& item, PlannedRead read) {
        item.request.address = read.address;
        item.request.count = read.count;
        item.identity = std::any_of(
            profile->identity.begin(), profile->identity.end(),
            [&](const auto& name) { return contains(read.points, index_of(*profile, name)); });
        item.plan = std::move(read);
        item.image.clear();
    };
    auto second = items[index];
    become(items[index], std::move(halves->first));
    become(second, std::move(halves->second));
    items.push_back(std::move(second));
    for (auto& handshake : handshakes)
        if (contains(handshake.items, index)) handshake.items.push_back(items.size() - 1);
    return true;
}

void Device::refuse(Item& item, Uptime at, std::vector<Reading>& readings) {
    item.refused = true;
    fail(item, Fault::refused, at, readings);
    if (item.plan.points.empty()) objects_.clear();
    identity_changed_ = true;
    if (item.identity) note_identity(item, at, readings);
}

bool Device::take_identification(Item& item, std::span<const std::uint8_t> data, Uptime at,
                                 std::vector<Reading>& readings) {
    // data: read code, conformity, more follows, next object, number, then id, length, bytes each.
    constexpr std::size_t head = 5;
    if (item.request.address == 0) objects_so_far_.clear();
    auto rest = data.subspan(head);
    while (rest.size() >= 2) {
        const std::size_t length = rest[1];
        if (!objects_so_far_.empty()) objects_so_far_ += ';';
        objects_so_far_ += object_name(rest[0]) + "=" + printable(rest.subspan(2, length));
        rest = rest.subspan(2 + length);
    }
    item.ever_good = true;
    item.last_good = at;
    // An object id that does not grow would be asked for ever.
    if (data[2] == 0xFF && data[3] > item.request.address) {
        item.request.address = data[3];
        return true;
    }
    item.request.address = 0;
    objects_ = std::exchange(objects_so_far_, {});
    identity_changed_ = true;
    note_identity(item, at, readings);
    return false;
}

// The identity is said when every part of it was read since it was said last.
void Device::note_identity(Item& item, Uptime at, std::vector<Reading>& readings) {
    item.identity_seen = true;
    const auto missing = [](const Item& one) {
        return one.identity && one.scheduled && !one.identity_seen;
    };
    if (std::any_of(items.begin(), items.end(), missing)) return;
    // Parts that are polled fast do not make an unchanged identity louder.
    if (identity_at_ && at < *identity_at_ + say_again && !identity_changed_) return;
    identity_changed_ = false;
    for (auto& one : items) one.identity_seen = false;
    report.identity = compose_identity();
    readings.push_back({.point = identity_id_,
                        .at = at,
                        .what = Value{report.identity},
                        .after = identity_at_,
                        .raw = std::nullopt});
    identity_at_ = at;
}

std::string Device::compose_identity() const {
    std::string text;
    for (const auto& name : profile->identity) {
        const auto& what = points[index_of(*profile, name)].what;
        const auto* value = what ? std::get_if<Value>(&*what) : nullptr;
        if (!text.empty()) text += ';';
        text += name + "=" + (value != nullptr ? text_of(*value) : "");
    }
    if (!objects_.empty()) text += (text.empty() ? "" : ";") + objects_;
    return text;
}

bool Device::is_true(std::size_t point) const {
    const auto& what = points[point].what;
    const auto* value = what ? std::get_if<Value>(&*what) : nullptr;
    const auto* flag = value != nullptr ? std::get_if<bool>(value) : nullptr;
    return flag != nullptr && *flag;
}

void Device::say_handshake(const HandshakeState& handshake, Uptime at,
                           std::vector<Reading>& readings) {
    for (const auto index : handshake.points) {
        const auto taken = std::find_if(handshake.taken.begin(), handshake.taken.end(),
                                        [&](const auto& one) { return one.point == index; });
        assert(taken != handshake.taken.end());
        const auto& point = *points[index].profile;
        say(points[index], decode(point, taken->registers), raw_of(point, taken->registers), at,
            items[handshake.items.front()].last_good, true, readings);
    }
}

void Device::say_written(const HandshakeState& handshake, Uptime at,
                         std::vector<Reading>& readings) {
    const auto& when = profile->points[handshake.when];
    const bool same_place = (when.table == Table::coil || when.table == Table::holding_register) &&
                            write_function(when.table) == handshake.write.function &&
                            when.address == handshake.write.address && when.registers <= 1;
    for (auto& item : items) {
        if (!item.scheduled || !contains(item.plan.points, handshake.when)) continue;
        item.image.clear();  // the next look at it is a new one
        if (!same_place) continue;
        const std::span<const std::uint16_t> written{handshake.write.values};
        say(points[handshake.when], decode(when, written), raw_of(when, written), at,
            item.last_good, false, readings);
    }
}

}  // namespace sealwarden::modbus
