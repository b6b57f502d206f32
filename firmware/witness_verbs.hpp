// `sealwarden witness …`: this program as a witness of other logs.
#pragma once

#include <CLI/CLI.hpp>

#include "firmware/cli/context.hpp"

namespace sealwarden {

void add_witness(CLI::App& app, cli::Context& context);

}  // namespace sealwarden
