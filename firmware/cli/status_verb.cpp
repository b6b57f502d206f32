#include <ostream>

#include "firmware/cli/broker.hpp"
#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;

std::string state_name(const json& state) {
    if (!state.at("good").get<bool>()) return "not_watched";
    const auto found = state.find("state");
    if (found == state.end() || found->is_null()) return "unknown";
    return found->is_string() ? found->get<std::string>() : found->dump();
}

// Of the configuration on disk; without a readable one, nothing is said about the broker.
std::optional<BrokerReport> broker_of(Context& context) {
    const auto& config = context.configuration().config;
    return config ? broker_report(*config) : std::nullopt;
}

Shown signing_text(Context& context, const json& signing) {
    const auto state = signing.at("state").get<std::string>();
    if (state == "not_commissioned") return context.paint("yellow", context.state(state));
    if (state == "held_back") {
        return context.paint("red", context.state(state)) + ": " + signing.at("why");
    }
    if (state == "waiting") {
        return context.paint("yellow", context.state(state)) + ", " +
               context.word("cli.waiting_for_broker");
    }
    auto text = context.paint("green", context.state(state)) + ", " +
                context.word("cli.epoch", {{"epoch", signing.at("epoch").dump()}});
    if (signing.at("clock_held_back").get<bool>()) {
        text = text + ", " + context.paint("yellow", context.word("cli.clock_not_believed")) +
               " (sealwarden clock trust)";
    }
    if (signing.at("old_key_left").get<bool>()) {
        text = text + ", " + context.paint("red", context.word("cli.old_key_left"));
    }
    return text;
}

void print(Context& context, const json& status, const json& state) {
    const auto broker = broker_of(context);
    if (context.json) {
        auto all = status;
        if (broker) all["broker"] = {{"good", broker->good}, {"text", broker->text}};
        all["states"] = state.at("states");
        all["alarm_list"] = state.at("alarms");
        context.print(all);
        return;
    }
    const auto& buses = status.at("buses");
    const auto& alarms = status.at("alarms");
    const auto& log = status.at("log");
    const auto& clock = status.at("clock");
    const auto& signing = status.at("signing");
    const bool log_good = log.at("health") == "good";
    const bool all_online = buses.at("devices") == buses.at("online");
    const bool quiet = alarms.at("total") == 0;
    Columns table{{context.word("row.gateway"),
                   status.at("site") + Shown{"/"} + status.at("gateway") + "  " +
                       context.word("cli.gateway",
                                    {{"version", status.at("version").get<std::string>()},
                                     {"up", duration(std::chrono::milliseconds{
                                                status.at("uptime_ms").get<std::int64_t>()})}})}};
    table.add({context.word("row.alarms"),
               context.paint(quiet ? "green" : "red", alarms.at("total")) + " (" +
                   context.word("cli.alarms", {{"open", alarms.at("unacknowledged").dump()},
                                               {"high", alarms.at("high").dump()}}) +
                   ")"});
    table.add({context.word("row.devices"),
               context.paint(all_online ? "green" : "red", buses.at("online")) + " " +
                   context.word("cli.devices", {{"devices", buses.at("devices").dump()}})});
    table.add({context.word("row.log"),
               context.paint(log_good ? "green" : "red",
                             context.state(log.at("health").get<std::string>())) +
                   ", " +
                   context.word("cli.log", {{"size", log.at("size").dump()},
                                            {"queued", log.at("queued").dump()}}) +
                   " " + log.at("why")});
    table.add({context.word("row.signing"), signing_text(context, signing)});
    table.add({context.word("row.clock"),
               clock.at("sync") == "none"
                   ? context.paint("yellow", context.state("not_synchronised"))
                   : Shown{context.word("cli.synchronised",
                                        {{"by", clock.at("sync").get<std::string>()}})}});
    for (const auto& front : status.at("fronts")) {
        table.add({context.word("row.front"),
                   front.at("name") + Shown{" "} +
                       context.state(front.at("state").get<std::string>()) + ", " +
                       context.word("cli.restarts", {{"count", front.at("restarts").dump()}})});
    }
    if (broker) {
        table.add({context.word("row.broker"),
                   context.paint(broker->good ? "green" : "red", broker->text)});
    }
    table.print(context.out);
    context.out << '\n';
    Columns things{context.heads({"what", "name", "state", "since"})};
    for (const auto& one : state.at("states")) {
        const auto& subject = one.at("subject");
        const auto since =
            WallTime{std::chrono::milliseconds{one.at("since_ts").get<std::int64_t>()}};
        const auto name = state_name(one);
        const bool blind = name == "unknown" || name == "not_watched";
        const auto text = context.state(name);
        things.add({context.state(subject.at("k").get<std::string>()),
                    context.name_of(subject.at("k"), subject.at("v")),
                    blind ? context.paint("yellow", text) : Shown{text}, local_time(since)});
    }
    things.print(context.out);
    context.out.flush();
}

void status(Context& context, bool watch) {
    auto client = context.connect();
    if (watch) client.start("watch");
    do {
        const auto now = client.call("status");
        const auto state = client.call("state");
        // On a terminal the picture is drawn in place; into a pipe each goes below the last.
        if (watch && context.terminal && !context.json) context.out << "\033[H\033[2J";
        print(context, now, state);
        // The next picture comes with the next change, or after a while for the ages.
        if (watch && client.next(context.longest_wait)) {
            // A burst is one picture, and an endless burst is still several.
            for (int line = 0; line < 50 && client.next(std::chrono::milliseconds{100}); ++line) {
            }
        }
    } while (watch && context.out && context.goes_on());
}

}  // namespace

void add_status(CLI::App& app, Context& context) {
    auto& verb = *app.add_subcommand("status", "How the gateway, its doors and alarms are");
    examples(verb, {{"sealwarden status", "all on one page"},
                    {"sealwarden status --watch", "again at every change, until Ctrl-C"}});
    const auto watch = std::make_shared<bool>(false);
    verb.add_flag("--watch", *watch, "again at every change, until Ctrl-C");
    add_json(verb, context);
    verb.callback([&context, watch] { status(context, *watch); });
}

void add_version(CLI::App& app, Context& context) {
    auto& verb = *app.add_subcommand("version", "The version of this program");
    examples(verb, {{"sealwarden version --json", "for a fleet's inventory"}});
    add_json(verb, context);
    verb.callback([&context] {
        if (context.json) {
            context.print({{"name", "sealwarden"}, {"version", context.version}});
        } else {
            context.out << "sealwarden " << context.version << '\n';
        }
    });
}

}  // namespace sealwarden::cli
