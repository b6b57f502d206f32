// Names of things, and ids that must stand in another list of the file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/config/section.hpp"
#include "firmware/core/options.hpp"

namespace sealwarden::config {

// Its `name` in both languages, one for both, or else its id.
[[nodiscard]] Name name_of(const Section& section);

// The key's id, or ids, of the list `kind` ("door"). One that is not in it is an error, and is
// returned all the same.
[[nodiscard]] std::optional<std::string> refers(const Section& root, const Section& section,
                                                std::string_view key, const std::string& kind,
                                                Findings& findings);
[[nodiscard]] std::vector<std::string> all_refer(const Section& root, const Section& section,
                                                 std::string_view key, const std::string& kind,
                                                 Findings& findings);

// "there is no door `d08`; did you mean `d07`?", unless it is known.
void check_known(const Pointer& at, const std::string& kind, const std::string& id,
                 const std::vector<std::string>& known, Findings& findings);

}  // namespace sealwarden::config
