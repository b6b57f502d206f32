#include "firmware/eventlog/tiles.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "firmware/eventlog/anchor_rows.hpp"
#include "firmware/eventlog/tree_rows.hpp"
#include "firmware/tlog/proofs.hpp"

namespace sealwarden::eventlog {
namespace {

constexpr std::uint64_t tile_width = 256;
constexpr unsigned tile_height = 8;

}  // namespace

std::string tile_name(const std::string& level, std::uint64_t tile, std::uint64_t width) {
    std::string number = fmt::format("{:03}", tile % 1000);
    for (tile /= 1000; tile > 0; tile /= 1000) {
        number = fmt::format("x{:03}/{}", tile % 1000, number);
    }
    auto name = fmt::format("tile/{}/{}", level, number);
    if (width != tile_width) name += fmt::format(".p/{}", width);
    return name;
}

std::vector<std::string> partial_tiles(std::uint64_t size) {
    std::vector<std::string> names;
    if (size % tile_width != 0) {
        names.push_back(tile_name("entries", size / tile_width, size % tile_width));
    }
    for (unsigned level = 0; size > 0; ++level, size >>= tile_height) {
        if (size % tile_width == 0) continue;
        names.push_back(tile_name(std::to_string(level), size / tile_width, size % tile_width));
    }
    return names;
}

TileSource::TileSource(const std::filesystem::path& database)
    : connection_{database, sqlite::Access::read}, has_anchors_{has_anchor_tables(connection_)} {}

std::optional<TileSource::SignedHead> TileSource::newest() {
    auto select =
        connection_.prepare("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1");
    if (!select.step()) return std::nullopt;
    const auto note = select.blob(1);
    return SignedHead{.size = static_cast<std::uint64_t>(select.number(0)),
                      .note = {note.begin(), note.end()}};
}

std::vector<TileSource::SignedHead> TileSource::closings(std::uint64_t up_to) {
    auto select = connection_.prepare(
        "SELECT size, note FROM checkpoint WHERE closes IS NOT NULL AND size <= ? ORDER BY size");
    select.bind(1, static_cast<std::int64_t>(up_to));
    std::vector<SignedHead> all;
    while (select.step()) {
        const auto note = select.blob(1);
        all.push_back({.size = static_cast<std::uint64_t>(select.number(0)),
                       .note = {note.begin(), note.end()}});
    }
    return all;
}

std::vector<TileSource::SignedHead> TileSource::cosigned(std::uint64_t from, std::uint64_t to) {
    std::vector<SignedHead> all;
    if (!has_anchors_) return all;
    auto select = connection_.prepare(
        "SELECT DISTINCT size FROM cosignature WHERE size >= ? AND size <= ? ORDER BY size");
    select.bind(1, static_cast<std::int64_t>(from)).bind(2, static_cast<std::int64_t>(to));
    while (select.step()) {
        const auto size = static_cast<std::uint64_t>(select.number(0));
        if (auto note = cosigned_note_of(connection_, size)) {
            all.push_back({.size = size, .note = std::move(*note)});
        }
    }
    return all;
}

std::vector<TileSource::Stamp> TileSource::stamps(std::uint64_t up_to) {
    std::vector<Stamp> all;
    if (!has_anchors_) return all;
    for (auto kept = stamp_from(connection_, 0); kept && kept->size <= up_to;
         kept = stamp_from(connection_, kept->size + 1)) {
        auto note = note_of(connection_, kept->size);
        if (!note) continue;
        all.push_back({.over = {.size = kept->size, .note = std::move(*note)},
                       .reply = std::move(kept->reply),
                       .certificates = std::move(kept->certificates)});
    }
    return all;
}

tlog::Hash TileSource::root(std::uint64_t size) {
    return tlog::root_of(TreeRows{connection_}, size);
}

// The kept levels are 0, 8 and 16; what lies above is folded from the highest.
tlog::Hash TileSource::subtree(unsigned level, std::uint64_t index) {
    const auto kept = std::min(level, tlog::kept_levels.back());
    std::vector<tlog::Hash> hashes(std::size_t{1} << (level - kept));
    TreeRows{connection_}.read(kept, index << (level - kept), hashes);
    return tlog::folded(std::move(hashes));
}

void TileSource::tiles(std::uint64_t had, std::uint64_t size, const Put& put) {
    entries(had, size, put);
    for (unsigned level = 0; size >> (level * tile_height) > 0; ++level) {
        const auto count = size >> (level * tile_height);
        for (auto tile = (had >> (level * tile_height)) / tile_width; tile * tile_width < count;
             ++tile) {
            const auto width = std::min(tile_width, count - tile * tile_width);
            std::vector<tlog::Hash> hashes(width);
            if (level * tile_height <= tlog::kept_levels.back()) {
                TreeRows{connection_}.read(level * tile_height, tile * tile_width, hashes);
            } else {
                for (std::uint64_t i = 0; i < width; ++i) {
                    hashes[i] = subtree(level * tile_height, tile * tile_width + i);
                }
            }
            std::string bytes;
            for (const auto& hash : hashes) bytes += tlog::bytes_of(hash);
            put(tile_name(std::to_string(level), tile, width), bytes);
        }
    }
}

void TileSource::entries(std::uint64_t had, std::uint64_t size, const Put& put) {
    auto select = connection_.prepare("SELECT bytes FROM entry WHERE i >= ? AND i < ? ORDER BY i");
    for (auto tile = had / tile_width; tile * tile_width < size; ++tile) {
        const auto width = std::min(tile_width, size - tile * tile_width);
        select.bind(1, static_cast<std::int64_t>(tile * tile_width))
            .bind(2, static_cast<std::int64_t>(tile * tile_width + width));
        std::string bytes;
        std::uint64_t found = 0;
        for (; select.step(); ++found) {
            const auto entry = select.blob(0);
            bytes += static_cast<char>(entry.size() >> 8);  // a record has at most 4096 bytes
            bytes += static_cast<char>(entry.size() & 0xFF);
            bytes.append(entry.begin(), entry.end());
        }
        select.reset();
        if (found != width) {
            throw sqlite::Failure{
                sqlite::Trouble::damaged,
                fmt::format("of the entries {} to {}, {} are there", tile * tile_width,
                            tile * tile_width + width - 1, found)};
        }
        put(tile_name("entries", tile, width), bytes);
    }
}

}  // namespace sealwarden::eventlog
