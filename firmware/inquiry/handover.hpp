// What one shift hands to the next.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>

#include "firmware/core/options.hpp"
#include "firmware/inquiry/ask.hpp"
#include "firmware/inquiry/coverage.hpp"
#include "firmware/inquiry/timeline.hpp"

namespace sealwarden::inquiry {

// {"since_ts","until_ts",
//  "alarms": as the door tells those that stand now and are not set aside, "set_aside": the others,
//  "cases","visits": records that are open, "visitors","drivers": those who are in,
//  "acknowledgements" (also what was set aside),"raised","deviations","findings","acts_refused",
//  "maintenance","gateway" (starts, ends, changes): entries of the shift,
//  "coverage": of points that were not watched all the time, "more"}
// Lists hold the newest 500; of those that would hold more, "more" has the first kind.
boost::asio::awaitable<nlohmann::json> handover(Ask ask, const SiteOptions* site, Window window,
                                                MaySee may_see);

}  // namespace sealwarden::inquiry
