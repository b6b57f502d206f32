// What happened to one thing in a period, side by side: its door, seal and cameras, when it was
// watched, alarms, people, the visit.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <nlohmann/json.hpp>

#include "firmware/core/options.hpp"
#include "firmware/inquiry/ask.hpp"
#include "firmware/inquiry/coverage.hpp"
#include "firmware/text/text.hpp"
#include "firmware/timeline/scene.hpp"

namespace sealwarden::inquiry {

// Which entries the reader may see.
using MaySee = std::function<bool(const nlohmann::json& entry)>;

struct TimelineQuestion {
    Subject subject;
    Window window;
    Language language = Language::english;
    MaySee may_see = [](const nlohmann::json&) { return true; };
    std::size_t most = 5000;  // entries; beyond it the answer says `more`
};

// Whether the site has it, or the log ever told of it: of what never was, an empty timeline would
// look watched and quiet.
boost::asio::awaitable<bool> is_known(Ask ask, const SiteOptions* site, Subject subject);

// As timeline::Lanes::told() (firmware/timeline/lanes.hpp), with the "subject" and whether there is
// "more" than it tells.
boost::asio::awaitable<nlohmann::json> timeline(Ask ask, const SiteOptions* site,
                                                TimelineQuestion question);

// Its picture, in the time zone of the process, so many pixels wide.
[[nodiscard]] timeline::Scene picture_of(const nlohmann::json& told, double width, WallTime now,
                                         Language language);

}  // namespace sealwarden::inquiry
