// The commissioning sheet: what an auditor has on paper, and all he trusts.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/tlog/note.hpp"

namespace sealwarden::tlog {

struct Sheet {
    std::string origin;  // without a generation
    PublicKey log_key{};
    std::chrono::sys_seconds start;  // of epoch 0
    std::chrono::seconds epoch{3600};
    std::uint64_t keys = 0;  // of epochs
    Hash epochs{};           // root over them
    std::uint64_t commissioned_size = 0;
    Hash commissioned_root{};
    std::chrono::seconds export_every{10};  // declared cadence
    std::vector<NoteKey> witnesses;         // cosignature keys
    std::vector<std::string> tsas;          // SHA-256 of the DER root certificate, hex
    friend bool operator==(const Sheet&, const Sheet&) = default;
};

// Says the line and what is wrong with it.
struct SheetError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

[[nodiscard]] std::string text_of(const Sheet& sheet);
// Exactly what text_of() writes; throws SheetError.
[[nodiscard]] Sheet parse_sheet(std::string_view text);

// The names under which keys sign (firmware/evidence/FORMAT.md, "Names and keys").
[[nodiscard]] std::string log_name(std::string_view origin, std::uint64_t generation);
[[nodiscard]] std::string epoch_name(std::string_view origin, std::uint64_t generation,
                                     std::uint64_t epoch);
[[nodiscard]] std::string table_name(std::string_view origin);
[[nodiscard]] std::string bundle_name(std::string_view origin);

}  // namespace sealwarden::tlog
