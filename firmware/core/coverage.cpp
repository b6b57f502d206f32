#include "firmware/core/coverage.hpp"

#include <algorithm>

#include "firmware/core/fact.hpp"

namespace sealwarden {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::size_t longest_list = 16;  // of point names in one event: an entry has 4 KiB
constexpr std::chrono::seconds time_to_come_back{5};

std::int64_t in_milliseconds(UptimeClock::duration time) {
    return duration_cast<milliseconds>(time).count();
}

}  // namespace

Coverage::Coverage(DeviceWatch device, Uptime start) : device_{std::move(device)}, start_{start} {
    for (const auto& point : device_.points) points_.push_back({.id = point, .since = {}});
}

Coverage::Point* Coverage::find(PointId point) {
    const auto found = std::ranges::find(points_, point, &Point::id);
    return found == points_.end() ? nullptr : &*found;
}

void Coverage::good(PointId id, Uptime at, Events& events) {
    auto* point = find(id);
    if (!point || point->watch == Watch::watched) return;
    if (point->watch == Watch::lost && point->fresh) tell_lost(events);
    point->watch = Watch::watched;
    point->fresh = true;
    if (!regaining_) regaining_ = Gathered{at, at, {}};
    regaining_->last = std::max(regaining_->last, at);
    const bool all =
        std::ranges::all_of(points_, [](const Point& one) { return one.watch == Watch::watched; });
    if (all) tell_regained(events);
}

void Coverage::bad(PointId id, Uptime at, std::optional<Uptime> after, std::string_view reason,
                   Events& events) {
    auto* point = find(id);
    if (!point || point->watch == Watch::lost) return;
    if (point->watch == Watch::watched && point->fresh) {
        // It was not back for long enough to have been back: the gap goes on.
        point->watch = Watch::lost;
        point->fresh = false;
        if (std::ranges::none_of(
                points_, [](const Point& one) { return one.fresh && one.watch == Watch::watched; }))
            regaining_.reset();
        return;
    }
    if (losing_ && reason != losing_->reason) tell_lost(events);
    point->since =
        point->watch == Watch::watched ? std::optional{after.value_or(at)} : std::nullopt;
    point->watch = Watch::lost;
    point->fresh = true;
    if (!losing_) losing_ = Gathered{at, at, std::string{reason}};
}

void Coverage::offline(bool offline, Uptime at) {
    if (offline_ && !offline) look_again_ = at + time_to_come_back;
    if (offline) look_again_.reset();
    offline_ = offline;
}

Event Coverage::event(EventKind kind, Uptime at, const std::vector<Point*>& points) const {
    auto said = make_event(kind, {{"device", device_.id}}, at);
    said.data["points"] = static_cast<std::int64_t>(points.size());
    said.data["of"] = static_cast<std::int64_t>(points_.size());
    if (points.size() <= longest_list) {
        std::string list;
        for (const auto* point : points) {
            if (!list.empty()) list += ',';
            list += point->id.point();
        }
        said.data["list"] = list;
    }
    return said;
}

void Coverage::tell_lost(Events& events) {
    if (!losing_) return;
    std::vector<Point*> points;
    for (auto& point : points_)
        if (point.watch == Watch::lost && point.fresh) points.push_back(&point);
    tell_lost(losing_->first, losing_->reason, points, false, events);
    losing_.reset();
}

void Coverage::tell_lost(Uptime at, const std::string& reason, const std::vector<Point*>& points,
                         bool again, Events& events) {
    auto said = event(EventKind::coverage_lost, at, points);
    std::optional<Uptime> after;
    for (auto* point : points) {
        if (point->since) after = sooner(after, point->since);
        point->fresh = false;
    }
    said.after = after;
    said.data["reason"] = reason;
    said.data["offline"] = offline_;
    if (again) said.data["again"] = true;
    events.push_back(std::move(said));
}

void Coverage::tell_regained(Events& events) {
    if (!regaining_) return;
    std::vector<Point*> points;
    for (auto& point : points_)
        if (point.watch == Watch::watched && point.fresh) points.push_back(&point);
    auto said = event(EventKind::coverage_regained, regaining_->last, points);
    auto from = regaining_->last;
    bool start = false;
    for (auto* point : points) {
        from = std::min(from, point->since.value_or(start_));
        start |= !point->since;
        point->fresh = false;
    }
    said.data["lost_from_ms"] = in_milliseconds(from.time_since_epoch());
    said.data["lost_to_ms"] = in_milliseconds(regaining_->last.time_since_epoch());
    said.data["gap_ms"] = in_milliseconds(regaining_->last - from);
    said.data["start"] = start;
    said.data["still_lost"] = static_cast<std::int64_t>(lost());
    events.push_back(std::move(said));
    regaining_.reset();
}

std::size_t Coverage::lost() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        points_, [](const Point& point) { return point.watch != Watch::watched; }));
}

std::optional<Uptime> Coverage::never_read_at() const {
    const bool any = std::ranges::any_of(
        points_, [](const Point& point) { return point.watch == Watch::never; });
    if (!any) return {};
    return start_ + device_.silent_after;
}

void Coverage::tick(Uptime now, Events& events) {
    if (const auto at = never_read_at(); at && *at <= now)
        for (const auto& point : points_)
            if (point.watch == Watch::never) bad(point.id, *at, {}, "never_read", events);
    if (losing_ && losing_->first + gathering <= now) tell_lost(events);
    if (regaining_ && regaining_->first + gathering <= now) tell_regained(events);
    if (look_again_ && *look_again_ <= now) {
        tell_lost(events);
        std::vector<Point*> points;
        for (auto& point : points_)
            if (point.watch == Watch::lost) points.push_back(&point);
        if (!points.empty()) tell_lost(*look_again_, "no_answer", points, true, events);
        look_again_.reset();
    }
}

std::optional<Uptime> Coverage::deadline() const {
    auto first = sooner(never_read_at(), look_again_);
    if (losing_) first = sooner(first, losing_->first + gathering);
    if (regaining_) first = sooner(first, regaining_->first + gathering);
    return first;
}

}  // namespace sealwarden
