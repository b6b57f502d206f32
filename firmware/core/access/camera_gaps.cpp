#include "firmware/core/access/camera_gaps.hpp"

#include <algorithm>
#include <utility>

#include "firmware/core/options.hpp"

namespace sealwarden {

void CameraGaps::configure(const Circumstances& circumstances) {
    auto before = std::exchange(cameras_, {});
    cameras_of_.clear();
    for (const auto& options : circumstances.options.cameras) {
        if (options.doors.empty()) continue;
        auto& camera = cameras_[options.id];
        if (const auto old = before.find(options.id); old != before.end()) camera = old->second;
        camera.doors = options.doors;
        for (const auto& door : options.doors) cameras_of_[door].push_back(options.id);
    }
}

void CameraGaps::tell(const std::string& id, Camera& camera, const std::string& door, Span opening,
                      Events& events) {
    const auto worst = std::ranges::find(camera.troubles, true) - camera.troubles.begin();
    // What is known to be wrong is told although it was told before that nothing is known.
    auto& told = worst == unknown ? camera.told_unknown : camera.told;
    if (camera.told.contains(door) || !told.insert(door).second) return;
    constexpr std::array<std::string_view, 4> names{"failed", "tampered", "not_recording",
                                                    "unknown"};
    auto found = finding("camera_gap_over_door_event", {{"door", door}, {"camera", id}}, opening.at,
                         opening.after);
    found.data["camera_state"] = std::string{names.at(static_cast<std::size_t>(worst))};
    events.push_back(std::move(found));
}

void CameraGaps::trouble(const Event& said, Trouble what, Events& events) {
    const auto found = cameras_.find(said.subjects.front().id);
    if (found == cameras_.end()) return;
    auto& [id, camera] = *found;
    camera.troubles.at(what) = true;
    if (!camera.blind_since) camera.blind_since = said.at;
    // A camera's trouble is told later than a door's opening, for it has to last.
    for (const auto& door : camera.doors)
        if (const auto opened = opened_.find(door);
            opened != opened_.end() && opened->second.at >= *camera.blind_since)
            tell(id, camera, door, opened->second, events);
}

void CameraGaps::over(const Event& said, Trouble what) {
    const auto found = cameras_.find(said.subjects.front().id);
    if (found == cameras_.end()) return;
    auto& camera = found->second;
    camera.troubles.at(what) = false;
    camera.troubles.at(unknown) = false;
    if (std::ranges::find(camera.troubles, true) != camera.troubles.end()) return;
    camera.blind_since.reset();
    camera.told.clear();
    camera.told_unknown.clear();
}

void CameraGaps::take(const Event& said, Events& events) {
    switch (said.kind) {
        case EventKind::camera_failed: trouble(said, failed, events); return;
        case EventKind::camera_tampered: trouble(said, tampered, events); return;
        case EventKind::camera_not_recording: trouble(said, not_recording, events); return;
        case EventKind::camera_unknown: trouble(said, unknown, events); return;
        case EventKind::camera_operating: over(said, failed); return;
        case EventKind::camera_untampered: over(said, tampered); return;
        case EventKind::camera_recording: over(said, not_recording); return;
        case EventKind::door_opened:
        case EventKind::door_opened_between_polls: {
            if (!is_opening(said)) return;
            const auto& door = said.subjects.front().id;
            const auto watching = cameras_of_.find(door);
            if (watching == cameras_of_.end()) return;
            opened_[door] = span_of(said);
            for (const auto& id : watching->second)
                if (auto& camera = cameras_.at(id); camera.blind_since)
                    tell(id, camera, door, span_of(said), events);
            return;
        }
        default: return;  // most events are no matter of it
    }
}

}  // namespace sealwarden
