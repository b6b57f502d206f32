// The one form of ZIP a bundle has: stored members in the order of their names (FORMAT.md).
#pragma once

#include <map>
#include <string>

namespace sealwarden::evidence {

// Throws CannotBuild when the files are more or larger than the form allows.
[[nodiscard]] std::string zip_of(const std::map<std::string, std::string>& files);

}  // namespace sealwarden::evidence
