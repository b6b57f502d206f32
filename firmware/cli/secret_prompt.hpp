// A secret from whoever types it: never an argument, which every process of the machine can read.
#pragma once

#include <string>

namespace sealwarden::cli {

// On the terminal, without an echo. Throws Failure where there is none.
[[nodiscard]] std::string ask_on_terminal(const std::string& prompt);
// The first line that comes from a descriptor, at most 1 KiB. Throws Failure.
[[nodiscard]] std::string line_from(int descriptor);

}  // namespace sealwarden::cli
