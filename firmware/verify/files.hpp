// The files of a bundle, from a ZIP or a folder, read strictly: what two programs could read
// differently is refused.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace sealwarden::verify {

struct FileLimits {
    std::uint64_t file = 256ull << 20;  // bytes of one file
    std::uint64_t all = 2ull << 30;     // bytes of all together
    std::size_t count = 65'534;         // 65,535 would mean ZIP64
    std::string_view skip = "";         // a folder at the top that is not read
};

// Names as in the bundle, sorted. The contents live as long as this does.
class Files {
  public:
    // Both throw Malformed: what is wrong, and in which file.
    [[nodiscard]] static Files from_zip(std::string bytes);
    [[nodiscard]] static Files from_folder(const std::filesystem::path& folder,
                                           const FileLimits& limits = {});

    [[nodiscard]] const std::string_view* find(std::string_view name) const;
    [[nodiscard]] const auto& all() const { return files_; }

  private:
    std::map<std::string, std::string_view, std::less<>> files_;
    std::string zip_;                          // the bytes the views of a ZIP point into
    std::map<std::string, std::string> read_;  // those of a folder
};

// Reads at most `limit` bytes of a regular file (a link is none). Throws Malformed.
[[nodiscard]] std::string read_file(const std::filesystem::path& path, std::uint64_t limit);
// The same into `bytes`, whose memory is used again.
void read_file(const std::filesystem::path& path, std::uint64_t limit, std::string& bytes);

}  // namespace sealwarden::verify
