// What a witness answered, by what it means for the log (C2SP tlog-witness, add-checkpoint). Pure.
#pragma once

#include <cstdint>
#include <string>

#include "firmware/outward/http.hpp"
#include "firmware/tlog/note.hpp"

namespace sealwarden::anchor {
using outward::HttpAnswer;

// A head for which the signature was asked, and from which size on growth was proven.
struct AskedHead {
    std::uint64_t old_size = 0, size = 0;
    std::string text;  // of the note
};

struct WitnessAnswer {
    enum class Kind {
        cosigned,     // `line` holds for the head asked for
        holds,        // it has signed up to `size`, which is not old_size: ask from there
        contradicts,  // it says that it has signed what is not this log; `why`
        failed,       // `why`: ask again later
    };
    Kind kind = Kind::failed;
    std::string line = {};  // without its newline
    std::uint64_t size = 0;
    std::string why = {};
    friend bool operator==(const WitnessAnswer&, const WitnessAnswer&) = default;
};

[[nodiscard]] WitnessAnswer judged(const HttpAnswer& answer, const AskedHead& asked,
                                   const tlog::NoteKey& key);

}  // namespace sealwarden::anchor
