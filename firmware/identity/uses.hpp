// What the log is told of the console's use, as arguments of the local door's call `used`. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace sealwarden::identity {

using Use = nlohmann::json;

// Who does something, and how it came.
struct Doer {
    std::string user;     // of the console; empty on the machine's own command line
    std::string by;       // "ana", "ana/turnstile", "uid:0(root)"
    std::string role;     // "admin", or empty
    std::string way;      // "session", "token", "socket", "cli", "mqtt"
    std::string address;  // kept beside the entry, or empty
};

// `what` and `act` as PROTOCOL.md has them; `user` whom it is about, or empty.
[[nodiscard]] Use use_of(std::string_view what, std::string_view act, std::string_view user,
                         const Doer& doer, std::int64_t now_ms);

// As it goes to the door now: without its time when that was a moment ago, since the entry has it.
[[nodiscard]] Use told_at(Use use, std::int64_t now_ms);

}  // namespace sealwarden::identity
