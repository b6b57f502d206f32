// `sealwarden sim …`: the simulated site, and its people.
#pragma once

#include <CLI/CLI.hpp>

#include "firmware/cli/context.hpp"

namespace sealwarden {

void add_sim(CLI::App& app, cli::Context& context);

}  // namespace sealwarden
