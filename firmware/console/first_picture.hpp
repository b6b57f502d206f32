// What stands now, as markup of the page itself. A phone on a slow network shows it before any
// script has come; the app takes its place once it is live. Nobody corrects it meanwhile, so it
// says when it was so, and greys by itself (index.html has its style). Pure.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "firmware/clock.hpp"
#include "firmware/core/options.hpp"
#include "firmware/text/text.hpp"

namespace sealwarden::console {

struct Present {
    WallTime now;
    const std::map<std::string, nlohmann::json>& alarms;  // as Live::known_alarms()
    std::size_t watched = 0, points = 0;
};

// `dark`: as the wall has it. Times are in the time zone of the process (inquiry/times.hpp).
[[nodiscard]] std::string first_picture(const Present& present, const SiteOptions& site,
                                        Language language, bool dark);

}  // namespace sealwarden::console
