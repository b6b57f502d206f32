// The hidden truth about what should not have happened: what the gateway has to find of it.
#pragma once

#include <string>
#include <vector>

#include "firmware/core/event.hpp"

namespace sealwarden::sim {

// By what something is known to be found: an alarm of a kind, raised or raised again; or another
// event, by the word that tells what it is.
struct Sign {
    EventKind kind{};
    std::string word;  // an alarm's kind; datum `what` or `reason`
    Subject about;     // among the event's subjects
    [[nodiscard]] bool matches(const Event& event) const;
};
[[nodiscard]] Sign alarm(std::string kind, Subject about);
[[nodiscard]] Sign refusal(std::string reason);

struct Planted {
    std::string what;           // "cut and re-sealed"
    Uptime from, to;            // every sign of it lies within
    std::vector<Sign> signs;    // each must be told
    std::vector<Sign> besides;  // may be told, and is no false alarm then
};

// The word of an event that Sign::word is compared with; empty: it has none.
[[nodiscard]] std::string word_of(const Event& event);

}  // namespace sealwarden::sim
