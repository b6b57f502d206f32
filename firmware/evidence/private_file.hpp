// Files of the key directory: written whole or not at all, and used by their owner only.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "drivers/descriptor.hpp"

namespace sealwarden::evidence {

// Says which file, what is wrong with it, and what to do.
struct KeyTrouble : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Opens one that must be a plain file of this user (or root), and not open to anybody else.
[[nodiscard]] Descriptor open_private(const std::filesystem::path& file, int flags);

[[nodiscard]] std::string read_file(const std::filesystem::path& file, std::size_t limit);
// Beside it, synced, then renamed: a crash leaves the old one or the new one.
void write_file(const std::filesystem::path& file, std::string_view bytes, unsigned mode);
void sync_folder(const std::filesystem::path& directory);

}  // namespace sealwarden::evidence
