// The log as static files, C2SP tlog-tiles with tiles of height 8 (firmware/evidence/FORMAT.md,
// "Copy of the whole log"). Only reads, page by page.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "firmware/sqlite/sqlite.hpp"
#include "firmware/tlog/certificates.hpp"
#include "firmware/tlog/hash.hpp"

namespace sealwarden::eventlog {

// "tile/0/x001/067.p/5"; `level` "0", "1", … or "entries"; width 1 to 256.
[[nodiscard]] std::string tile_name(const std::string& level, std::uint64_t tile,
                                    std::uint64_t width);
// The partial tiles at the edge of a tree of this size.
[[nodiscard]] std::vector<std::string> partial_tiles(std::uint64_t size);

class TileSource {
  public:
    // The log itself (database_file()), or one that was set aside.
    explicit TileSource(const std::filesystem::path& database);

    struct SignedHead {
        std::uint64_t size = 0;
        std::string note;
    };
    [[nodiscard]] std::optional<SignedHead> newest();
    [[nodiscard]] std::vector<SignedHead> closings(std::uint64_t up_to);
    // Those of witnesses, with their lines, both ends included.
    [[nodiscard]] std::vector<SignedHead> cosigned(std::uint64_t from, std::uint64_t to);
    struct Stamp {
        SignedHead over;
        std::string reply;                            // RFC 3161
        std::vector<tlog::Certificate> certificates;  // it was checked with
    };
    [[nodiscard]] std::vector<Stamp> stamps(std::uint64_t up_to);
    [[nodiscard]] tlog::Hash root(std::uint64_t size);

    using Put = std::function<void(const std::string& name, const std::string& bytes)>;
    // Every tile of the tree of `size` that is not a full one of the tree of `had` already.
    void tiles(std::uint64_t had, std::uint64_t size, const Put& put);

  private:
    void entries(std::uint64_t had, std::uint64_t size, const Put& put);
    [[nodiscard]] tlog::Hash subtree(unsigned level, std::uint64_t index);

    sqlite::Connection connection_;
    bool has_anchors_;
};

}  // namespace sealwarden::eventlog
