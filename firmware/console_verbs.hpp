// `sealwarden console …`: the console's own process, and its certificates.
#pragma once

#include <CLI/CLI.hpp>

#include "firmware/cli/context.hpp"

namespace sealwarden {

void add_console(CLI::App& app, cli::Context& context);

}  // namespace sealwarden
