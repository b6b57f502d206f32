#include "firmware/verify/entry_stream.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "firmware/verify/merkle.hpp"
#include "firmware/verify/workers.hpp"

namespace sealwarden::verify {
namespace {

constexpr std::uint64_t tile_size = 256;
constexpr std::size_t slot_count = 64;  // tiles in memory at once: about 8 MB
Failure broken(std::string_view rule, Sentence why) {
    return {rule, Verdict::changed, std::move(why)};
}

}  // namespace

EntryStream::EntryStream(const LogFolder& log, std::uint64_t size)
    : log_{log}, size_{size}, tiles_{(size + tile_size - 1) / tile_size}, slots_(slot_count) {
    for (unsigned i = 0; i < worker_count(); ++i) threads_.emplace_back([this] { work(); });
}

EntryStream::~EntryStream() {
    {
        const std::lock_guard lock{mutex_};
        stop_ = true;
    }
    changed_.notify_all();
}

const EntryTile* EntryStream::next() {
    std::unique_lock lock{mutex_};
    consumed_ = given_;
    changed_.notify_all();
    if (given_ == tiles_) return nullptr;
    auto& slot = slots_[given_ % slot_count];
    changed_.wait(lock, [&] { return slot.ready; });
    slot.ready = false;
    ++given_;
    return &slot.tile;
}

void EntryStream::work() {
    std::unique_lock lock{mutex_};
    for (;;) {
        changed_.wait(lock,
                      [&] { return stop_ || taken_ == tiles_ || taken_ < consumed_ + slot_count; });
        if (stop_ || taken_ == tiles_) return;
        const auto number = taken_++;
        auto& slot = slots_[number % slot_count];
        lock.unlock();
        fill(slot.tile, number);
        lock.lock();
        slot.ready = true;
        changed_.notify_all();
    }
}

void EntryStream::fill(EntryTile& tile, std::uint64_t number) const {
    const auto width = std::min(tile_size, size_ - number * tile_size);
    tile.first = number * tile_size;
    tile.failure.reset();
    tile.root.reset();
    tile.leaves.clear();
    tile.records.resize(width);
    std::uint64_t index = tile.first;
    std::string_view at = "tile/entries";
    try {
        log_.entries(number, width, tile.file);
        const auto entries = split_entries(tile.file, width);
        at = "record";
        for (std::size_t i = 0; i < entries.size(); ++i, ++index) {
            parse_record(entries[i], index, tile.records[i]);
            tile.leaves.push_back(leaf_hash(entries[i]));
        }
        at = "tile/0";
        if (tile.leaves != log_.hashes(0, number, width)) {
            tile.failure = broken("range.complete",
                                  say(Say::tile_differs, "tile/0/" + tile_path(number, width)));
        }
        if (width == tile_size) tile.root = tree_root(tile.leaves);
    } catch (const Malformed& error) {
        if (at == "record") {
            tile.failure = broken(
                "record.form", say(Say::record_malformed, fmt::format("#{}", index), error.what()));
        } else {
            const auto path = fmt::format("{}/{}", at, tile_path(number, width));
            tile.failure = {"range.complete", Verdict::not_provable, say(Say::tile_missing, path)};
        }
    }
}

}  // namespace sealwarden::verify
