#include "firmware/camera/demand.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace sealwarden::camera {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr std::size_t most_about = 6;
constexpr std::string_view known_failure = "?";  // of before the start, in words nobody knows

constexpr std::array<std::string_view, 13> causes{
    "door.opened",    "door.forced",      "door.opened_between_polls",
    "seal.present",   "seal.absent",      "seal.open",
    "seal.tampered",  "custody.affixed",  "custody.removed",
    "custody.broken", "custody.replaced", "custody.tampered",
    "seal.number"};
constexpr std::array<std::string_view, 5> worth_naming{"door", "seal", "seal_number", "container",
                                                       "visit"};

bool among(const auto& list, std::string_view one) {
    return std::ranges::find(list, one) != std::end(list);
}

bool is_cause(const json& record) {
    const auto kind = record.value("kind", "");
    if (kind == "alarm.raised" || kind == "alarm.repeated")
        return record.at("data").value("priority", "") == "high";
    return among(causes, kind);
}

Cause cause_of(const json& record) {
    Cause cause{.index = record.at("i").get<std::uint64_t>(), .about = {}};
    for (const auto& subject : record.at("subj")) {
        const auto kind = subject.at("k").get<std::string>();
        if (cause.about.size() < most_about && among(worth_naming, kind))
            cause.about.push_back({.kind = kind, .id = subject.at("v").get<std::string>()});
    }
    return cause;
}

}  // namespace

Demand::Demand(const config::Config& config, Uptime now) : every_{config.site.camera_check.every} {
    for (const auto& source : config.pictures.sources)
        cameras_.push_back({.id = source.camera,
                            .has_live = source.live.has_value(),
                            .has_stored = source.stored.has_value(),
                            .waiting = {},
                            .live_due = now,
                            .stored_due = now,
                            .live_failure = {},
                            .stored_failure = {}});
    for (const auto& one : config.site.cameras)
        for (const auto& door : one.doors) seen_by_[door].push_back(one.id);
    for (const auto& seal : config.site.seals)
        if (seal.door) door_of_seal_[seal.id] = *seal.door;
}

Demand::Camera* Demand::camera(const std::string& id) {
    const auto found = std::ranges::find(cameras_, id, &Camera::id);
    return found == cameras_.end() ? nullptr : &*found;
}

void Demand::learn(const std::string& id, std::optional<std::chrono::seconds> stored_ago,
                   bool live_failed, bool stored_failed) {
    auto* one = camera(id);
    if (one == nullptr) return;
    if (stored_ago)
        one->stored_due += every_ - std::clamp<std::chrono::seconds>(*stored_ago, 0s, every_);
    if (live_failed) one->live_failure = known_failure;
    if (stored_failed) one->stored_failure = known_failure;
}

std::vector<std::string> Demand::doors_in(const json& record) const {
    std::set<std::string> doors;
    for (const auto& subject : record.at("subj")) {
        const auto kind = subject.at("k").get<std::string>();
        const auto id = subject.at("v").get<std::string>();
        if (kind == "door") doors.insert(id);
        if (const auto found = door_of_seal_.find(id);
            kind == "seal" && found != door_of_seal_.end())
            doors.insert(found->second);
    }
    const auto& data = record.at("data");
    if (const auto door = data.find("door"); door != data.end() && door->is_string())
        doors.insert(door->get<std::string>());
    return {doors.begin(), doors.end()};
}

void Demand::take(const json& record, std::chrono::milliseconds ago, Uptime now) {
    if (!is_cause(record)) return;
    std::set<std::string> wanted;
    for (const auto& door : doors_in(record))
        if (const auto found = seen_by_.find(door); found != seen_by_.end())
            wanted.insert(found->second.begin(), found->second.end());
    for (const auto& id : wanted) {
        auto* one = camera(id);
        if (one == nullptr || !one->has_live) continue;
        if (one->waiting || ago > longest_wait)
            ++one->skipped;
        else
            one->waiting = Waiting{.cause = cause_of(record), .since = now - ago};
    }
}

std::optional<Shot> Demand::next(Uptime now) {
    if (under_way_ >= most_at_once) return {};
    for (auto& one : cameras_) {
        if (one.waiting && now - one.waiting->since > longest_wait) {
            one.waiting.reset();
            ++one.skipped;
        }
        if (!one.waiting || one.live_under_way || now < one.live_due) continue;
        one.live_under_way = true;
        one.live_due = now + live_gap;
        ++under_way_;
        Shot shot{.camera = one.id,
                  .stored = false,
                  .cause = std::move(one.waiting->cause),
                  .skipped = std::exchange(one.skipped, 0)};
        one.waiting.reset();
        return shot;
    }
    for (auto& one : cameras_) {
        if (!one.has_stored || one.stored_under_way || now < one.stored_due) continue;
        one.stored_under_way = true;
        ++under_way_;
        return Shot{.camera = one.id, .stored = true, .cause = {}, .skipped = 0};
    }
    return {};
}

std::optional<Uptime> Demand::due() const {
    std::optional<Uptime> first;
    const auto soon = [&](Uptime at) { first = first ? std::min(*first, at) : at; };
    if (under_way_ >= most_at_once) return {};
    for (const auto& one : cameras_) {
        if (one.waiting && !one.live_under_way) soon(one.live_due);
        if (one.has_stored && !one.stored_under_way) soon(one.stored_due);
    }
    return first;
}

bool Demand::ended(const Shot& shot, const std::string& why, Uptime now) {
    auto* one = camera(shot.camera);
    if (one == nullptr) return false;
    --under_way_;
    (shot.stored ? one->stored_under_way : one->live_under_way) = false;
    auto& failure = shot.stored ? one->stored_failure : one->live_failure;
    if (!shot.stored && !why.empty()) one->skipped += shot.skipped + 1;
    if (shot.stored) {
        one->stored_due = now + (why.empty() ? std::chrono::seconds{every_} : one->retry);
        one->retry = why.empty() ? first_retry : std::min(one->retry * 2, last_retry);
    }
    // What had failed before the start is told again only when it is known to be another failure.
    const bool was_failing = !failure.empty();
    const bool news = why.empty() || !was_failing || (failure != why && failure != known_failure);
    failure = why;
    return news;
}

}  // namespace sealwarden::camera
