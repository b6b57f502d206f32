// What others say about a log, for bundles and for whole logs alike: kept checkpoints, witnesses,
// time-stamp authorities.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "firmware/verify/case.hpp"

namespace sealwarden::verify {

// Whether a root the reader knows lies on the log.
enum class Link {
    same,     // proven to be on the log
    other,    // proven not to be
    unknown,  // cannot be told from what is here
};

struct Outside {
    const Files& files;
    const Sheet& sheet;
    Report& report;
    std::string origin;
    std::uint64_t needed_size = 0;  // what witnesses must have seen: the window's end
    const std::map<std::uint64_t, SignedCheckpoint>& checkpoints;
    const std::map<std::uint64_t, std::uint64_t>& closings;
    const std::map<std::uint64_t, PublicKey>& epoch_keys;
    const SignedCheckpoint& head;
    std::function<Link(std::uint64_t size, const Hash& root)> link;
};

void check_held(const Outside& log, const std::vector<Held>& held);
void check_commissioned(const Outside& log);
void check_cosignatures(const Outside& log);
void check_stamps(const Outside& log);

}  // namespace sealwarden::verify
