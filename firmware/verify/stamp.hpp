// Time stamps of RFC 3161, checked with OpenSSL.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "firmware/verify/bytes.hpp"
#include "firmware/verify/moment.hpp"

namespace sealwarden::verify {

enum class StampState {
    good,
    wrong,     // no stamp, over other bytes, or its signature does not hold
    stranger,  // holds, but no certificate above its signer is one the reader knows
};

struct Stamp {
    StampState state = StampState::wrong;
    Moment time;      // when good
    std::string why;  // when wrong
};

// `reply`: DER of a TimeStampResp. `chain`: PEM certificates above the signer, may be empty.
// `authorities`: SHA-256 of the DER certificates trusted. The certificates must be valid at the
// stamp's own time: that they expired since does not matter, and the machine's clock is not asked.
[[nodiscard]] Stamp check_stamp(std::string_view reply, std::string_view chain,
                                std::string_view stamped, const std::vector<Hash>& authorities);

}  // namespace sealwarden::verify
