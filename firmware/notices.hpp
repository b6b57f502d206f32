// What a front says became of telling somebody outside, as an event of the log.
#pragma once

#include <vector>

#include "firmware/core/alarm.hpp"
#include "firmware/core/event.hpp"
#include "firmware/local/server.hpp"

namespace sealwarden {

[[nodiscard]] Event notice_event(const local::Notice& notice, Uptime now);
// It would change nothing: the alarm of this webhook stands already, or does not.
[[nodiscard]] bool says_already(const local::Notice& notice, const std::vector<Alarm>& alarms);

}  // namespace sealwarden
