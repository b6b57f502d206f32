#include "firmware/core/access/stuck_doors.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "firmware/core/options.hpp"

namespace sealwarden {
namespace {

// Whole working days behind day `from` and before day `to`.
std::int64_t working_days(std::int64_t from, std::int64_t to, const Holidays& holidays) {
    const auto days = std::max<std::int64_t>(to - from - 1, 0);
    auto working = days / 7 * 5;
    for (auto day = to - days % 7; day < to; ++day) working += is_working_day(day, {}) ? 1 : 0;
    return working - std::count_if(holidays.upper_bound(from),
                                   holidays.lower_bound(std::max(to, from + 1)),
                                   [](std::int64_t day) { return is_working_day(day, {}); });
}

}  // namespace

void StuckDoors::configure(const Circumstances& circumstances) {
    auto before = std::exchange(doors_, {});
    for (const auto& options : circumstances.options.doors) {
        if (options.stuck_after_working_days <= 0) continue;
        auto& door = doors_[options.id];
        if (const auto old = before.find(options.id); old != before.end()) door = old->second;
        door.days = options.stuck_after_working_days;
    }
    plan(circumstances);
}

// Looked at soon behind the next local midnight, and every hour: the offset from UTC moves.
void StuckDoors::plan(const Circumstances& circumstances) {
    deadline_.reset();
    if (doors_.empty()) return;
    const auto& now = circumstances.now;
    const auto seconds = std::int64_t{now.wall.zone.count()} * 60;
    const auto midnight = (now.local_day(now.wall_ms()) + 1) * 86'400'000 - seconds * 1000;
    deadline_ = std::min(now.uptime_of(midnight), now.at + std::chrono::hours{1});
}

void StuckDoors::restore(const std::string& door, Uptime moved) {
    if (const auto found = doors_.find(door); found != doors_.end()) found->second.moved = moved;
}

void StuckDoors::take(const Event& said) {
    if (doors_.empty()) return;
    std::string state;
    switch (said.kind) {
        case EventKind::door_opened: state = "open"; break;
        case EventKind::door_closed: state = "closed"; break;
        case EventKind::door_unknown:
        case EventKind::door_opened_between_polls: break;
        default: return;  // most events are no matter of it
    }
    const auto found = doors_.find(said.subjects.front().id);
    if (found == doors_.end()) return;
    auto& door = found->second;
    const auto moves = [&] {
        door.moved = said.at;
        door.told = false;
    };
    if (said.kind == EventKind::door_opened_between_polls) return moves();
    door.state = state;
    if (state.empty()) return;
    const bool found_so = text_of(said.data, "from") == "unknown";
    const auto was = text_of(said.data, "was");
    if (!found_so || (!was.empty() && was != state)) return moves();
    if (!door.moved) door.moved = said.at;
}

void StuckDoors::tick(const Circumstances& circumstances, Events& events) {
    const auto& now = circumstances.now;
    const auto today = now.local_day(now.wall_ms());
    std::vector<std::string> stuck;
    for (auto& [id, door] : doors_) {
        if (door.told || !door.moved || door.state.empty()) continue;
        const auto moved = now.local_day(now.wall_ms(*door.moved));
        if (working_days(moved, today, circumstances.options.access.holidays) < door.days) continue;
        door.told = true;
        stuck.push_back(id);
    }
    std::ranges::sort(stuck);  // the log must not depend on addresses
    for (const auto& id : stuck) {
        auto said = make_event(EventKind::door_stuck, {{"door", id}}, now.at);
        said.data["state"] = doors_.at(id).state;
        said.data["working_days"] = std::int64_t{doors_.at(id).days};
        events.push_back(std::move(said));
    }
    plan(circumstances);
}

}  // namespace sealwarden
