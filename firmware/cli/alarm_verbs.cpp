#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "firmware/cli/times.hpp"
#include "firmware/cli/verbs.hpp"
#include "firmware/inquiry/instructions.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;

std::string time_of(const json& epoch_ms) {
    if (epoch_ms.is_null()) return "-";
    return local_time(WallTime{std::chrono::milliseconds{epoch_ms.get<std::int64_t>()}});
}

// One that is set aside asks for nothing, however it stands.
std::string state_words(const Context& context, const json& alarm) {
    const std::string aside = alarm.at("set_aside");
    if (aside == "none") return context.state(alarm.at("state"));
    const auto& until = alarm.at("until_ts");
    if (until.is_null()) return context.state(aside);
    return text(context.language, "cli.shelved_until", {{"time", time_of(until)}});
}

std::string sentence(Context& context, const json& alarm) {
    const auto& source = alarm.at("source");
    const auto key = "alarm." + alarm.at("kind").get<std::string>();
    return text(
        context.language, has_text(key) ? key : "alarm.other",
        {{"name", context.name_of(source.at("k"), source.at("v"))}, {"kind", alarm.at("kind")}});
}

Shown painted(const Context& context, const json& alarm) {
    const std::string priority = alarm.at("prio");
    return context.paint(priority == "high"     ? "red"
                         : priority == "medium" ? "yellow"
                                                : "dim",
                         context.state(priority));
}

json alarms(local::Client& client) {
    return client.call("state").at("alarms");
}

void list(Context& context) {
    auto client = context.connect();
    const auto all = alarms(client);
    if (context.json) {
        context.print({{"alarms", all}});
        return;
    }
    if (all.empty()) {
        context.err << context.word("cli.no_alarms") << '\n';
        return;
    }
    Columns table{context.heads({"priority", "since", "what", "state", "times", "id"})};
    for (const auto& alarm : all) {
        table.add({painted(context, alarm), time_of(alarm.at("raised_ts")),
                   sentence(context, alarm), state_words(context, alarm), alarm.at("count"),
                   alarm.at("id")});
    }
    table.print(context.out);
}

// The alarm as it is now, or a Failure.
json alarm_of(local::Client& client, const std::string& id) {
    const auto all = alarms(client);
    const auto found =
        std::ranges::find_if(all, [&id](const json& alarm) { return alarm.at("id") == id; });
    if (found == all.end()) {
        throw Failure{Exit::not_found,
                      "there is no alarm `" + id + "` now; `sealwarden alarm list` shows all"};
    }
    return *found;
}

void show(Context& context, const std::string& id) {
    auto client = context.connect();
    const auto alarm = alarm_of(client, id);
    const auto& config = context.configuration().config;
    const auto steps = inquiry::instructions(
        alarm.at("kind").get<std::string>(),
        config ? config->instructions : std::map<std::string, Name>{}, context.language);
    if (context.json) {
        auto told = alarm;
        told["instructions"] = steps;
        context.print(told);
        return;
    }
    context.out << context.paint("bold", sentence(context, alarm)) << '\n';
    Columns table{{context.word("row.id"), alarm.at("id")}};
    table.add({context.word("row.priority"), painted(context, alarm)});
    table.add({context.word("row.state"), state_words(context, alarm)});
    table.add({context.word("row.raised"), time_of(alarm.at("raised_ts"))});
    table.add({context.word("row.times"), alarm.at("count")});
    table.add({context.word("row.cleared"), time_of(alarm.at("cleared_ts"))});
    const auto& by = alarm.at("acked_by");
    table.add({context.word("row.acknowledged_by"), by.is_null() ? Shown{"-"} : Shown{by}});
    table.print(context.out);
    context.out << context.word("cli.what_to_do") << '\n';
    for (std::size_t i = 0; i < steps.size(); ++i)
        context.out << "  " << i + 1 << ". " << Shown{steps[i]} << '\n';
}

struct Acknowledged {
    std::vector<std::string> ids;
    std::string reason, note;
};

void acknowledge(Context& context, const Acknowledged& asked) {
    auto client = context.connect();
    for (const auto& id : asked.ids) {
        static_cast<void>(alarm_of(client, id));
        json question{{"command", "acknowledge"}, {"alarm", id}, {"channel", "cli"}};
        if (!asked.reason.empty()) question["reason"] = asked.reason;
        if (!asked.note.empty()) question["note"] = asked.note;
        const auto done = client.call("command", question);
        if (context.json) {
            context.print({{"alarm", id}, {"index", done.at("index")}});
        } else {
            context.out << Shown{context.word("cli.acknowledged",
                                              {{"alarm", id}, {"index", done.at("index").dump()}})}
                        << '\n';
        }
    }
}

}  // namespace

void add_alarm(CLI::App& app, Context& context) {
    auto& group = *app.add_subcommand("alarm", "What asks for a response");
    examples(group, {{"sealwarden alarm list", "what is wrong now"}});
    group.require_subcommand(1);

    auto& all = *group.add_subcommand("list", "Every alarm that is not normal, oldest first");
    examples(all, {{"sealwarden alarm list", "what is wrong now, since when"},
                   {"sealwarden alarm list --json", "the same as JSON"}});
    add_json(all, context);
    all.callback([&context] { list(context); });

    auto& one = *group.add_subcommand(
        "show", "One alarm with its times, who acknowledged it and what to do");
    examples(one, {{"sealwarden alarm show door-forced-d07", "all about one alarm"}});
    const auto id = std::make_shared<std::string>();
    one.add_option("ALARM", *id, "its id, as `alarm list` prints it")->required();
    add_json(one, context);
    one.callback([&context, id] { show(context, *id); });

    auto& ack = *group.add_subcommand("ack", "Acknowledge alarms; it is written into the log");
    examples(ack, {{"sealwarden alarm ack door-forced-d07", "I have seen it and act on it"}});
    const auto asked = std::make_shared<Acknowledged>();
    ack.add_option("ALARM", asked->ids, "their ids, as `alarm list` prints them")->required();
    ack.add_option("--reason", asked->reason, "a word or few, for the log")->type_name("TEXT");
    ack.add_option("--note", asked->note, "what else is to be said; kept beside the entry")
        ->type_name("SENTENCE");
    add_json(ack, context);
    ack.callback([&context, asked] { acknowledge(context, *asked); });
    add_alarm_figures(group, context);
}

}  // namespace sealwarden::cli
