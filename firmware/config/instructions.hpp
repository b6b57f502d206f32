// [alarm.instructions]: what people do about an alarm at this site.
#pragma once

#include <map>
#include <string>

#include "firmware/config/section.hpp"
#include "firmware/core/options.hpp"

namespace sealwarden::config {

// By alarm kind, a line for each step.
[[nodiscard]] std::map<std::string, Name> read_instructions(const Section& root,
                                                            Findings& findings);

}  // namespace sealwarden::config
