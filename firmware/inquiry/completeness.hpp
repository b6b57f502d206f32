// What the records of a thing and a period lack, before they are given to an auditor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <nlohmann/json.hpp>

#include "firmware/core/options.hpp"
#include "firmware/inquiry/ask.hpp"
#include "firmware/inquiry/coverage.hpp"

namespace sealwarden::inquiry {

// {"subject","since_ts","until_ts","records","with_personal","commissioned",
//  "meters":[{"what","of","complete","lacking":[{"id","index","why"}]}]}
// what: checks (the four results of looking at a seal), pictures (of seals), inspections and visits
// (closed ones), cases (closed), alarms (acknowledged), coverage (points watched all the time;
// `lacking` its gaps). A meter of nothing has `of` 0.
boost::asio::awaitable<nlohmann::json> completeness(Ask ask, const SiteOptions* site,
                                                    Subject subject, Window window);

}  // namespace sealwarden::inquiry
