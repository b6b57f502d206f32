// Whether what somebody outside says of a head holds, and what is recorded of it. Pure but for the
// file of certificates.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "firmware/config/config.hpp"
#include "firmware/eventlog/anchor.hpp"
#include "firmware/local/server.hpp"

namespace sealwarden {

// What is to be kept, with the entry that records it, of this moment; or one sentence why not.
// `note` is the head's, as the log signed it.
[[nodiscard]] std::variant<eventlog::Anchor, std::string> judged(const local::Anchor& given,
                                                                 std::string_view note,
                                                                 const config::Evidence& evidence,
                                                                 const std::string& gateway,
                                                                 Uptime now);

// By the alarms it contradicts the log now.
[[nodiscard]] bool contradicts(const std::string& witness, const std::vector<Alarm>& alarms);

// The entry that records it.
[[nodiscard]] Event contradiction(const local::Contradiction& said, Uptime now);

}  // namespace sealwarden
