// The commissioning sheet: the one thing the reader trusts.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/verify/moment.hpp"
#include "firmware/verify/note.hpp"

namespace sealwarden::verify {

struct Sheet {
    std::string text;    // its exact bytes
    std::string origin;  // BASE
    PublicKey log_key{};
    Moment start;  // of epoch 0
    std::chrono::seconds epoch{};
    std::uint64_t keys = 0;               // number of epoch keys
    Hash epochs{};                        // root of their table
    std::uint64_t commissioned_size = 0;  // of generation 1
    Hash commissioned_root{};
    std::chrono::seconds export_period{};
    std::vector<Verifier> witnesses;
    std::vector<Hash> authorities;  // SHA-256 of time-stamp authorities' certificates

    [[nodiscard]] Verifier log_verifier(std::string_view name) const;  // the log key under a name
    [[nodiscard]] std::size_t quorum() const;                          // witnesses needed

    // The epoch that holds a moment, by the clock; not before 0, not behind the last key.
    [[nodiscard]] std::uint64_t epoch_of(Moment moment) const;
    [[nodiscard]] Moment begin_of(std::uint64_t number) const;
};

// Throws Malformed with the line that is wrong.
[[nodiscard]] Sheet parse_sheet(std::string_view text);

// Six proquints that stand for the sheet's text.
[[nodiscard]] std::string key_words(std::string_view sheet_text);

}  // namespace sealwarden::verify
