// Completion scripts, made from the tree of verbs, so that they cannot forget one.
#include <algorithm>
#include <ostream>

#include "firmware/cli/verbs.hpp"

namespace sealwarden::cli {
namespace {

struct Place {            // one verb
    std::string path;     // "log tail"; the program itself: ""
    std::string words;    // verbs and options that may follow, separated by spaces
    const CLI::App* app;  // for descriptions
};

std::string joined(std::string a, const std::string& b) {
    if (!a.empty() && !b.empty()) a += ' ';
    return a + b;
}

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const auto* option : app.get_options({})) {
        for (const auto& name : option->get_snames()) names.push_back("-" + name);
        for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
}

void collect(const CLI::App& app, const std::string& path, std::vector<Place>& places) {
    std::string words;
    for (const auto* verb : app.get_subcommands({})) words = joined(words, verb->get_name());
    for (const auto& name : option_names(app)) words = joined(words, name);
    places.push_back({.path = path, .words = words, .app = &app});
    for (const auto* verb : app.get_subcommands({})) {
        collect(*verb, joined(path, verb->get_name()), places);
    }
}

// One case of a shell's `case`, a place each.
std::string cases(const std::vector<Place>& places, const std::string& left,
                  const std::string& right) {
    std::string text;
    for (const auto& place : places) {
        text += "        '" + place.path + "') " + left + place.words + right + " ;;\n";
    }
    return text;
}

// The verbs typed so far, options and their values left out, are the place.
std::string bash(const std::vector<Place>& places) {
    return R"(# bash completion of sealwarden; made by `sealwarden completion bash`
_sealwarden() {
    local current=${COMP_WORDS[COMP_CWORD]} place= word words
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
            -*) ;;
            *) if _sealwarden_words "${place:+$place }$word"; then place="${place:+$place }$word"; fi ;;
        esac
    done
    _sealwarden_words "$place"
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    if [ ${#COMPREPLY[@]} -eq 0 ]; then mapfile -t COMPREPLY < <(compgen -f -- "$current"); fi
}
_sealwarden_words() {
    case $1 in
)" + cases(places, "words='", "'") +
           R"(        *) return 1 ;;
    esac
}
complete -F _sealwarden sealwarden
)";
}

std::string zsh(const std::vector<Place>& places) {
    return R"(#compdef sealwarden
# zsh completion of sealwarden; made by `sealwarden completion zsh`
_sealwarden() {
    local place= word
    local -a list
    for word in ${words[2,CURRENT-1]}; do
        case $word in
            -*) ;;
            *) if _sealwarden_words "${place:+$place }$word"; then place="${place:+$place }$word"; fi ;;
        esac
    done
    _sealwarden_words "$place"
    compadd -a list || _files
}
_sealwarden_words() {
    case $1 in
)" + cases(places, "list=(", ")") +
           R"(        *) return 1 ;;
    esac
}
compdef _sealwarden sealwarden
)";
}

std::string quoted(std::string text) {
    for (auto at = text.find('\''); at != std::string::npos; at = text.find('\'', at + 2)) {
        text.insert(at, "\\");
    }
    return "'" + text + "'";
}

std::string fish(const std::vector<Place>& places) {
    std::string text = R"(# fish completion of sealwarden; made by `sealwarden completion fish`
function __sealwarden_at
    set -l place
    for word in (commandline -opc)[2..-1]
        string match -q -- '-*' $word; or set -a place $word
    end
    string match -q -- "$argv[1]" "$place"
end
)";
    for (const auto& place : places) {
        // A verb without verbs of its own is followed by its arguments: anything may stand there.
        const bool last = place.app->get_subcommands({}).empty();
        const auto at = "complete -c sealwarden -n \"__sealwarden_at '" + place.path +
                        (last ? "*" : "") + "'\"";
        for (const auto* verb : place.app->get_subcommands({})) {
            text +=
                at + " -f -a " + verb->get_name() + " -d " + quoted(verb->get_description()) + "\n";
        }
        for (const auto* option : place.app->get_options({})) {
            if (option->get_lnames().empty()) continue;
            text += at + " -l " + option->get_lnames().front() + " -d " +
                    quoted(option->get_description()) + "\n";
        }
    }
    return text;
}

}  // namespace

std::string completion(const CLI::App& app, const std::string& shell) {
    std::vector<Place> places;
    collect(app, "", places);
    if (shell == "zsh") return zsh(places);
    return shell == "fish" ? fish(places) : bash(places);
}

void add_completion(CLI::App& app, Context& context) {
    auto& verb = *app.add_subcommand("completion", "A completion script for your shell");
    examples(
        verb,
        {{"sealwarden completion bash",
          "write it to /etc/bash_completion.d/sealwarden, or source it"},
         {"sealwarden completion zsh", "write it to a directory of $fpath as _sealwarden"},
         {"sealwarden completion fish", "write it to ~/.config/fish/completions/sealwarden.fish"}});
    const auto shell = std::make_shared<std::string>();
    verb.add_option("SHELL", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    verb.callback([&app, &context, shell] { context.out << completion(app, *shell); });
}

}  // namespace sealwarden::cli
