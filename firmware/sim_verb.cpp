#include "firmware/sim_verb.hpp"

#include <poll.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <nlohmann/json.hpp>

#include "firmware/cli/verbs.hpp"
#include "firmware/local/client.hpp"
#include "firmware/sim/simulation.hpp"

namespace sealwarden {
namespace {

namespace asio = boost::asio;
using cli::Exit;
using cli::Failure;

nlohmann::json to_json(const sim::Deed& deed) {
    nlohmann::json line{{"at_us", deed.at.time_since_epoch().count()}, {"what", deed.what}};
    if (!deed.say.empty()) line["say"] = deed.say;
    if (deed.subject) line["subject"] = {{"k", deed.subject->kind}, {"v", deed.subject->id}};
    if (deed.answer) {
        if (deed.answer->index) line["index"] = *deed.answer->index;
        if (!deed.answer->refusal.empty()) line["refused"] = deed.answer->refusal;
    }
    return line;
}

void print_deed(const cli::Context& context, const sim::Deed& deed) {
    if (context.json) {
        context.print(to_json(deed));
    } else {
        context.out << cli::Shown{deed.what};
        const auto key = "demo." + deed.say;
        if (!deed.say.empty())
            context.out << "   " << cli::Shown{has_text(key) ? context.word(key) : deed.say};
        if (deed.answer && !deed.answer->refusal.empty())
            context.out << "   " << cli::Shown{deed.answer->refusal};
        context.out << '\n';
    }
    context.out.flush();
}

// People of the scenario speak through the gateway's local door, as those at a console do.
std::optional<sim::Answer> ask(const std::filesystem::path& socket, const sim::Act& act) {
    try {
        local::Client door{socket};
        const auto done = door.call(
            "command", {{"command", act.name}, {"arguments", act.arguments}, {"channel", "sim"}});
        return sim::Answer{.index = done.at("index").get<std::uint64_t>(), .refusal = {}};
    } catch (const local::Refused& refused) {
        return sim::Answer{.index = std::nullopt, .refusal = refused.what()};
    } catch (const local::Unreachable&) {
        return std::nullopt;
    }
}

struct SimArguments {
    std::string scenario;
    double speed = 1;
    bool wait = false;
};

// Whether somebody wrote a line to us, or closed the other end.
bool was_told() {
    pollfd line{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    return ::poll(&line, 1, 0) > 0;
}

void simulate(cli::Context& context, const SimArguments& arguments) {
    const auto& site = context.valid_configuration();
    auto loaded = sim::load_scenario(arguments.scenario, site);
    for (const auto& finding : loaded.findings)
        context.err << cli::Shown{to_string(finding)} << '\n';
    if (!loaded.scenario) throw Failure{Exit::configuration, "the scenario was not played"};
    asio::io_context loop{1};
    const SystemClock clock;
    sim::Simulation simulation{
        loop, site, clock, [&](const sim::Deed& deed) { print_deed(context, deed); },
        [socket = context.socket_path(),
         waits = arguments.wait](const sim::Act& act) mutable -> std::optional<sim::Answer> {
            waits = waits && !was_told();
            return waits ? std::nullopt : ask(socket, act);
        }};
    simulation.play(std::move(*loaded.scenario), arguments.speed);
    asio::signal_set signals{loop, SIGTERM, SIGINT};
    signals.async_wait([&](boost::system::error_code, int) { loop.stop(); });
    loop.run();
}

}  // namespace

void add_sim(CLI::App& app, cli::Context& context) {
    auto* sim = app.add_subcommand("sim", "Simulate the site that a configuration describes");
    sim->require_subcommand(1);
    cli::examples(*sim, {{"sealwarden sim run config/demo/morning.toml --config site.toml",
                          "serve the site's devices and play a morning"}});
    auto* run =
        sim->add_subcommand("run", "Serve the configured buses and chips, and play a scenario");
    cli::examples(*run,
                  {{"sealwarden sim run config/demo/morning.toml --config site.toml --speed 10",
                    "ten times as fast"}});
    auto arguments = std::make_shared<SimArguments>();
    run->add_option("scenario", arguments->scenario, "What happens, as TOML")->required();
    run->add_option("--speed", arguments->speed, "How many times faster than it is written")
        ->check(CLI::PositiveNumber);
    run->add_flag("--wait", arguments->wait,
                  "People begin with a line on standard input, the scenario's time with them");
    cli::add_json(*run, context);
    run->callback([&context, arguments] { simulate(context, *arguments); });
}

}  // namespace sealwarden
