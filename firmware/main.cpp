// Floor 5: the verbs that start something; the others are in firmware/cli. Exceptions end here.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>

#include "firmware/anchor/front.hpp"
#include "firmware/camera/front.hpp"
#include "firmware/cli/verbs.hpp"
#include "firmware/console_verbs.hpp"
#include "firmware/diag.hpp"
#include "firmware/drop/front.hpp"
#include "firmware/fronts.hpp"
#include "firmware/gateway.hpp"
#include "firmware/mqtt/front.hpp"
#include "firmware/notify/front.hpp"
#include "firmware/service.hpp"
#include "firmware/sim_verb.hpp"
#include "firmware/site_time.hpp"
#include "firmware/version.hpp"
#include "firmware/witness_verbs.hpp"

namespace sealwarden {
namespace {
namespace asio = boost::asio;
using namespace std::chrono_literals;
using cli::Exit;
using cli::Failure;

bool has_anchors(const config::Config& config) {
    return !config.evidence.witnesses.empty() || config.evidence.time_stamps.has_value();
}

std::vector<FrontOptions> fronts_of(const config::Config& config, const cli::Context& context) {
    std::vector<FrontOptions> fronts;
    const auto add = [&](const std::string& name) {
        FrontOptions front{.name = name,
                           .arguments = {name, "run", "--socket", config.socket.string()}};
        if (context.config_file)
            front.arguments.insert(front.arguments.end(),
                                   {"--config", context.config_file->string()});
        fronts.push_back(std::move(front));
    };
    if (config.mqtt) add("mqtt");
    if (has_anchors(config)) add("anchor");
    if (!config.pictures.sources.empty()) add("camera");
    if (config.console) add("console");
    if (!config.drops.empty()) add("drop");
    if (!config.webhooks.empty()) add("notify");
    return fronts;
}

// `sealwarden run`: the gateway until a signal ends it.
class Daemon {
  public:
    Daemon(cli::Context& context, bool with_fronts)
        : context_{context},
          gateway_{loop_, configuration(context), clock_,
                   [this] { return fronts_ ? fronts_->report() : std::vector<local::Front>{}; }},
          signals_{loop_, SIGTERM, SIGINT, SIGHUP},
          watchdog_{loop_} {
        if (with_fronts) fronts_.emplace(loop_, fronts_of(gateway_.config(), context));
    }

    void run() {
        wait_for_signal();
        if (const auto period = service::alive_period()) feed_watchdog(*period);
        service::ready("watching " + gateway_.config().site.site);
        diag::info("gateway runs", {{"site", gateway_.config().site.site},
                                    {"gateway", gateway_.config().site.gateway},
                                    {"version", version},
                                    {"socket", gateway_.config().socket.string()}});
        loop_.run();
    }

  private:
    static config::Config configuration(cli::Context& context) {
        auto config = context.valid_configuration();
        use_site_zone(config.time_zone);
        if (context.socket) config.socket = *context.socket;
        return config;
    }

    void wait_for_signal() {
        signals_.async_wait([this](boost::system::error_code error, int signal) {
            if (error) return;
            if (signal == SIGHUP) {
                reload();
                wait_for_signal();
            } else {
                stop(signal == SIGINT ? "SIGINT" : "SIGTERM");
            }
        });
    }

    void reload() {
        service::reloading();
        auto loaded = config::load(context_.sources());
        if (loaded.config)
            take(std::move(*loaded.config));
        else
            refuse(loaded.findings);
        service::ready("watching " + gateway_.config().site.site);
    }

    void take(config::Config config) {
        if (const auto why = gateway_.reload(std::move(config)); !why.empty()) {
            diag::error("configuration refused", {{"why", why}});
            return;
        }
        if (fronts_) fronts_->set(fronts_of(gateway_.config(), context_));
        diag::info("configuration taken", {{"hash", gateway_.config().hash}});
    }

    void refuse(const std::vector<FileFinding>& findings) {
        std::string first;
        for (const auto& finding : findings) {
            if (finding.severity != FileFinding::Severity::error) continue;
            diag::error("configuration refused", {{"finding", to_string(finding)}});
            if (first.empty()) first = to_string(finding);
        }
        gateway_.reload_refused(first);
    }

    // The last word of the fronts goes out while the door is still open, then the log is closed.
    void stop(const std::string& reason) {
        service::stopping();
        diag::info("gateway ends", {{"reason", reason}});
        const auto close = [this, reason] {
            gateway_.shut_down(reason, [this] { loop_.stop(); });
            watchdog_.expires_after(2s);
            watchdog_.async_wait([this](boost::system::error_code error) {
                if (!error) loop_.stop();
            });
        };
        if (fronts_)
            fronts_->stop(close);
        else
            close();
    }

    void feed_watchdog(std::chrono::microseconds period) {
        watchdog_.expires_after(period);
        watchdog_.async_wait([this, period](boost::system::error_code error) {
            if (error) return;
            if (gateway_.has_progressed())
                service::alive();
            else
                diag::error("a thread does not move, the watchdog is not fed");
            feed_watchdog(period);
        });
    }

    cli::Context& context_;
    SystemClock clock_;
    asio::io_context loop_{1};
    Gateway gateway_;
    std::optional<Fronts> fronts_;
    asio::signal_set signals_;
    asio::steady_timer watchdog_;
};

void add_run(CLI::App& app, cli::Context& context) {
    auto* run = app.add_subcommand(
        "run", "Run the gateway until SIGTERM or Ctrl-C; SIGHUP reloads the configuration");
    cli::examples(*run, {{"sealwarden run --config site.toml", "run with one file"}});
    auto no_fronts = std::make_shared<bool>(false);
    run->add_flag("--no-fronts", *no_fronts,
                  "Start no fronts: under systemd each is a unit of its own");
    run->callback([&context, no_fronts] {
        try {
            Daemon{context, !*no_fronts && !service::is_unit()}.run();
        } catch (const eventlog::AlreadyRunning& error) {
            throw Failure{Exit::try_again, error.what()};
        }
    });
}

const config::Config& with_broker(cli::Context& context) {
    const auto& config = context.valid_configuration();
    if (!config.mqtt)
        throw Failure{Exit::configuration, "the configuration names no broker: add [mqtt] url"};
    return config;
}

void add_mqtt(CLI::App& app, cli::Context& context) {
    auto* mqtt = app.add_subcommand("mqtt", "The broker's side");
    mqtt->require_subcommand(1);
    cli::examples(*mqtt,
                  {{"sealwarden mqtt test", "connect as configured and send one message round"}});
    auto* run = mqtt->add_subcommand(
        "run", "Publish the log, states and alarms until SIGTERM; `run` starts it by itself");
    cli::examples(*run, {{"sealwarden mqtt run --config site.toml",
                          "publish what the gateway behind the local door records"}});
    run->callback([&context] {
        context.exit =
            static_cast<Exit>(run_mqtt_front(with_broker(context), context.socket_path()));
    });
    auto* test = mqtt->add_subcommand(
        "test", "Connect as configured, send one message round, say what was negotiated");
    cli::examples(*test, {{"sealwarden mqtt test --config site.toml",
                           "does the broker take and return what we publish"}});
    cli::add_json(*test, context);
    test->callback([&context] {
        context.exit = static_cast<Exit>(test_mqtt(with_broker(context), context.json));
    });
}

void run_anchor(cli::Context& context) {
    const auto& config = context.valid_configuration();
    if (!has_anchors(config))
        throw Failure{Exit::configuration,
                      "the configuration names nobody who vouches for the log: add "
                      "[[evidence.witness]] or [evidence.time_stamps]"};
    context.exit = static_cast<Exit>(run_anchor_front(config, context.socket_path()));
}

void add_anchor(CLI::App& app, cli::Context& context) {
    auto* anchor = app.add_subcommand("anchor", "Those outside who vouch for the log");
    anchor->require_subcommand(1);
    cli::examples(*anchor,
                  {{"sealwarden anchor run --config site.toml", "ask witnesses and time stamps"}});
    auto* run = anchor->add_subcommand("run",
                                       "Bring the log's heads to witnesses and a time-stamp "
                                       "authority until SIGTERM; `run` starts it by itself");
    cli::examples(*run, {{"sealwarden anchor run --config site.toml",
                          "for the gateway behind the local door"}});
    run->callback([&context] { run_anchor(context); });
}

void run_camera(cli::Context& context) {
    const auto& config = context.valid_configuration();
    if (config.pictures.sources.empty())
        throw Failure{Exit::configuration,
                      "no camera has a picture: add picture_url or stored_url to a [[camera]]"};
    context.exit = static_cast<Exit>(run_camera_front(config, context.socket_path()));
}

// The noun is there already, of the verbs that look at cameras and of its acts.
void add_camera_run(CLI::App& app, cli::Context& context) {
    auto* run = app.get_subcommand("camera")->add_subcommand(
        "run", "Take pictures and keep them until SIGTERM; `run` starts it by itself");
    cli::examples(*run, {{"sealwarden camera run --config site.toml",
                          "for the gateway behind the local door"}});
    run->callback([&context] { run_camera(context); });
}

void run_drop(cli::Context& context) {
    const auto& config = context.valid_configuration();
    if (config.drops.empty())
        throw Failure{Exit::configuration,
                      "the configuration names no folder: add `drop` to [dock] or [access]"};
    context.exit = static_cast<Exit>(run_drop_front(config, context.socket_path()));
}

void add_drop(CLI::App& app, cli::Context& context) {
    auto* drop = app.add_subcommand("drop", "Folders that others put files into");
    drop->require_subcommand(1);
    cli::examples(*drop, {{"sealwarden drop run --config site.toml", "take the files"}});
    auto* run = drop->add_subcommand(
        "run",
        "Bring the files of the drop folders to the gateway until SIGTERM; `run` starts it by "
        "itself");
    cli::examples(*run, {{"sealwarden drop run --config site.toml",
                          "for the gateway behind the local door"}});
    run->callback([&context] { run_drop(context); });
}

void run_notify(cli::Context& context) {
    const auto& config = context.valid_configuration();
    if (config.webhooks.empty())
        throw Failure{Exit::configuration, "the configuration names no [[webhook]]"};
    context.exit = static_cast<Exit>(run_notify_front(config, context.socket_path()));
}

void add_notify(CLI::App& app, cli::Context& context) {
    auto* notify = app.add_subcommand("notify", "Those outside who are told of alarms");
    notify->require_subcommand(1);
    cli::examples(*notify, {{"sealwarden notify run --config site.toml", "tell the webhooks"}});
    auto* run = notify->add_subcommand(
        "run", "Tell the configured webhooks of alarms until SIGTERM; `run` starts it by itself");
    cli::examples(*run, {{"sealwarden notify run --config site.toml",
                          "for the gateway behind the local door"}});
    run->callback([&context] { run_notify(context); });
}

// A standard descriptor that is closed would be the next socket's or file's, and what is printed
// would go there. What stands in for it fails at the wrong direction, so lost output is still told.
void keep_standard_descriptors() {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(descriptor, F_GETFD) >= 0) continue;
        // The lowest free one is this one: those below are open.
        static_cast<void>(::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
    }
}

}  // namespace
}  // namespace sealwarden

int main(int argc, char** argv) {
    using namespace sealwarden;
    keep_standard_descriptors();
    std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of that write, not the end
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of that write too
    cli::Context context{std::cout, std::cerr};
    context.version = version;
    context.terminal = ::isatty(STDOUT_FILENO) == 1;
    context.colour = context.terminal && std::getenv("NO_COLOR") == nullptr;
    context.language = cli::language_of_environment();
    context.now = [] { return SystemClock{}.sample().wall; };
    CLI::App app{"Sealwarden: a physical-security gateway for warehouses", "sealwarden"};
    cli::add_verbs(app, context);
    add_run(app, context);
    add_sim(app, context);
    add_mqtt(app, context);
    add_anchor(app, context);
    add_camera_run(app, context);
    add_console(app, context);
    add_drop(app, context);
    add_notify(app, context);
    add_witness(app, context);
    return cli::run(app, context, argc, argv);
}
