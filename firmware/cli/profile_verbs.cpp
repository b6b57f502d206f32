#include <algorithm>
#include <filesystem>
#include <ostream>

#include "drivers/profile/report.hpp"
#include "firmware/cli/verbs.hpp"

namespace sealwarden::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// The library's files; of two with one name the later directory's counts.
std::vector<fs::path> library(const Context& context) {
    std::map<std::string, fs::path> files;
    for (const auto& directory : context.sources().profiles) {
        std::error_code none;
        for (const auto& file : fs::directory_iterator{directory, none}) {
            if (file.path().extension() == ".toml") files[file.path().stem()] = file.path();
        }
    }
    std::vector<fs::path> list;
    for (const auto& [id, file] : files) list.push_back(file);
    return list;
}

// What was named: files, ids of the library, or, when nothing was, the whole library.
std::vector<fs::path> chosen(const Context& context, const std::vector<std::string>& names) {
    const auto all = library(context);
    if (names.empty()) return all;
    std::vector<fs::path> files;
    for (const auto& name : names) {
        const auto found =
            std::ranges::find(all, name, [](const fs::path& file) { return file.stem().string(); });
        if (fs::is_regular_file(name)) {
            files.emplace_back(name);
        } else if (found != all.end()) {
            files.push_back(*found);
        } else {
            throw Failure{Exit::not_found, "there is no profile `" + name +
                                               "`; `sealwarden profile list` shows all, or give "
                                               "a file"};
        }
    }
    return files;
}

void list(Context& context) {
    auto profiles = json::array();
    Columns table{context.heads({"id", "kind", "manufacturer", "model", "points", "version"})};
    for (const auto& file : library(context)) {
        const auto loaded = load_profile(file);
        if (!loaded.profile) {
            context.err << Shown{file.string()} << " has errors; see `sealwarden profile check`\n";
            continue;
        }
        const auto& profile = *loaded.profile;
        table.add({profile.id, profile.kind, profile.manufacturer, profile.model,
                   std::to_string(profile.points.size()), profile.version});
        profiles.push_back({{"id", profile.id},
                            {"kind", profile.kind},
                            {"manufacturer", profile.manufacturer},
                            {"model", profile.model},
                            {"version", profile.version},
                            {"points", profile.points.size()},
                            {"hash", profile.hash},
                            {"file", file.string()}});
    }
    if (context.json) {
        context.print({{"profiles", profiles}});
    } else {
        table.print(context.out);
    }
}

// Checks the files, and with `vectors` also that their registers become what they say.
void check(Context& context, const std::vector<std::string>& names, bool vectors) {
    auto results = json::array();
    for (const auto& file : chosen(context, names)) {
        const auto loaded = load_profile(file);
        auto said = json::array();
        for (const auto& finding : loaded.findings) said.push_back(to_string(finding));
        std::size_t tested = 0;
        bool good = loaded.profile.has_value();
        if (good && vectors) {
            tested = loaded.profile->vectors.size();
            for (const auto& failure : run_vectors(*loaded.profile)) {
                said.push_back(file.string() + ": vector " + failure.vector + ", point " +
                               failure.point + ": " + failure.message);
                good = false;
            }
        }
        if (!good) context.exit = Exit::failed;
        if (context.json) {
            results.push_back(
                {{"file", file.string()}, {"ok", good}, {"findings", said}, {"vectors", tested}});
            continue;
        }
        for (const auto& sentence : said) context.out << Shown{sentence} << '\n';
        context.out << Shown{file.string()} << ": "
                    << (good ? context.paint("green", context.state("ok"))
                             : context.paint("red", context.state("wrong")));
        if (vectors) context.out << ", " << tested << " vectors";
        context.out << '\n';
    }
    if (context.json) context.print({{"profiles", results}});
}

void add_check(CLI::App& group, Context& context, const char* name, const char* what,
               const std::vector<Example>& list, bool vectors) {
    auto& verb = *group.add_subcommand(name, what);
    examples(verb, list);
    const auto names = std::make_shared<std::vector<std::string>>();
    verb.add_option("PROFILE", *names, "files, or ids of the library; none: the whole library");
    add_json(verb, context);
    verb.callback([&context, names, vectors] { check(context, *names, vectors); });
}

}  // namespace

void add_profile(CLI::App& app, Context& context) {
    auto& group = *app.add_subcommand("profile", "Device models: their register maps as data");
    examples(group, {{"sealwarden profile list", "the device models this gateway knows"}});
    group.require_subcommand(1);
    auto& all = *group.add_subcommand("list", "The device models this gateway knows");
    examples(all, {{"sealwarden profile list", "with manufacturer and model"},
                   {"sealwarden profile list --json", "with the hash of each file"}});
    add_json(all, context);
    all.callback([&context] { list(context); });
    add_check(group, context, "check", "Check profiles against their schema",
              {{"sealwarden profile check", "the whole library"},
               {"sealwarden profile check generic-seal-reader", "one of the library"}},
              false);
    add_check(group, context, "test", "Check profiles and run their register vectors",
              {{"sealwarden profile test", "the whole library"},
               {"sealwarden profile test generic-seal-reader --json", "one, as JSON"}},
              true);
}

}  // namespace sealwarden::cli
