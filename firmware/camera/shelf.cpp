#include "firmware/camera/shelf.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sealwarden::camera {

void Shelf::add(Shelved picture) {
    if (!names_.insert(picture.sha256).second) {
        const auto same = std::ranges::find(pictures_, picture.sha256, &Shelved::sha256);
        picture.held |= same->held;
        bytes_ -= same->bytes;
        pictures_.erase(same);
    }
    bytes_ += picture.bytes;
    pictures_.push_back(std::move(picture));
}

void Shelf::remove(const std::string& sha256) {
    const auto found = std::ranges::find(pictures_, sha256, &Shelved::sha256);
    if (found == pictures_.end()) return;
    bytes_ -= found->bytes;
    names_.erase(sha256);
    pictures_.erase(found);
}

std::vector<Goes> Shelf::aged(WallTime now) const {
    std::vector<Goes> all;
    std::optional<WallTime> not_after;
    for (auto one = pictures_.rbegin(); one != pictures_.rend(); ++one) {
        if (one->recorded) not_after = one->recorded;
        if (one->held || !not_after || now - *not_after <= keep_) continue;
        all.push_back({.sha256 = one->sha256,
                       .entry = one->entry,
                       .rule = fmt::format("older than {} days", keep_.count())});
    }
    std::ranges::reverse(all);
    return all;
}

Shelf::Room Shelf::room_for(std::int64_t more) const {
    Room room;
    auto free = quota_ - bytes() - more;
    for (const auto& one : pictures_) {
        if (free >= 0) break;
        if (one.held) continue;
        free += one.bytes;
        room.goes.push_back({.sha256 = one.sha256,
                             .entry = one.entry,
                             .rule = fmt::format("more than {} MiB", quota_ >> 20)});
    }
    if (free < 0) room = {.goes = {}, .full = "the space for pictures is full of held ones"};
    return room;
}

}  // namespace sealwarden::camera
