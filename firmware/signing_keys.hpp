// The keys of this gateway as its log uses them.
#pragma once

#include <memory>
#include <string>

#include "firmware/config/config.hpp"
#include "firmware/evidence/keys.hpp"
#include "firmware/tlog/note.hpp"

namespace sealwarden {

struct SigningKeys {
    std::shared_ptr<evidence::Keys> signer;  // empty: not commissioned, or in trouble
    // By which a note from outside is known as this log's own.
    std::string origin = {};
    tlog::PublicKey log_key{};
    std::chrono::seconds export_every{};  // the sheet's cadence
    // One sentence: commissioned, and the keys cannot be used. The gateway watches all the same: an
    // unsigned record is better than none.
    std::string trouble;
};
[[nodiscard]] SigningKeys signing_keys(const config::Evidence& evidence);

}  // namespace sealwarden
