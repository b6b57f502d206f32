#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;

struct RawQuestion {
    std::string device, table = "holding_register";
    unsigned address = 0, count = 1;
};

Shown online(const Context& context, const json& device) {
    return device.at("online").get<bool>() ? context.paint("green", context.state("answers"))
                                           : context.paint("red", context.state("silent"));
}

std::string last_good(const Context& context, const json& device) {
    const auto& age = device.at("last_good_ms");
    return age.is_null() ? context.state("never")
                         : duration(std::chrono::milliseconds{age.get<std::int64_t>()});
}

void list(Context& context) {
    auto client = context.connect();
    const auto devices = client.call("buses").at("devices");
    if (context.json) {
        context.print({{"devices", devices}});
        return;
    }
    Columns table{context.heads({"bus", "device", "unit", "state", "last_answer", "good", "silent",
                                 "bad", "exceptions", "late", "why"})};
    for (const auto& device : devices) {
        table.add({device.at("bus"), device.at("device"), device.at("unit"),
                   online(context, device), last_good(context, device), device.at("exchanges"),
                   device.at("timeouts"), device.at("bad_answers"), device.at("exceptions"),
                   device.at("late_polls"), device.at("last_error")});
    }
    table.print(context.out);
}

// Silence about a mistyped bus would read as "no errors". A gateway that starts has no reports yet,
// so the configuration's buses count too.
void check_bus(Context& context, const json& devices, const std::string& bus) {
    std::vector<std::string> known;
    for (const auto& device : devices) known.push_back(device.at("bus"));
    if (const auto& config = context.configuration().config) {
        for (const auto& one : config->buses) {
            known.push_back(std::visit([](const auto& any) { return any.bus.id; }, one));
        }
    }
    if (std::ranges::find(known, bus) != known.end()) return;
    throw Failure{Exit::not_found, "there is no bus `" + bus + "`" +
                                       meant(bus, known, "; `sealwarden bus list` shows all")};
}

constexpr std::array<std::pair<const char*, const char*>, 3> watched_counts{
    {{"silent", "timeouts"}, {"bad", "bad_answers"}, {"exceptions", "exceptions"}}};

// A line for every device that goes on or off line or makes an error, and its rate.
void watch(Context& context, const std::string& only) {
    auto client = context.connect();
    if (!only.empty()) check_bus(context, client.call("buses").at("devices"), only);
    std::map<std::string, json> before;
    while (context.out && context.goes_on()) {
        const auto devices = client.call("buses").at("devices");
        for (const auto& device : devices) {
            const std::string id = device.at("device");
            if (!only.empty() && device.at("bus") != only) continue;
            const auto known = before.find(id);
            const auto counts = [](const json& d) {
                return std::array{d.at("online"), d.at("timeouts"), d.at("bad_answers"),
                                  d.at("exceptions")};
            };
            if (known != before.end() && counts(known->second) == counts(device)) continue;
            before[id] = device;
            if (context.json) {
                context.print(device);
                continue;
            }
            context.out << local_time(context.now()) << "  " << Shown{id} << "  "
                        << online(context, device);
            for (const auto& [head, count] : watched_counts) {
                context.out << "  " << context.word(std::string{"count."} + head) << ' '
                            << device.at(count);
            }
            context.out << "  " << Shown{device.at("last_error")} << std::endl;
        }
        // Device reports come once a second.
        (void)client.next(
            std::min<std::chrono::milliseconds>(std::chrono::seconds{1}, context.longest_wait));
    }
}

void read(Context& context, const RawQuestion& question) {
    auto client = context.connect();
    const auto registers = client
                               .call("read", {{"device", question.device},
                                              {"table", question.table},
                                              {"address", question.address},
                                              {"count", question.count}})
                               .at("registers");
    if (context.json) {
        context.print({{"device", question.device},
                       {"table", question.table},
                       {"address", question.address},
                       {"registers", registers}});
        return;
    }
    Columns table{context.heads({"address", "value", "hex"})};
    auto address = question.address;
    for (const auto& value : registers) {
        table.add(
            {std::to_string(address++), value, fmt::format("0x{:04x}", value.get<unsigned>())});
    }
    table.print(context.out);
}

void add_read(CLI::App& group, Context& context) {
    auto& verb = *group.add_subcommand("read", "Read registers once, through the running gateway");
    examples(verb, {{"sealwarden bus read io1 --table input_register --address 48 --count 2",
                     "two registers, addresses as on the wire, from 0"}});
    const auto question = std::make_shared<RawQuestion>();
    verb.add_option("DEVICE", question->device, "a device of the configuration")->required();
    verb.add_option("--table", question->table, "what kind of register")
        ->check(CLI::IsMember({"coil", "discrete_input", "input_register", "holding_register"}));
    verb.add_option("--address", question->address, "of the first")->check(CLI::Range(0, 65'535));
    verb.add_option("--count", question->count, "how many: at most 125 registers or 2000 bits")
        ->check(CLI::Range(1, 2000));
    add_json(verb, context);
    verb.callback([&context, question] { read(context, *question); });
}

}  // namespace

void add_bus(CLI::App& app, Context& context) {
    auto& group = *app.add_subcommand("bus", "Modbus lines and endpoints, and what hangs on them");
    examples(group, {{"sealwarden bus list", "who answers, and with how many errors"}});
    group.require_subcommand(1);

    auto& all = *group.add_subcommand("list", "Every device with its error counts");
    examples(all, {{"sealwarden bus list", "who answers, and with how many errors"},
                   {"sealwarden bus list --json", "with round trips and identity"}});
    add_json(all, context);
    all.callback([&context] { list(context); });

    auto& live = *group.add_subcommand("watch", "A line when a device errs or goes, until Ctrl-C");
    examples(live, {{"sealwarden bus watch", "shake the plugs and see which device errs"}});
    const auto only = std::make_shared<std::string>();
    live.add_option("BUS", *only, "this bus alone");
    add_json(live, context);
    live.callback([&context, only] { watch(context, *only); });

    add_read(group, context);
    add_scan(group, context);
}

}  // namespace sealwarden::cli
