#include "firmware/cli/verbs.hpp"

#include <algorithm>
#include <ostream>

namespace sealwarden::cli {
namespace {

// Description, examples, then the rest: who asks for help mostly looks for the line to copy.
class Help final : public CLI::Formatter {
  public:
    std::string make_help(const CLI::App* app, std::string name,
                          CLI::AppFormatMode mode) const override {
        if (mode == CLI::AppFormatMode::Sub) return make_expanded(app);
        return make_description(app) + '\n' + app->get_footer() + '\n' + make_usage(app, name) +
               make_positionals(app) + make_groups(app, mode) + make_subcommands(app, mode);
    }
};

std::vector<std::string> names_of_verbs(const CLI::App& app) {
    std::vector<std::string> names;
    for (const auto* verb : app.get_subcommands({})) names.push_back(verb->get_name());
    return names;
}

// Options of a verb and, as they may stand anywhere, of those above it.
std::vector<const CLI::Option*> options_of(const CLI::App& app) {
    auto options = app.get_options({});
    if (app.get_parent() == nullptr) return options;
    const auto above = options_of(*app.get_parent());
    options.insert(options.end(), above.begin(), above.end());
    return options;
}

const CLI::Option* find_option(const CLI::App& app, const std::string& word) {
    const auto options = options_of(app);
    const auto name = word.substr(0, word.find('='));
    const auto found = std::ranges::find_if(
        options, [&name](const CLI::Option* option) { return option->check_name(name); });
    return found == options.end() ? nullptr : *found;
}

// What is wrong with the words, where we know better than the parser: a verb or an option that
// does not exist.
std::string unknown_word(const CLI::App& app, const std::vector<std::string>& words) {
    const auto* at = &app;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto& word = words[i];
        if (word.size() > 1 && word[0] == '-') {
            const auto* option = find_option(*at, word);
            if (option == nullptr) {
                std::vector<std::string> names;
                for (const auto* one : options_of(*at)) {
                    for (const auto& name : one->get_lnames()) names.push_back("--" + name);
                }
                return "there is no option `" + word + "`" +
                       meant(word.substr(0, word.find('=')), names);
            }
            if (option->get_items_expected_max() > 0 && word.find('=') == std::string::npos) ++i;
            continue;
        }
        const auto verbs = names_of_verbs(*at);
        if (verbs.empty()) return {};
        if (std::ranges::find(verbs, word) == verbs.end()) {
            return "there is no command `" + word + "`" + meant(word, verbs);
        }
        at = at->get_subcommand(word);
    }
    return {};
}

// The verb the words lead to, for "see … --help".
std::string verb_path(const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    if (chosen.empty()) return app.get_name();
    return app.get_name() + " " + verb_path(*chosen.front());
}

Exit exit_of(const local::Refused& refused) {
    if (refused.code == "not_found") return Exit::not_found;
    if (refused.code == "not_allowed") return Exit::not_allowed;
    if (refused.code == "too_slow") return Exit::try_again;
    if (refused.code == "usage") return Exit::usage;
    return Exit::failed;
}

int fail(Context& context, Exit exit, const std::string& sentence, const std::string& hint = "") {
    context.err << context.paint("red", "error") << ": " << Shown{sentence} << '\n' << hint;
    return static_cast<int>(exit);
}

}  // namespace

void examples(CLI::App& verb, const std::vector<Example>& list) {
    std::string text = "Examples:\n";
    for (const auto& [command, what] : list) text += "  " + command + "\n      " + what + "\n";
    verb.footer(text);
}

void add_json(CLI::App& verb, Context& context) {
    verb.add_flag("--json", context.json, "print JSON: one object, or one a line for what goes on");
}

std::shared_ptr<std::string> add_set_aside(CLI::App& verb) {
    auto file = std::make_shared<std::string>();
    verb.add_option("--log", *file,
                    "a log that was set aside, log.db.damaged-1 for example, instead of the one in "
                    "force")
        ->type_name("FILE");
    return file;
}

void add_verbs(CLI::App& app, Context& context) {
    app.name("sealwarden");
    app.description("Physical-security gateway for warehouses: doors, seals, cameras, evidence.");
    app.formatter(std::make_shared<Help>());
    app.fallthrough();
    app.require_subcommand(1);
    app.set_help_flag("-h,--help", "this help");
    app.add_option("--config", context.config_file, "this configuration file alone")
        ->type_name("FILE");
    app.add_option("--socket", context.socket, "the gateway's local door")->type_name("PATH");
    app.add_option_function<std::string>(
           "--language",
           [&context](const std::string& name) {
               context.language = name == "es" ? Language::spanish : Language::english;
           },
           "of tables and sentences, instead of LANG's")
        ->check(CLI::IsMember({"en", "es"}));
    examples(app, {{"sealwarden status", "how the gateway, its doors and alarms are"},
                   {"sealwarden log tail -f", "follow what happens"},
                   {"sealwarden doctor", "what is wrong here, and how to put it right"}});
    add_status(app, context);
    add_alarm(app, context);
    add_acts(app, context);  // behind alarm, whose group has verbs of its own
    add_records(app, context);
    add_camera(app, context);
    add_inquiries(app, context);
    add_log(app, context);
    add_point(app, context);
    add_bus(app, context);
    add_config(app, context);
    add_profile(app, context);
    add_checkpoint(app, context);
    add_clock(app, context);
    add_commission(app, context);
    add_personal(app, context);
    add_users(app, context);
    add_tokens(app, context);
    add_evidence(app, context);
    add_doctor(app, context);
    add_version(app, context);
    add_completion(app, context);
}

namespace {

int parse_and_run(CLI::App& app, Context& context, int argc, const char* const* argv) {
    try {
        app.parse(argc, argv);
        return static_cast<int>(context.exit);
    } catch (const CLI::CallForHelp&) {
        const CLI::App* asked = &app;
        std::string name = app.get_name();
        while (!asked->get_subcommands().empty()) {
            asked = asked->get_subcommands().front();
            if (asked->get_subcommands().empty()) break;
            name += " " + asked->get_name();
        }
        context.out << asked->help(asked == &app ? "" : name);
        return 0;
    } catch (const CLI::ParseError& error) {
        const auto better = unknown_word(app, {argv + 1, argv + argc});
        return fail(context, Exit::usage, better.empty() ? error.what() : better,
                    "See `" + verb_path(app) + " --help`.\n");
    } catch (const Failure& failure) {
        return fail(context, failure.exit, failure.what());
    } catch (const local::Unreachable& error) {
        return fail(context, Exit::unreachable, error.what());
    } catch (const local::Refused& refused) {
        return fail(context, exit_of(refused), refused.what());
    } catch (const std::exception& error) {
        return fail(context, Exit::failed, error.what());
    }
}

}  // namespace

// A half-written export must not look like a whole one.
int run(CLI::App& app, Context& context, int argc, const char* const* argv) {
    const int exit = parse_and_run(app, context, argc, argv);
    context.out.flush();
    if (context.out || exit != 0) return exit;
    return fail(context, Exit::failed, "the output could not be written completely");
}

}  // namespace sealwarden::cli
