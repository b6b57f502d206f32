// The whole check, of a bundle or of a copy of a log.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "firmware/verify/case.hpp"

namespace sealwarden::verify {

struct Trust {
    std::optional<std::string> sheet;  // the text of the reader's own sheet
    std::optional<std::string> words;  // or its key words: the sheet is then the bundle's
};

using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;

// `path`: a ZIP, a bundle's folder or a log's folder. Blocks; reads files only; never throws for
// what they contain.
[[nodiscard]] Report check(const std::filesystem::path& path, const Trust& trust,
                           const Asked& asked, const Progress& progress);

// Its two halves, after the sheet has been found.
void check_bundle(const Files& files, const Sheet& sheet, const Asked& asked, Report& report);
void check_log(const std::filesystem::path& folder, const Sheet& sheet, const Asked& asked,
               const Progress& progress, Report& report);

}  // namespace sealwarden::verify
