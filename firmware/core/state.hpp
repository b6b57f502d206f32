// What one thing is like now: for consoles and retained topics. Flat like an event's data.
#pragma once

#include <map>
#include <string>

#include "firmware/core/event.hpp"

namespace sealwarden {

struct State {
    Subject subject;
    Uptime since;                         // of the present main value, mapped onto this boot
    std::map<std::string, Datum> values;  // "state", "open", "held", ... see PROTOCOL.md
    bool good = true;                     // false: what it stands on is not being read
    friend bool operator==(const State&, const State&) = default;
};

}  // namespace sealwarden
