// What the log's entries tell the front: nothing that it needs is kept elsewhere.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "firmware/clock.hpp"

namespace sealwarden::anchor {

struct LogKnowledge {
    std::uint64_t size = 0;     // of the log
    std::uint64_t worth = 0;    // its size behind the newest entry that is not about anchors
    std::uint64_t closing = 0;  // size of the newest head that closes an epoch; 0: none
    std::map<std::string, std::uint64_t> cosigned;  // by the witness's name: the largest size
    std::uint64_t stamped = 0;                      // the largest size with a time stamp
    std::optional<WallTime> stamped_at;             // when that was recorded

    // Any order: of two entries the one with the larger numbers counts. Throws nlohmann's
    // exceptions when the record is none.
    void take(const nlohmann::json& record);
};

}  // namespace sealwarden::anchor
