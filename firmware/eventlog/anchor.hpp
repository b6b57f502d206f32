// What somebody outside says of a head that this log signed: a witness cosigned it, or a time-stamp
// authority stamped it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "firmware/core/event.hpp"

namespace sealwarden::eventlog {

struct Anchor {
    std::uint64_t size = 0;         // of the head
    Event entry;                    // that records it: anchor_witness or anchor_tsa
    std::string witness = {};       // whose name stands on
    std::string signature = {};     // the signature line, with its newline
    std::string stamp = {};         // or instead: DER of a TimeStampResp (RFC 3161)
    std::string certificates = {};  // and those that it was checked with (PEM)
};

// Judges by the head's note, as the log signed it and without cosignatures; says in one sentence
// why it does not hold. Called on the log thread.
using Judge = std::function<std::variant<Anchor, std::string>(std::string_view note)>;

struct Anchored {
    enum class Result {
        kept,       // durable, with the entry that records it
        not_found,  // no head of that size is kept (any more)
        refused,
    };
    Result result = Result::refused;
    std::string why = {};     // one sentence, unless it is kept
    std::uint64_t index = 0;  // of the entry, when it is
};

}  // namespace sealwarden::eventlog
