#include "firmware/config/hardware.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace sealwarden::config {

namespace {

// Ids of devices and GPIO chips: both stand before the dot of a point.
struct Ids {
    Once buses, devices, ports;
};

void refuse_keys(const Section& bus, std::initializer_list<std::string_view> keys,
                 std::string_view why, Findings& findings) {
    for (const auto key : keys)
        if (bus.has(key)) findings.error(bus.at(key), fmt::format("`{}` {}", key, why));
}

bool is_this_machine(std::string_view host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

modbus::BusOptions bus_options(const Section& bus, bool serial, Ids& ids, Profiles& profiles,
                               Points& points, Findings& findings) {
    modbus::BusOptions options{.id = bus.text("id")};
    Once units;
    for (const Section& section : bus.sections("device")) {
        const std::string id = section.text("id");
        ids.devices.check(id, section, "id", fmt::format("device or GPIO chip `{}`", id), findings);
        const std::int64_t unit = section.number("unit");
        units.check(std::to_string(unit), section, section.written("unit") ? "unit" : "id",
                    fmt::format("unit {} of bus `{}`", unit, options.id), findings);
        if (serial && (unit < 1 || unit > 247))
            findings.error(section.at("unit"),
                           fmt::format("a serial line has units 1 to 247, not {}", unit));
        auto profile = profiles.get(section, findings);
        if (!id.empty()) points.add_device(id, profile);
        options.devices.push_back({.id = id,
                                   .unit = static_cast<std::uint8_t>(unit),
                                   .profile = std::move(profile),
                                   .period = section.milliseconds("period_ms")});
    }
    return options;
}

modbus::Parity parity(const std::string& text) {
    if (text == "none") return modbus::Parity::none;
    return text == "odd" ? modbus::Parity::odd : modbus::Parity::even;
}

Bus read_bus(const Section& bus, Ids& ids, Profiles& profiles, Points& points, Findings& findings) {
    const std::string id = bus.text("id"), transport = bus.text("transport");
    ids.buses.check(id, bus, "id", fmt::format("bus `{}`", id), findings);
    const bool serial = transport == "rtu";
    auto options = bus_options(bus, serial, ids, profiles, points, findings);
    options.confirm_after_silence = transport != "tcp";  // RTU frames carry no transaction
    if (serial) {
        refuse_keys(bus, {"host", "port"}, "is for TCP; a serial bus has a `path`", findings);
        if (!bus.has("path"))
            findings.error(bus.at(), "`path` is missing: the serial port of this bus");
        ids.ports.check(bus.text("path"), bus, "path",
                        fmt::format("serial port {}", bus.text("path")), findings);
        return SerialBus{.serial = {.path = bus.text("path"),
                                    .baud = static_cast<int>(bus.number("baud")),
                                    .parity = parity(bus.text("parity")),
                                    .stop_bits = static_cast<int>(bus.number("stop_bits")),
                                    .rs485 = bus.flag("rs485")},
                         .bus = std::move(options)};
    }
    const std::string host = bus.text("host");
    if (!transport.empty()) {
        refuse_keys(bus, {"path", "baud", "parity", "stop_bits", "rs485"},
                    "is for serial lines; a TCP bus has a `host`", findings);
        if (!bus.has("host")) findings.error(bus.at(), "`host` is missing: the device's address");
        if (!host.empty())
            ids.ports.check(fmt::format("{}:{}", host, bus.number("port")), bus, "host",
                            fmt::format("{} port {}", host, bus.number("port")), findings);
        if (is_this_machine(host))
            findings.info(bus.at("host"),
                          "this address is the gateway itself: a simulated site or a tunnel");
    }
    return TcpBus{.tcp = {.host = host,
                          .port = static_cast<std::uint16_t>(bus.number("port")),
                          .rtu_framing = transport == "rtu-over-tcp"},
                  .bus = std::move(options)};
}

gpio::Bias bias(const std::string& text) {
    if (text == "none") return gpio::Bias::none;
    if (text == "pull-up") return gpio::Bias::pull_up;
    return text == "pull-down" ? gpio::Bias::pull_down : gpio::Bias::as_is;
}

gpio::ChipOptions read_chip(const Section& chip, Ids& ids, Points& points, Findings& findings) {
    gpio::ChipOptions options{.id = chip.text("id"),
                              .chip = chip.text("chip"),
                              .look_every = chip.milliseconds("look_every_ms")};
    ids.devices.check(options.id, chip, "id", fmt::format("device or GPIO chip `{}`", options.id),
                      findings);
    if (options.chip.starts_with("sim:")) findings.warning(chip.at("chip"), "simulated chip");
    if (!options.id.empty()) points.add_chip(options.id);
    Once lines, wires;
    for (const Section& section : chip.sections("line")) {
        gpio::LineOptions line{.id = section.text("id"),
                               .line_name = section.maybe_text("name"),
                               .active_low = section.text("active") == "low",
                               .bias = bias(section.text("bias")),
                               .output = section.text("direction") == "out"};
        if (section.has("offset")) line.offset = static_cast<unsigned>(section.number("offset"));
        lines.check(line.id, section, "id", fmt::format("line `{}`", line.id), findings);
        if (section.has("offset") == section.has("name"))
            findings.error(section.at(), section.has("name")
                                             ? "has both `offset` and `name`; keep one of them"
                                             : "needs `offset` or `name` to say which line it is");
        else if (line.offset)
            wires.check(std::to_string(*line.offset), section, "offset",
                        fmt::format("offset {} of chip `{}`", *line.offset, options.id), findings);
        else
            wires.check(*line.line_name, section, "name",
                        fmt::format("name `{}` of chip `{}`", *line.line_name, options.id),
                        findings);
        if (!line.id.empty() && !options.id.empty())
            points.add_line(options.id, line.id, line.output);
        options.lines.push_back(std::move(line));
    }
    return options;
}

std::vector<std::string> polled(const Profile& profile, std::vector<std::string> used) {
    std::set<std::string> all(used.begin(), used.end());
    for (const auto& handshake : profile.handshakes) {
        if (std::none_of(handshake.read.begin(), handshake.read.end(),
                         [&](const auto& name) { return all.contains(name); }))
            continue;
        all.insert(handshake.when);
        all.insert(handshake.read.begin(), handshake.read.end());
        if (handshake.echo) all.insert(*handshake.echo);
    }
    all.insert(profile.identity.begin(), profile.identity.end());
    return {all.begin(), all.end()};
}

// No reading at all for three of the slowest periods, and never less than 5 s, means that the
// driver is gone: it speaks at least every second or every period, whichever is longer.
std::chrono::milliseconds silent_after(const modbus::DeviceOptions& device,
                                       const std::vector<std::string>& used) {
    auto slowest = device.period;
    for (const auto& name : used) {
        const auto* point = device.profile->point(name);
        if (point == nullptr) continue;
        for (const auto& group : device.profile->groups)
            if (group.name == point->group && group.period)
                slowest = std::max(slowest, *group.period);
    }
    return std::max(std::chrono::milliseconds{5000}, 3 * slowest);
}

DeviceWatch watch(const std::string& id, const std::vector<std::string>& used) {
    DeviceWatch out{.id = id};
    for (const auto& name : used) out.points.emplace_back(id + "." + name);
    return out;
}

// A badge number is said when a badge comes, not every second: its silence tells nothing. Whether
// its reader is there is told by the points that are polled.
std::vector<std::string> polled_all_the_time(const Profile& profile,
                                             std::vector<std::string> used) {
    std::erase_if(used, [&](const std::string& name) {
        return std::any_of(
            profile.handshakes.begin(), profile.handshakes.end(), [&](const auto& one) {
                return std::find(one.read.begin(), one.read.end(), name) != one.read.end();
            });
    });
    return used;
}

}  // namespace

Hardware read_hardware(const Section& root, Profiles& profiles, Findings& findings) {
    Hardware out;
    Ids ids;
    for (const Section& bus : root.sections("bus"))
        out.buses.push_back(read_bus(bus, ids, profiles, out.points, findings));
    for (const Section& chip : root.sections("gpio"))
        out.chips.push_back(read_chip(chip, ids, out.points, findings));
    return out;
}

void fill_points(Config& config, const Points& points) {
    for (Bus& bus : config.buses)
        for (auto& device : options_of(bus).devices) {
            if (!device.profile) continue;
            const auto used = points.used(device.id);
            // A device that nothing uses yet is polled whole, so that its installer can watch it.
            if (!used.empty()) device.points = polled(*device.profile, used);
            config.site.devices.push_back(
                watch(device.id, polled_all_the_time(*device.profile, used)));
            config.site.devices.back().silent_after = silent_after(device, used);
        }
    for (const auto& chip : config.chips)
        config.site.devices.push_back(watch(chip.id, points.used(chip.id)));
}

const modbus::BusOptions& options_of(const Bus& bus) {
    return std::visit([](const auto& one) -> const modbus::BusOptions& { return one.bus; }, bus);
}

modbus::BusOptions& options_of(Bus& bus) {
    return std::visit([](auto& one) -> modbus::BusOptions& { return one.bus; }, bus);
}

}  // namespace sealwarden::config
