#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <sstream>

#include "firmware/cli/verbs.hpp"

namespace sealwarden::cli {
namespace {

bool is_error(const FileFinding& finding) {
    return finding.severity == FileFinding::Severity::error;
}

bool is_warning(const FileFinding& finding) {
    return finding.severity == FileFinding::Severity::warning;
}

std::string_view word(FileFinding::Severity severity) {
    switch (severity) {
        case FileFinding::Severity::error: return "error";
        case FileFinding::Severity::warning: return "warning";
        case FileFinding::Severity::info: return "info";
    }
    return "?";
}

nlohmann::json to_json(const FileFinding& finding) {
    return {{"file", finding.file},       {"line", finding.line},
            {"column", finding.column},   {"path", finding.path},
            {"message", finding.message}, {"severity", word(finding.severity)}};
}

nlohmann::json to_json(const config::BusLoad& load) {
    return {{"bus", load.bus},
            {"load", load.load},
            {"load_one_dead", load.load_one_dead},
            {"worst_detection_ms", load.worst_detection.count()}};
}

void check(Context& context) {
    const auto& loaded = context.configuration();
    const auto errors = std::ranges::count_if(loaded.findings, is_error);
    const auto loads =
        loaded.config ? config::loads(*loaded.config) : std::vector<config::BusLoad>{};
    if (errors > 0) context.exit = Exit::configuration;
    if (context.json) {
        auto findings = nlohmann::json::array();
        for (const auto& finding : loaded.findings) findings.push_back(to_json(finding));
        auto buses = nlohmann::json::array();
        for (const auto& load : loads) buses.push_back(to_json(load));
        context.print({{"ok", errors == 0}, {"findings", findings}, {"buses", buses}});
        return;
    }
    for (const auto& finding : loaded.findings) context.out << Shown{to_string(finding)} << '\n';
    if (!loads.empty()) {
        Columns table{context.heads({"bus", "load", "load_one_silent", "seen_within"})};
        for (const auto& load : loads) {
            table.add({load.bus, fmt::format("{:.0f} %", load.load * 100),
                       fmt::format("{:.0f} %", load.load_one_dead * 100),
                       fmt::format("{} ms", load.worst_detection.count())});
        }
        table.print(context.out);
    }
    const auto warnings = std::ranges::count_if(loaded.findings, is_warning);
    context.err << (errors == 0 ? context.paint("green", context.state("ok"))
                                : context.paint("red", context.state("not_usable")))
                << ": "
                << context.word("cli.findings", {{"errors", std::to_string(errors)},
                                                 {"warnings", std::to_string(warnings)}})
                << '\n';
}

void add_check(CLI::App& group, Context& context) {
    auto& verb = *group.add_subcommand("check", "Check a configuration, with what its buses carry");
    examples(verb, {{"sealwarden config check", "check what the gateway would read"},
                    {"sealwarden config check sealwarden.toml", "check one file alone"},
                    {"sealwarden config check --json", "the findings for an editor"}});
    verb.add_option("FILE", context.config_file, "this file alone");
    add_json(verb, context);
    verb.callback([&context] { check(context); });
}

void add_show(CLI::App& group, Context& context) {
    auto& verb = *group.add_subcommand("show", "Print the configuration that counts, as TOML");
    examples(verb, {{"sealwarden config show", "everything, defaults too"},
                    {"sealwarden config show --origin", "with the file and line of each value"},
                    {"sealwarden config show --json", "the same values, for a script"}});
    const auto origin = std::make_shared<bool>(false);
    verb.add_flag("--effective")->description("all layers as one (this is what `show` does)");
    verb.add_flag("--origin", *origin, "say where each value comes from");
    add_json(verb, context);
    verb.callback([&context, origin] {
        (void)context.valid_configuration();
        if (context.json) {
            context.out << config::show_json(context.sources(), *origin) << '\n';
        } else {
            // Escaped as TOML escapes it, so it still loads.
            std::istringstream shown{config::show(context.sources(), *origin)};
            for (std::string line; std::getline(shown, line);) context.out << Shown{line} << '\n';
        }
    });
}

void add_schema(CLI::App& group, Context& context) {
    auto& verb = *group.add_subcommand("schema", "Print the JSON Schema of the configuration");
    examples(verb, {{"sealwarden config schema", "for an editor that completes TOML"}});
    add_json(verb, context);  // it is JSON anyhow: a script need not know that
    verb.callback([&context] { context.out << config::schema() << '\n'; });
}

}  // namespace

void add_config(CLI::App& app, Context& context) {
    auto& group = *app.add_subcommand("config", "Check and show the configuration");
    examples(group, {{"sealwarden config check", "is it right, and can the buses carry it"}});
    group.require_subcommand(1);
    add_check(group, context);
    add_show(group, context);
    add_schema(group, context);
}

}  // namespace sealwarden::cli
