#include "firmware/verify/log_folder.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "firmware/verify/json.hpp"
#include "firmware/verify/names.hpp"

namespace sealwarden::verify {
namespace {

constexpr std::uint64_t entries_limit = std::uint64_t{256} * (65535 + 2);  // what the format allows
constexpr FileLimits limits{.count = 10'000'000, .skip = "tile"};

bool belongs(std::string_view name) {
    if (name == "checkpoint" || name == "epochs/keys.bin" || name == "sheet.txt" ||
        name == "anchors/tsa.pem") {
        return true;
    }
    const auto kind = file_name(name).kind;
    return kind == FileKind::checkpoint || kind == FileKind::stamp || kind == FileKind::payload;
}

}  // namespace

LogFolder::LogFolder(std::filesystem::path folder)
    : folder_{std::move(folder)}, files_{Files::from_folder(folder_, limits)} {
    for (const auto& [name, bytes] : files_.all()) {
        if (!belongs(name))
            throw Malformed{fmt::format("{}: no file of a log has that name", name)};
    }
    if (files_.find("checkpoint") == nullptr) throw Malformed{"checkpoint is missing"};
}

std::filesystem::path LogFolder::path(const std::string& level, std::uint64_t tile,
                                      std::uint64_t width) const {
    return folder_ / "tile" / level / tile_path(tile, width);
}

void LogFolder::entries(std::uint64_t tile, std::uint64_t width, std::string& bytes) const {
    read_file(path("entries", tile, width), entries_limit, bytes);
}

std::vector<Hash> LogFolder::hashes(int level, std::uint64_t tile, std::uint64_t width) const {
    const auto bytes = read_file(path(std::to_string(level), tile, width), 8192);
    if (bytes.size() != width * 32) throw Malformed{"a tile of another size"};
    std::vector<Hash> hashes(width);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(i * 32), 32, hashes[i].begin());
    }
    return hashes;
}

std::string tile_path(std::uint64_t tile, std::uint64_t width) {
    auto path = fmt::format("{:03}", tile % 1000);
    for (tile /= 1000; tile > 0; tile /= 1000) path = fmt::format("x{:03}/{}", tile % 1000, path);
    return width == 256 ? path : fmt::format("{}.p/{}", path, width);
}

std::vector<std::string_view> split_entries(std::string_view bytes, std::uint64_t count) {
    std::vector<std::string_view> entries;
    entries.reserve(count);
    while (!bytes.empty()) {
        if (entries.size() == count) throw Malformed{"more entries than its place has"};
        if (bytes.size() < 2) throw Malformed{"ends within a length"};
        const auto size = static_cast<std::size_t>(big_endian(bytes.substr(0, 2)));
        if (bytes.size() - 2 < size) throw Malformed{"ends within an entry"};
        entries.push_back(bytes.substr(2, size));
        bytes.remove_prefix(2 + size);
    }
    if (entries.size() != count) throw Malformed{"fewer entries than its place has"};
    return entries;
}

}  // namespace sealwarden::verify
