// What a witness signs: that it saw a checkpoint, and when (C2SP tlog-cosignature, Ed25519).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/tlog/note.hpp"

namespace sealwarden::tlog {

// The line under a note of this text; `time` in seconds since 1970, at most 2^63 - 1.
[[nodiscard]] std::string cosignature_line(const std::string& name, const SigningKey& key,
                                           std::uint64_t time, std::string_view text);

// When `by`, a key of type cosignature, signed this text; empty: the line is not by it, or does not
// hold.
[[nodiscard]] std::optional<std::uint64_t> cosigned_at(const NoteLine& line, const NoteKey& by,
                                                       std::string_view text);

}  // namespace sealwarden::tlog
