// A copy of a whole log as a folder: C2SP tlog-tiles, tiles of height 8.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "firmware/verify/bytes.hpp"
#include "firmware/verify/files.hpp"

namespace sealwarden::verify {

class LogFolder {
  public:
    // Throws Malformed.
    explicit LogFolder(std::filesystem::path folder);

    [[nodiscard]] const Files& files() const { return files_; }  // all but the tiles
    // One tile; `width` 1..256 hashes or entries. Throws Malformed when it is not there. Any
    // thread. `bytes` is memory that is used again.
    void entries(std::uint64_t tile, std::uint64_t width, std::string& bytes) const;
    [[nodiscard]] std::vector<Hash> hashes(int level, std::uint64_t tile,
                                           std::uint64_t width) const;

  private:
    [[nodiscard]] std::filesystem::path path(const std::string& level, std::uint64_t tile,
                                             std::uint64_t width) const;
    std::filesystem::path folder_;
    Files files_;
};

// "x001/x234/067", and with ".p/W" when the tile is partial.
[[nodiscard]] std::string tile_path(std::uint64_t tile, std::uint64_t width);

// Splits an entry bundle; throws Malformed unless it holds exactly `count` entries.
[[nodiscard]] std::vector<std::string_view> split_entries(std::string_view bytes,
                                                          std::uint64_t count);

}  // namespace sealwarden::verify
