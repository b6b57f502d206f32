// Commands that come by a channel which knows no persons.
#pragma once

#include <string>
#include <vector>

namespace sealwarden {

// What is taken there unless the configuration lists others: what an office's programs need, and
// nothing that gives a right, sets an alarm aside or ends a case.
[[nodiscard]] inline std::vector<std::string> usual_channel_commands() {
    return {"acknowledge", "visit.expect", "visit.import"};
}

}  // namespace sealwarden
