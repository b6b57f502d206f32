// Several files, drop-in directories, the environment and the command line as one document in which
// every value still knows where it was written.
#pragma once

#include <vector>

#include "drivers/toml/document.hpp"
#include "firmware/config/config.hpp"

namespace sealwarden::config {

struct Layers {
    TomlDocument document;
    std::vector<FileFinding> findings;  // files that cannot be read, overrides that lead nowhere
};
// Merged as Sources says; masked elements are gone, so the lists' numbers are those of what is
// left.
[[nodiscard]] Layers read_layers(const Sources& sources);

// Fills in what the schema (and, for a bus, its transport) gives a default. Such a value has no
// place of its own in the document.
void add_defaults(TomlDocument& document, const nlohmann::json& schema);

}  // namespace sealwarden::config
