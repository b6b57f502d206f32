// Commands that come by a channel which knows no persons.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sealwarden {

// Programs ask there, and nobody knows for whom: the entry names the channel.
[[nodiscard]] constexpr bool knows_no_persons(std::string_view channel) {
    return channel == "mqtt" || channel == "drop";
}

// Gives or takes rights: whoever asks must be somebody, also where the act is listed.
[[nodiscard]] constexpr bool moves_rights(std::string_view act) {
    return act.starts_with("person.");
}

// What is taken there unless the configuration lists others: what an office's programs need, and
// nothing that gives a right, sets an alarm aside or ends a case.
[[nodiscard]] inline std::vector<std::string> usual_channel_commands() {
    return {"acknowledge", "visit.expect", "visit.import"};
}

}  // namespace sealwarden
