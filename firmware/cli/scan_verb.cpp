// Who is on this line? Read-only questions: device identification (function 43/14), one register,
// and the registers that a profile of the library expects.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <ostream>

#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"

namespace sealwarden::cli {
namespace {

using modbus::OneAnswer;
using nlohmann::json;
using SteadyClock = std::chrono::steady_clock;

struct Options {
    std::string where, ids, parity = "even";
    int baud = 19200, timeout_ms = 200;
    std::uint16_t port = 502;
    bool rtu_over_tcp = false;
};

struct Found {
    int unit = 0;
    std::string identity;               // "vendor model 1.2"; empty: it does not say
    std::vector<std::string> profiles;  // that fit, the best first
};

bool is_serial(const Options& options) {
    return options.where.find('/') != std::string::npos;
}

// "1-247", "1,2,17-20".
std::vector<int> ids_of(const std::string& text) {
    std::vector<int> ids;
    const auto fail = [&text]() -> int {
        throw Failure{Exit::usage, "--ids `" + text + "` is no list like 1-10,17 within 0 to 255"};
    };
    const auto number = [&fail](std::string_view word) {
        int value = -1;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (error != std::errc{} || end != word.data() + word.size() || value < 0 || value > 255) {
            return fail();
        }
        return value;
    };
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(',', at), text.size());
        const auto part = std::string_view{text}.substr(at, end - at);
        const auto dash = part.find('-');
        const int first = number(part.substr(0, dash));
        const int last = dash == std::string_view::npos ? first : number(part.substr(dash + 1));
        for (int id = first; id <= last; ++id) ids.push_back(id);
        at = end + 1;
    }
    return ids;
}

modbus::WireOptions wire_of(const Options& options) {
    if (!is_serial(options)) {
        return modbus::TcpOptions{
            .host = options.where, .port = options.port, .rtu_framing = options.rtu_over_tcp};
    }
    const auto parity = options.parity == "none"  ? modbus::Parity::none
                        : options.parity == "odd" ? modbus::Parity::odd
                                                  : modbus::Parity::even;
    return modbus::SerialOptions{.path = options.where, .baud = options.baud, .parity = parity};
}

// Two masters on one line spoil each other's answers, so a polled line is left alone.
void refuse_polled(Context& context, const Options& options) {
    const auto& config = context.configuration().config;
    if (!config) return;
    const bool ours = std::ranges::any_of(config->buses, [&options](const config::Bus& bus) {
        if (const auto* serial = std::get_if<config::SerialBus>(&bus)) {
            std::error_code none;
            return serial->serial.path == options.where ||
                   std::filesystem::equivalent(serial->serial.path, options.where, none);
        }
        const auto& tcp = std::get<config::TcpBus>(bus).tcp;
        return tcp.host == options.where && tcp.port == options.port;
    });
    if (!ours) return;
    try {
        const local::Client running{context.socket_path()};
    } catch (const local::Unreachable&) {
        return;  // nobody polls it now
    }
    throw Failure{Exit::not_allowed,
                  "the running gateway polls " + options.where +
                      "; ask through it (`sealwarden bus list`, `sealwarden bus read`), or stop it "
                      "first (systemctl stop sealwarden)"};
}

modbus::Function reading(Table table) {
    switch (table) {
        case Table::coil: return modbus::Function::read_coils;
        case Table::discrete_input: return modbus::Function::read_discrete_inputs;
        case Table::input_register: return modbus::Function::read_input_registers;
        case Table::holding_register: return modbus::Function::read_holding_registers;
    }
    return modbus::Function::read_holding_registers;
}

// The texts of a device identification: 6.21 of the application protocol, object list.
std::string identity_of(const std::vector<std::uint8_t>& data) {
    constexpr std::size_t header = 5;  // code, conformity, more, next, count
    std::string text;
    for (std::size_t at = header; at + 2 <= data.size();) {
        const std::size_t size = data[at + 1];
        if (at + 2 + size > data.size()) break;
        if (!text.empty()) text += ' ';
        for (std::size_t i = 0; i < size; ++i) {
            const auto c = data[at + 2 + i];
            text += c >= 0x20 && c < 0x7F ? static_cast<char>(c) : '?';
        }
        at += 2 + size;
    }
    return text;
}

class Scan {
  public:
    Scan(Context& context, const Options& options)
        : timeout_{options.timeout_ms}, wire_{context.open_wire(wire_of(options))} {
        for (const auto& directory : context.sources().profiles) {
            std::error_code none;
            for (const auto& file : std::filesystem::directory_iterator{directory, none}) {
                if (file.path().extension() != ".toml") continue;
                if (auto loaded = load_profile(file.path()); loaded.profile) {
                    profiles_.push_back(std::move(*loaded.profile));
                }
            }
        }
    }

    std::optional<Found> look(int unit) {
        const auto said = ask(unit, modbus::Function::read_device_identification, 0, 1);
        const bool there =
            said.kind == OneAnswer::Kind::answer || said.kind == OneAnswer::Kind::exception;
        // Some devices keep silent at functions they do not know.
        if (!there && ask(unit, modbus::Function::read_holding_registers, 0, 1).kind ==
                          OneAnswer::Kind::silence) {
            return std::nullopt;
        }
        Found found{.unit = unit, .identity = {}, .profiles = {}};
        if (said.kind == OneAnswer::Kind::answer) found.identity = identity_of(said.data);
        found.profiles = fitting(unit);
        return found;
    }

  private:
    OneAnswer ask(int unit, modbus::Function function, std::uint16_t address, std::uint16_t count) {
        return wire_->ask({.unit = static_cast<std::uint8_t>(unit),
                           .function = function,
                           .address = address,
                           .count = count,
                           .values = {}},
                          timeout_);
    }

    // Profiles whose every point answers. More points are harder to answer by chance: best first.
    std::vector<std::string> fitting(int unit) {
        std::map<std::array<unsigned, 3>, bool> answered;
        const auto answers = [&](const PointProfile& point) {
            const std::array key{static_cast<unsigned>(point.table), unsigned{point.address},
                                 unsigned{point.registers}};
            const auto known = answered.find(key);
            if (known != answered.end()) return known->second;
            const auto answer = ask(unit, reading(point.table), point.address, point.registers);
            return answered[key] = answer.kind == OneAnswer::Kind::answer;
        };
        std::vector<const Profile*> fits;
        for (const auto& profile : profiles_) {
            if (std::ranges::all_of(profile.points, answers)) fits.push_back(&profile);
        }
        std::ranges::sort(fits, [](const Profile* a, const Profile* b) {
            return std::pair{b->points.size(), a->id} < std::pair{a->points.size(), b->id};
        });
        std::vector<std::string> names;
        for (const auto* one : fits) names.push_back(one->id);
        return names;
    }

    std::chrono::milliseconds timeout_;
    std::unique_ptr<modbus::OneShot> wire_;
    std::vector<Profile> profiles_;
};

void print_toml(std::ostream& out, const Options& options, const std::vector<Found>& all) {
    out << "[[bus]]\nid = \"scanned\"\n";
    if (is_serial(options)) {
        out << "transport = \"rtu\"\npath = \"" << options.where << "\"\nbaud = " << options.baud
            << "\nparity = \"" << options.parity << "\"\n";
    } else {
        out << "transport = \"" << (options.rtu_over_tcp ? "rtu-over-tcp" : "tcp")
            << "\"\nhost = \"" << options.where << "\"\nport = " << options.port << '\n';
    }
    for (const auto& one : all) {
        out << "\n  [[bus.device]]\n  id = \"unit" << one.unit << "\"\n  unit = " << one.unit
            << '\n';
        if (!one.identity.empty()) out << "  # it says: " << one.identity << '\n';
        if (one.profiles.empty()) {
            out << "  # profile = \"…\"   no profile of the library fits\n";
        } else {
            out << "  profile = \"" << one.profiles.front() << "\"\n";
        }
        for (std::size_t i = 1; i < one.profiles.size(); ++i) {
            out << "  # or: " << one.profiles[i] << '\n';
        }
    }
}

void scan(Context& context, const Options& options) {
    const auto ids = ids_of(!options.ids.empty() ? options.ids
                            : is_serial(options) ? "1-247"
                                                 : "1,255");
    refuse_polled(context, options);
    std::vector<Found> all;
    try {
        Scan line{context, options};
        const auto start = SteadyClock::now();
        auto said = start;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            if (auto found = line.look(ids[i])) all.push_back(std::move(*found));
            const auto now = SteadyClock::now();
            const auto pause = context.terminal ? std::chrono::milliseconds{200}
                                                : std::chrono::milliseconds{10'000};
            if (now - said < pause) continue;
            said = now;
            const std::chrono::duration<double> took = now - start;
            const double rate = static_cast<double>(i + 1) / took.count();
            context.err << (context.terminal ? "\r\033[K" : "")
                        << fmt::format("unit {}: {} found, {:.1f} units a second, {:.0f} s left",
                                       ids[i], all.size(), rate,
                                       static_cast<double>(ids.size() - i - 1) / rate)
                        << (context.terminal ? "" : "\n") << std::flush;
        }
        if (context.terminal) context.err << "\r\033[K";
    } catch (const modbus::WireError& error) {
        throw Failure{Exit::failed, error.what()};
    }
    if (context.json) {
        auto units = json::array();
        for (const auto& one : all) {
            units.push_back(
                {{"unit", one.unit}, {"identity", one.identity}, {"profiles", one.profiles}});
        }
        context.print({{"where", options.where}, {"asked", ids.size()}, {"units", units}});
    } else if (!all.empty()) {
        print_toml(context.out, options, all);
    }
    if (all.empty()) {
        context.exit = Exit::not_found;
        context.err << "nobody answers on " << options.where
                    << "; check the wires (A and B swapped?), the rate and the parity\n";
    }
}

}  // namespace

void add_scan(CLI::App& bus, Context& context) {
    auto& verb = *bus.add_subcommand("scan", "Find the devices of a line; reads only");
    examples(verb, {{"sealwarden bus scan /dev/ttyUSB0 --baud 19200 --ids 1-32",
                     "a serial line; prints a block for the configuration"},
                    {"sealwarden bus scan 192.0.2.10", "a Modbus TCP endpoint"}});
    const auto options = std::make_shared<Options>();
    verb.add_option("WHERE", options->where, "a serial port, or a host")->required();
    verb.add_option("--ids", options->ids, "units to ask: 1-247 (serial), 1,255 (TCP)")
        ->type_name("LIST");
    verb.add_option("--baud", options->baud, "rate of a serial line")->type_name("RATE");
    verb.add_option("--parity", options->parity, "of a serial line")
        ->check(CLI::IsMember({"none", "even", "odd"}));
    verb.add_option("--port", options->port, "of a TCP endpoint")->type_name("PORT");
    verb.add_flag("--rtu-over-tcp", options->rtu_over_tcp, "RTU frames through a serial server");
    verb.add_option("--timeout", options->timeout_ms, "for one answer")
        ->check(CLI::Range(10, 10'000))
        ->type_name("MS");
    add_json(verb, context);
    verb.callback([&context, options] { scan(context, *options); });
}

}  // namespace sealwarden::cli
