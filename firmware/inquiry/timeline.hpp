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

// {"since_ts","until_ts","more","lanes":[{"id","spans":[{from_ts,to_ts,state,index,subject}],
//  "marks":[{at_ts,kind,index,text,subject}]}]}, lanes in the order door, seal, camera, watched,
// alarms, people, visit; those with nothing in them too. An alarm's span has its `prio`. A span
// that goes on at the end has to_ts null; while nobody watched, what a lane says is `unknown`.
boost::asio::awaitable<nlohmann::json> timeline(Ask ask, const SiteOptions& site,
                                                TimelineQuestion question);

// The lane of a kind of entry ("door.opened": "door"); empty: it belongs into none.
[[nodiscard]] std::string_view lane_of(std::string_view kind);
// What the thing's state is behind an entry of this kind; empty: it changes none.
[[nodiscard]] std::string state_behind(const nlohmann::json& entry);

}  // namespace sealwarden::inquiry
