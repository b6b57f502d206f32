// A head of a log, out of a signed note that came from outside.
#pragma once

#include <optional>
#include <string_view>

#include "firmware/tlog/note.hpp"
#include "firmware/tlog/signer.hpp"

namespace sealwarden::tlog {

// The head in a checkpoint `origin`/gG that this log key signed; empty: it is no such note.
[[nodiscard]] std::optional<Head> own_head(std::string_view note, std::string_view origin,
                                           const PublicKey& log_key);

}  // namespace sealwarden::tlog
