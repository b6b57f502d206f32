// What people do and say at the docks, one verb for each act of the core: the acts name their
// arguments themselves (firmware/core/act.hpp).
#include <algorithm>
#include <cassert>
#include <fstream>
#include <iostream>
#include <iterator>
#include <ostream>

#include "firmware/cli/entries.hpp"
#include "firmware/cli/verbs.hpp"
#include "firmware/core/acts.hpp"
#include "firmware/local/act_schema.hpp"
#include "firmware/text/printable.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;

// Groups that have no other verb, with what they are about.
constexpr std::pair<std::string_view, std::string_view> nouns[] = {
    {"visit", "Containers and trailers at the docks, and what is expected"},
    {"seal", "Seals and their custody"},
    {"lot", "Deliveries of seals, and the stock"},
    {"person", "Who is registered: badges, rights, training"},
    {"visitor", "The visitor log"},
    {"driver", "The driver log"},
    {"maintenance", "Doors that are worked on"},
    {"case", "What is being looked into"},
    {"test", "Walk-tests and test mode"},
    {"drill", "Drills"},
    {"camera", "Cameras: their pictures and the daily check"},
    {"output", "Sounders and beacons"},
};

// A word for an example line: what somebody would type there.
std::string sample(const Argument& argument) {
    static const std::map<std::string, std::string> samples{
        {"alarm", "door-held-d07"},
        {"authority", "ana-r"},
        {"badge", "4711"},
        {"case_id", "c-1"},
        {"camera", "c07"},
        {"cause", "\"seal cut\""},
        {"certificate", "LAB-2026-17"},
        {"contact", "ana-r"},
        {"container", "MSCU6639870"},
        {"count", "5"},
        {"counted", "480"},
        {"csv", "expected.csv"},
        {"door", "d07"},
        {"driver", "drv-1"},
        {"employer", "\"Carrier SA\""},
        {"first", "HL777000"},
        {"kind", "door"},
        {"last", "HL777499"},
        {"list", "container-7"},
        {"lot", "lot-17"},
        {"maker", "\"Seal Works\""},
        {"minutes", "30"},
        {"name", "\"Ana Rivas\""},
        {"note", "\"number on the bill was mistyped\""},
        {"owner", "ana-r"},
        {"party", "CBP"},
        {"person", "ana-r"},
        {"place", "\"evidence cage\""},
        {"reason", "\"contact is being replaced\""},
        {"result", "\"cut by customs, report 17\""},
        {"seal", "HL777001"},
        {"subject", "d07"},
        {"to", "ana-r"},
        {"visit", "d07"},
        {"visitor", "vis-1"},
        {"zone", "yard"}};
    if (argument.kind == Argument::Kind::word) {
        return argument.words.size() > 1 ? argument.words[1] : argument.words.front();
    }
    const auto found = samples.find(argument.name);
    return found == samples.end() ? "1" : found->second;
}

std::string option_of(const std::string& name) {
    std::string option = "--" + name;
    std::ranges::replace(option, '_', '-');
    return option;
}

std::string type_name(const Argument& argument) {
    switch (argument.kind) {
        case Argument::Kind::text: return "TEXT";
        case Argument::Kind::prose: return "SENTENCE";
        case Argument::Kind::file: return "FILE";
        case Argument::Kind::flag: return {};
        case Argument::Kind::integer: return "NUMBER";
        case Argument::Kind::list: return "A,B,C";
        case Argument::Kind::word: break;
    }
    return joined(argument.words);
}

std::string content_of(const std::string& file) {
    if (file == "-") {
        return {std::istreambuf_iterator<char>{std::cin}, std::istreambuf_iterator<char>{}};
    }
    std::ifstream in{file, std::ios::binary};
    if (!in) throw Failure{Exit::not_found, file + " cannot be read"};
    return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

constexpr std::size_t fits_a_line = 8u << 10;  // of a file, however much of it is escaped

std::string utf8_of(const std::string& file) {
    auto text = content_of(file);
    if (const auto line = line_without_utf8(text)) {
        throw Failure{Exit::usage, file + ":" + std::to_string(*line) +
                                       ": there is a byte that is not UTF-8; save it as CSV UTF-8"};
    }
    return text;
}

// What was typed, by the argument's name.
struct Typed {
    std::map<std::string, std::string> texts;
    std::map<std::string, bool> flags;
};

json arguments_of(const ActDescription& act, const Typed& typed) {
    auto arguments = json::object();
    for (const auto& argument : act.arguments) {
        if (argument.kind == Argument::Kind::flag) {
            if (const auto flag = typed.flags.find(argument.name);
                flag != typed.flags.end() && flag->second) {
                arguments[argument.name] = true;
            }
            continue;
        }
        const auto found = typed.texts.find(argument.name);
        if (found == typed.texts.end() || found->second.empty()) continue;
        if (argument.kind == Argument::Kind::integer) {
            arguments[argument.name] = std::int64_t{std::stoll(found->second)};
        } else if (argument.kind == Argument::Kind::file) {
            arguments[argument.name] = utf8_of(found->second);
        } else {
            arguments[argument.name] = found->second;
        }
    }
    return arguments;
}

void carry_out(Context& context, const ActDescription& act, const Typed& typed) {
    json question{
        {"command", act.name}, {"arguments", arguments_of(act, typed)}, {"channel", "cli"}};
    auto client = context.connect();
    for (const auto& argument : act.arguments) {
        auto& arguments = question["arguments"];
        if (argument.kind != Argument::Kind::file || !arguments.contains(argument.name)) continue;
        const auto text = arguments[argument.name].get<std::string>();
        if (text.size() <= fits_a_line) continue;
        local::bring_file(client, text);
        arguments.erase(argument.name);
        question["file"] = argument.name;
    }
    const auto done = client.call("command", question);
    const std::uint64_t index = done.at("index");
    const auto page = client.call("query", {{"from", index}, {"limit", 1}});
    const auto& entries = page.at("entries");
    if (context.json) {
        json said{{"index", index}};
        if (!entries.empty()) said["entry"] = entries.front();
        context.print(said);
    } else if (entries.empty()) {
        context.out << context.word("cli.recorded", {{"index", std::to_string(index)}}) << '\n';
    } else {
        print_entry(context, entries.front());
    }
}

void add_act(CLI::App& group, Context& context, const ActDescription& description) {
    const auto act = std::make_shared<ActDescription>(description);
    const std::string verb_name{act->name.substr(act->name.find('.') + 1)};
    auto& verb = *group.add_subcommand(verb_name, std::string{act->help});
    const auto typed = std::make_shared<Typed>();
    std::string example = "sealwarden " + group.get_name() + " " + verb_name;
    for (const auto& argument : act->arguments) {
        const auto option = option_of(argument.name);
        if (argument.kind == Argument::Kind::flag) {
            verb.add_flag(option, typed->flags[argument.name], argument.help);
            continue;
        }
        auto* added = verb.add_option(option, typed->texts[argument.name], argument.help)
                          ->type_name(type_name(argument));
        if (argument.required) {
            added->required();
            example += " " + option + " " + sample(argument);
        }
        if (argument.kind == Argument::Kind::integer)
            added->check(CLI::TypeValidator<std::int64_t>("INT"));
        if (argument.kind == Argument::Kind::word) added->check(CLI::IsMember(argument.words));
    }
    examples(verb, {{example, std::string{act->help}}});
    add_json(verb, context);
    verb.callback([&context, act, typed] { carry_out(context, *act, *typed); });
}

CLI::App& group_of(CLI::App& app, std::string_view noun) {
    const std::string name{noun};
    for (auto* group : app.get_subcommands({}))
        if (group->get_name() == name) return *group;
    const auto* about =
        std::ranges::find(nouns, noun, &std::pair<std::string_view, std::string_view>::first);
    assert(about != std::ranges::end(nouns) && "every noun of the acts is in the list above");
    auto& group = *app.add_subcommand(name, std::string{about->second});
    examples(group, {{"sealwarden " + name + " --help", "what can be done"}});
    group.require_subcommand(1);
    return group;
}

void list_acts(Context& context) {
    auto all = json::array();
    Columns table{context.heads({"command", "what"})};
    for (const auto& act : act_descriptions()) {
        all.push_back(local::schema_of(act));
        table.add({std::string{act.name}, std::string{act.help}});
    }
    if (context.json)
        context.print({{"commands", all}});
    else
        table.print(context.out);
}

}  // namespace

void add_acts(CLI::App& app, Context& context) {
    for (const auto& act : act_descriptions()) {
        add_act(group_of(app, act.name.substr(0, act.name.find('.'))), context, act);
    }
    auto& list = *app.add_subcommand(
        "acts", "What people can do and say, by its name at the local door and over MQTT");
    examples(list, {{"sealwarden acts", "all of them"},
                    {"sealwarden acts --json", "with the JSON Schema of their arguments"}});
    add_json(list, context);
    list.callback([&context] { list_acts(context); });
}

}  // namespace sealwarden::cli
