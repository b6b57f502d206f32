// Which file names a bundle or a copy of a log may have (firmware/evidence/FORMAT.md). A list of
// what is allowed needs no rules against "..", absolute paths, back-slashes or device names.
#pragma once

#include <cstdint>
#include <string_view>

namespace sealwarden::verify {

enum class FileKind {
    unknown,
    fixed,        // START-HERE.html, manifest.json, …
    leaf,         // leaves/INDEX.bin
    proof,        // proofs/INDEX.tlog-proof
    payload,      // payload/INDEX.json
    picture,      // files/SHA256.EXT
    day,          // days/INDEX.json
    range,        // range/A-B.txt
    checkpoint,   // checkpoints/SIZE.txt
    consistency,  // consistency/OLD-NEW.txt
    epoch_proof,  // epochs/E.tlog-proof
    epoch_leaf,   // epochs/E.bin
    stamp,        // anchors/SIZE.tsr
};

struct FileName {
    FileKind kind = FileKind::unknown;
    std::uint64_t first = 0;   // INDEX, SIZE, E, A or OLD
    std::uint64_t second = 0;  // B or NEW
};

[[nodiscard]] FileName file_name(std::string_view name);

}  // namespace sealwarden::verify
