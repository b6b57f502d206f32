// Every check with its reason and its remedy; of use before the gateway runs.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "firmware/cli/anchors.hpp"
#include "firmware/cli/broker.hpp"
#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

enum class Level { ok, warn, fail };

struct Check {
    std::string what;
    Level level = Level::ok;
    std::string reason, remedy;  // no remedy when it is well
};

std::string_view word(Level level) {
    switch (level) {
        case Level::ok: return "ok";
        case Level::warn: return "warn";
        case Level::fail: return "fail";
    }
    return "?";
}

Shown painted(const Context& context, Level level) {
    return context.paint(level == Level::ok     ? "green"
                         : level == Level::warn ? "yellow"
                                                : "red",
                         context.state(std::string{word(level)}));
}

void check_configuration(Context& context, std::vector<Check>& checks) {
    const auto& loaded = context.configuration();
    std::size_t errors = 0, warnings = 0;
    for (const auto& finding : loaded.findings) {
        if (finding.severity == FileFinding::Severity::error) ++errors;
        if (finding.severity == FileFinding::Severity::warning) ++warnings;
    }
    const auto reason = fmt::format("{} errors, {} warnings", errors, warnings);
    if (errors > 0 || !loaded.config) {
        checks.push_back({"configuration", Level::fail, reason, "sealwarden config check"});
    } else if (warnings > 0) {
        checks.push_back({"configuration", Level::warn, reason, "sealwarden config check"});
    } else {
        checks.push_back({"configuration", Level::ok, reason, ""});
    }
}

void check_clock(std::vector<Check>& checks) {
    const auto sample = SystemClock{}.sample();
    if (sample.sync == "none") {
        checks.push_back({"clock", Level::warn, "the kernel's clock is not synchronised",
                          "timedatectl set-ntp true, or run chrony; times in the log are marked "
                          "as not synchronised until then"});
        return;
    }
    checks.push_back({"clock", Level::ok,
                      fmt::format("synchronised, error at most {} ms", sample.error_ms), ""});
}

void check_time_zone(const config::Config& config, std::vector<Check>& checks) {
    if (use_time_zone(config.time_zone)) {
        checks.push_back({"time zone", Level::ok, config.time_zone, ""});
    } else {
        checks.push_back({"time zone", Level::warn,
                          config.time_zone + " is not on this machine: times show as UTC",
                          "apt install tzdata"});
    }
}

void check_log(const config::Config& config, std::vector<Check>& checks) {
    const auto& directory = config.log_directory;
    std::error_code none;
    if (!fs::is_directory(directory, none)) {
        checks.push_back({"log directory", Level::fail, directory.string() + " does not exist",
                          "systemd makes it (StateDirectory=sealwarden); or: install -d -o "
                          "sealwarden -m 0750 " +
                              directory.string()});
        return;
    }
    const bool writable = ::access(directory.c_str(), W_OK) == 0;
    checks.push_back({"log directory", writable ? Level::ok : Level::warn,
                      directory.string() + (writable ? "" : " is not writable by you"),
                      writable ? "" : "run doctor as root or as the user sealwarden"});
    const auto space = fs::space(directory, none);
    if (none) return;
    // A site of 100 doors writes some 20 MB a day: 1 GiB is weeks, 100 MiB is days.
    const auto mib = space.available >> 20;
    const auto level = mib < 100 ? Level::fail : mib < 1024 ? Level::warn : Level::ok;
    checks.push_back(
        {"disk space", level, fmt::format("{} MiB free for the log", mib),
         level == Level::ok ? "" : "make room on the file system of " + directory.string()});
}

void check_serial(const modbus::SerialOptions& serial, std::vector<Check>& checks) {
    const auto what = "serial port " + serial.path;
    std::error_code none;
    if (!fs::exists(serial.path, none)) {
        checks.push_back({what, Level::fail, "is not there",
                          "plug the adapter in; ls /dev/serial/by-id shows the names"});
    } else if (::access(serial.path.c_str(), R_OK | W_OK) != 0) {
        checks.push_back({what, Level::warn, "you may not open it",
                          "the service may, when its user is in the group dialout: usermod -aG "
                          "dialout sealwarden"});
    } else if (serial.path.find("/by-id/") == std::string::npos) {
        checks.push_back({what, Level::warn, "its name may change after a replug",
                          "use its name under /dev/serial/by-id"});
    } else {
        checks.push_back({what, Level::ok, "may be opened", ""});
    }
}

void check_chip(const gpio::ChipOptions& chip, std::vector<Check>& checks) {
    const auto what = "GPIO chip " + chip.id;
    if (chip.chip.starts_with("sim:")) {
        checks.push_back({what, Level::ok, "is simulated", ""});
        return;
    }
    const auto path = chip.chip.starts_with('/') ? chip.chip : "/dev/" + chip.chip;
    std::error_code none;
    if (!fs::exists(path, none)) {
        checks.push_back({what, Level::warn, "there is no " + path + " (it may be a label)",
                          "gpiodetect lists the chips with their labels"});
    } else if (::access(path.c_str(), R_OK | W_OK) != 0) {
        checks.push_back({what, Level::warn, "you may not open " + path,
                          "the service may, when its user is in the group gpio"});
    } else {
        checks.push_back({what, Level::ok, path, ""});
    }
}

// Without a fault among 300 exchanges less than 1 % fail, with 95 % confidence (rule of three);
// three faults among fewer are more than 1 %.
constexpr std::uint64_t enough = 300, enough_bad = 3;

void check_device(const json& device, std::vector<Check>& checks) {
    const auto what = "device " + device.at("device").get<std::string>();
    const auto count = [&device](const char* key) { return device.at(key).get<std::uint64_t>(); };
    const auto bad = count("timeouts") + count("bad_answers");
    const auto all = count("exchanges") + bad;
    const auto exceptions = count("exceptions");
    const auto share = all > 0 ? static_cast<double>(bad) / static_cast<double>(all) : 0.0;
    const auto rates = fmt::format("{:.2f} % of its answers were lost or wrong", share * 100);
    const auto& last = device.at("last_error").get_ref<const std::string&>();
    if (!device.at("online").get<bool>() && all < enough_bad) {
        checks.push_back({what, Level::warn,
                          fmt::format("too early to say: it was asked {} times", all),
                          "ask again in a few seconds"});
    } else if (!device.at("online").get<bool>()) {
        checks.push_back({what, Level::fail, "does not answer. " + last,
                          "check its power, its wires and its unit number; sealwarden bus watch"});
    } else if (share > 0.01 && bad >= enough_bad) {
        checks.push_back({what, Level::warn, rates,
                          "check shield, termination (120 ohms at both ends) and rate"});
    } else if (exceptions > 0) {
        checks.push_back({what, Level::warn,
                          fmt::format("it refused {} questions. {}", exceptions, last),
                          "its profile may be of another model or firmware"});
    } else if (all < enough) {
        checks.push_back({what, Level::ok,
                          fmt::format("answers; too early to say how well: {} of {} answers were "
                                      "lost or wrong",
                                      bad, all),
                          ""});
    } else {
        checks.push_back({what, Level::ok, rates, ""});
    }
}

void check_signing(const json& signing, std::vector<Check>& checks) {
    const auto state = signing.at("state").get<std::string>();
    if (state == "not_commissioned") {
        checks.push_back({"signing", Level::warn, "the log is not commissioned",
                          "stop the gateway and run sealwarden commission"});
    } else if (state == "held_back") {
        checks.push_back({"signing", Level::fail, signing.at("why").get<std::string>(),
                          "bring back the log or the keys that belong together; or give this log "
                          "up: systemctl stop sealwarden; sealwarden log recover --reason TEXT"});
    } else if (signing.at("clock_held_back").get<bool>()) {
        checks.push_back({"signing", Level::warn, "the clock is ahead of what is believed",
                          "compare it with a clock you trust, then sealwarden clock trust"});
    } else if (signing.at("old_key_left").get<bool>()) {
        checks.push_back({"signing", Level::fail, "the key of a closed epoch is still on disk",
                          "the epoch state file must be writable by the gateway"});
    } else {
        checks.push_back({"signing", Level::ok, state, ""});
    }
}

bool is_active(const json& alarms, std::string_view kind) {
    return std::ranges::any_of(alarms, [&](const json& alarm) {
        return alarm.at("kind") == kind && alarm.at("active").get<bool>();
    });
}

// Do the log's heads leave the gateway? What nobody outside has seen can be changed unnoticed.
void check_outside(const config::Config& config, const json& status, const json& alarms,
                   std::vector<Check>& checks) {
    constexpr auto what = "heads outside";
    if (status.at("signing").at("state") != "signing") return;
    if (!config.mqtt && config.evidence.witnesses.empty()) {
        checks.push_back({what, Level::warn, "no road leads out: there is no broker and no witness",
                          "configure [mqtt] or [[evidence.witness]]; else keep what sealwarden "
                          "checkpoint show prints, somewhere else, every day"});
        return;
    }
    const auto& outside = status.at("outside");
    const auto seen =
        outside.is_null()
            ? "none was seen outside since the start"
            : fmt::format(
                  "one of {} entries was seen outside {} ago", outside.at("size").dump(),
                  duration(std::chrono::milliseconds{outside.at("ago_ms").get<std::int64_t>()}));
    const auto* remedy =
        "look at the broker and at the witnesses: sealwarden mqtt test, journalctl -u "
        "sealwarden-anchor";
    if (is_active(alarms, "heads-kept-in")) {
        checks.push_back({what, Level::fail, seen + ", longer than the sheet promises", remedy});
    } else if (outside.is_null()) {
        checks.push_back({what, Level::warn, seen, remedy});
    } else {
        checks.push_back({what, Level::ok, seen, ""});
    }
}

void check_gateway(Context& context, std::vector<Check>& checks) {
    try {
        local::Client client{context.socket_path()};
        const auto status = client.call("status");
        checks.push_back(
            {"gateway", Level::ok, "runs, version " + status.at("version").get<std::string>(), ""});
        const auto& log = status.at("log");
        const bool good = log.at("health") == "good";
        checks.push_back(
            {"log", good ? Level::ok : Level::fail,
             good ? log.at("size").dump() + " entries" : log.at("why").get<std::string>(),
             good ? "" : "make room, or replace the disk; watching is paused"});
        check_signing(status.at("signing"), checks);
        if (const auto& config = context.configuration().config) {
            check_outside(*config, status, client.call("state").at("alarms"), checks);
        }
        for (const auto& front : status.at("fronts")) {
            const bool runs = front.at("state") == "running";
            checks.push_back({"front " + front.at("name").get<std::string>(),
                              runs ? Level::ok : Level::warn,
                              front.at("state").get<std::string>() + ", restarted " +
                                  front.at("restarts").dump() + " times",
                              runs ? "" : "journalctl -u sealwarden"});
        }
        const auto devices = client.call("buses").at("devices");
        for (const auto& device : devices) check_device(device, checks);
    } catch (const local::Unreachable& error) {
        checks.push_back({"gateway", Level::fail, error.what(),
                          "systemctl start sealwarden; you must be in the group sealwarden"});
    }
}

void check_broker(const config::Config& config, std::vector<Check>& checks) {
    const auto broker = broker_report(config);
    if (!broker) return;
    checks.push_back({"broker", broker->good ? Level::ok : Level::warn, broker->text,
                      broker->good ? "" : "sealwarden mqtt test tries it, with the reason"});
}

Check check_of(const AnchorReport& anchor) {
    const auto what = "anchor " + anchor.name;
    switch (anchor.state) {
        case AnchorReport::State::good: return {what, Level::ok, anchor.text, ""};
        case AnchorReport::State::away:
            return {what, Level::warn, anchor.text,
                    "is it running, is its URL right, does it know this log's key? journalctl -u "
                    "sealwarden-anchor"};
        case AnchorReport::State::forgot:
            return {what, Level::warn, anchor.text,
                    "ask whoever keeps this witness whether its state was lost or put back from a "
                    "backup"};
        case AnchorReport::State::contradicts: break;
    }
    return {what, Level::fail, anchor.text,
            "keep this log as it is, and compare it with a checkpoint or a copy kept elsewhere: "
            "sealwarden log check --against FILE; look for a second gateway with these keys"};
}

void doctor(Context& context) {
    std::vector<Check> checks;
    check_configuration(context, checks);
    check_clock(checks);
    if (const auto& config = context.configuration().config) {
        check_time_zone(*config, checks);
        check_log(*config, checks);
        for (const auto& bus : config->buses) {
            if (const auto* serial = std::get_if<config::SerialBus>(&bus)) {
                check_serial(serial->serial, checks);
            }
        }
        for (const auto& chip : config->chips) check_chip(chip, checks);
    }
    check_gateway(context, checks);
    if (const auto& config = context.configuration().config) {
        check_broker(*config, checks);
        for (const auto& anchor : anchor_reports(*config)) checks.push_back(check_of(anchor));
        for (const auto& sentence : anchors_not_on_sheet(*config)) {
            checks.push_back({"sheet", Level::warn, sentence,
                              "configure what the sheet names, or commission anew and hand out the "
                              "new sheet"});
        }
    }
    const bool failed =
        std::ranges::any_of(checks, [](const Check& check) { return check.level == Level::fail; });
    if (failed) context.exit = Exit::failed;
    if (context.json) {
        auto list = json::array();
        for (const auto& check : checks) {
            list.push_back({{"check", check.what},
                            {"level", word(check.level)},
                            {"reason", check.reason},
                            {"remedy", check.remedy}});
        }
        context.print({{"ok", !failed}, {"checks", list}});
        return;
    }
    for (const auto& check : checks) {
        context.out << painted(context, check.level) << "  " << Shown{check.what} << ": "
                    << Shown{check.reason} << '\n';
        if (!check.remedy.empty()) context.out << "      " << Shown{check.remedy} << '\n';
    }
}

}  // namespace

void add_doctor(CLI::App& app, Context& context) {
    auto& verb = *app.add_subcommand("doctor", "What is wrong here, and how to put it right");
    examples(verb, {{"sealwarden doctor", "every check, with its remedy"},
                    {"sealwarden doctor --json", "for a fleet's inventory"}});
    add_json(verb, context);
    verb.callback([&context] { doctor(context); });
}

}  // namespace sealwarden::cli
