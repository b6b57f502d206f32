// The command line's verbs. Those that start something (run, sim, mqtt) are added by main.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "firmware/cli/context.hpp"

namespace sealwarden::cli {

// Adds the global options and every verb of this folder. `context` outlives `app`.
void add_verbs(CLI::App& app, Context& context);

// Parses, runs the verb, and says what went wrong: every error is one sentence on `context.err`,
// unknown words with what was probably meant. Returns the exit code.
int run(CLI::App& app, Context& context, int argc, const char* const* argv);

// The examples that a verb's help begins with. Every one is run by a test.
struct Example {
    std::string command;  // "sealwarden log tail -f"
    std::string what;     // "follow what happens"
};
void examples(CLI::App& verb, const std::vector<Example>& list);

// --json, for a verb that prints data.
void add_json(CLI::App& verb, Context& context);
// --log, for a verb that reads a log's file: one that was set aside instead of the site's own.
// Empty: not given.
std::shared_ptr<std::string> add_set_aside(CLI::App& verb);

// One file each.
void add_config(CLI::App& app, Context& context);
void add_point(CLI::App& app, Context& context);
void add_bus(CLI::App& app, Context& context);
void add_scan(CLI::App& bus, Context& context);
void add_profile(CLI::App& app, Context& context);
void add_alarm(CLI::App& app, Context& context);
void add_alarm_figures(CLI::App& group, Context& context);  // under `alarm`
void add_acts(CLI::App& app, Context& context);
void add_records(CLI::App& app, Context& context);    // behind the acts, into their groups
void add_camera(CLI::App& app, Context& context);     // into the group of its act
void add_inquiries(CLI::App& app, Context& context);  // behind the acts: `lot stock`
void add_log(CLI::App& app, Context& context);
// Under `log`.
void add_log_check(CLI::App& group, Context& context);
void add_log_export(CLI::App& group, Context& context);
void add_checkpoint(CLI::App& app, Context& context);
void add_clock(CLI::App& app, Context& context);
void add_commission(CLI::App& app, Context& context);
void add_personal(CLI::App& app, Context& context);
void add_set_up(CLI::App& console,
                Context& context);  // under `console`, while nobody has an account
void add_users(CLI::App& app, Context& context);
void add_tokens(CLI::App& app, Context& context);
void add_evidence(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_doctor(CLI::App& app, Context& context);
void add_version(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);

// The completion script of a shell ("bash", "zsh", "fish"), made from the tree of verbs.
[[nodiscard]] std::string completion(const CLI::App& app, const std::string& shell);

}  // namespace sealwarden::cli
