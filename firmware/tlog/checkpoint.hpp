// C2SP checkpoints, and the texts that carry one with a proof.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "firmware/tlog/proofs.hpp"

namespace sealwarden::tlog {

struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    Hash root{};
    [[nodiscard]] std::string text() const;  // what is signed: three lines
    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};
// Exactly three lines; extension lines are not ours.
[[nodiscard]] std::optional<Checkpoint> parse_checkpoint(std::string_view text);
// Of a log of somebody else: extension lines, none of them empty, may follow the three.
[[nodiscard]] std::optional<Checkpoint> parse_checkpoint_of_any_log(std::string_view text);

// What the log key signs of a bundle: the SHA-256 of its manifest.json.
[[nodiscard]] std::string bundle_text(const Hash& manifest);

// The files of a bundle (firmware/evidence/FORMAT.md); `checkpoint` is a whole signed note.
[[nodiscard]] std::string tlog_proof(std::uint64_t index, const Path& path,
                                     std::string_view checkpoint);  // C2SP tlog-proof v1
[[nodiscard]] std::string add_checkpoint_body(std::uint64_t old_size, const Path& path,
                                              std::string_view checkpoint);  // C2SP tlog-witness
[[nodiscard]] std::string range_text(std::uint64_t from, const std::vector<Hash>& leaves,
                                     const Path& outside, std::string_view checkpoint);

}  // namespace sealwarden::tlog
