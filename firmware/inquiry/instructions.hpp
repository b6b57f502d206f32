// What people do about an alarm: the site's own steps, or else the catalog's.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/options.hpp"
#include "firmware/text/text.hpp"

namespace sealwarden::inquiry {

// One step each, never none. `own` is by alarm kind, a line for each step.
[[nodiscard]] std::vector<std::string> instructions(std::string_view alarm_kind,
                                                    const std::map<std::string, Name>& own,
                                                    Language language);

}  // namespace sealwarden::inquiry
