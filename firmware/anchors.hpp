// Whether what somebody outside says of a head holds. Pure but for the file of certificates.
#pragma once

#include <string>
#include <string_view>
#include <variant>

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

}  // namespace sealwarden
