// From a document that fits the schema to a Profile, and what a schema cannot say about it.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "drivers/profile.hpp"
#include "drivers/toml/document.hpp"

namespace sealwarden {

struct ReadProfile {
    Profile profile;
    std::vector<nlohmann::json::json_pointer> origins;  // of each point: its [[point]]
    std::vector<FileFinding> findings;  // keys that are no numbers, addresses beyond the table
};

// Expands `count`, fills defaults. The document must have passed the schema.
[[nodiscard]] ReadProfile read_profile(const TomlDocument& document);

// Names that lead nowhere, names used twice, parts that contradict each other.
[[nodiscard]] std::vector<FileFinding> check_profile(const TomlDocument& document,
                                                     const ReadProfile& read);

}  // namespace sealwarden
