// The pictures that records name in `att` (FORMAT.md): files in the log's directory, each named by
// its SHA-256. What a file holds counts only when it has its hash.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sealwarden::eventlog {

inline constexpr std::size_t picture_limit = 2u << 20;  // bytes

// 64 hex digits in lower case; anything else names no picture, and no path is made of it.
[[nodiscard]] bool is_picture_name(std::string_view sha256);
[[nodiscard]] std::filesystem::path picture_file(const std::filesystem::path& log_directory,
                                                 std::string_view sha256);
// Empty: it is not kept any more, or the file is not what it is named after.
[[nodiscard]] std::optional<std::string> read_picture(const std::filesystem::path& log_directory,
                                                      std::string_view sha256);
// On disk and synced when it returns; a crash leaves it whole or not at all. Returns its name.
// Throws std::system_error.
std::string keep_picture(const std::filesystem::path& log_directory, std::string_view bytes);
// Gone, or was not there. Throws std::system_error.
void remove_picture(const std::filesystem::path& log_directory, std::string_view sha256);

struct KeptPicture {
    std::string sha256;
    std::int64_t bytes = 0;
    friend bool operator==(const KeptPicture&, const KeptPicture&) = default;
};
// Every picture there is, in any order. What a crash left half written is removed.
[[nodiscard]] std::vector<KeptPicture> kept_pictures(const std::filesystem::path& log_directory);

}  // namespace sealwarden::eventlog
