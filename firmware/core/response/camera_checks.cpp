#include "firmware/core/response/camera_checks.hpp"

#include <algorithm>
#include <array>

#include "firmware/core/alarms.hpp"
#include "firmware/core/fact.hpp"
#include "firmware/core/options.hpp"
#include "firmware/core/response/may.hpp"
#include "firmware/core/said.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

constexpr std::string_view right = "inspect";
// Before this a gateway that is being set up, or was given another camera, says nothing of checks.
constexpr std::chrono::hours grace{1};
// What a picture shows is no older than so many periods, or nobody knows whether it still records.
constexpr int periods_seen = 2;

constexpr std::array told{camera_check_planned, camera_check_ready, camera_checked,
                          camera_check_missed};
constexpr std::array kinds{RecordKind{"camera_check", told, {}}};

std::vector<Subject> subjects_of(const CameraCheck& check) {
    return {{"camera_check", check.camera}, {"camera", check.camera}};
}

const CameraOptions* camera_in(const SiteOptions& options, const std::string& id) {
    const auto found = std::ranges::find(options.cameras, id, &CameraOptions::id);
    return found == options.cameras.end() ? nullptr : &*found;
}

bool somebody_works(const Circumstances& circumstances, Uptime at) {
    const auto& now = circumstances.now;
    return is_working_day(now.local_day(now.wall_ms(at)), circumstances.options.access.holidays);
}

// A stored picture that nobody looked at yet and that is not of long ago.
bool waits(const CameraCheck& check, const Asked& asked) {
    if (check.picture.empty() || check.picture == check.checked_picture) return false;
    return check.picture_at &&
           asked.now.at - *check.picture_at <= periods_seen * asked.options.camera_check.every;
}

Event told_of(const CameraCheck& check, EventKind kind, const Now& now) {
    auto event = make_event(kind, subjects_of(check), now.at);
    write_fields(check, now, event);
    return event;
}

}  // namespace

std::span<const RecordKind> CameraChecks::record_kinds() {
    return kinds;
}

void CameraChecks::restore(const Record& record, const Circumstances& circumstances) {
    if (record.subject.kind != "camera_check") return;
    if (auto check = read_fields<CameraCheck>(record, circumstances.now))
        checks_[record.subject.id] = std::move(*check);
}

void CameraChecks::start(const Circumstances& circumstances) {
    started_ = circumstances.now.at;
    late_ = circumstances.options.camera_check.late;
    configured_.clear();
    for (const auto& camera : circumstances.options.cameras) {
        if (!camera.stored_picture) continue;
        configured_.insert(camera.id);
        auto& check = checks_[camera.id];
        check.camera = camera.id;
        if (check.counted_from && check.state != CameraCheckState::missed)
            count_from(check, *check.counted_from, circumstances);
    }
    find_deadline();
}

void CameraChecks::count_from(CameraCheck& check, Uptime at,
                              const Circumstances& circumstances) const {
    const auto& options = circumstances.options.camera_check;
    auto due = at + options.every;
    while (!options.weekends && !somebody_works(circumstances, due)) due += std::chrono::hours{24};
    check.counted_from = at;
    check.due_at = due;
}

std::optional<Uptime> CameraChecks::wakes(const CameraCheck& check) const {
    if (!check.due_at) return started_ + grace;
    if (check.state == CameraCheckState::missed) return {};
    return std::max(*check.due_at + late_, started_);
}

void CameraChecks::find_deadline() {
    next_.reset();
    for (const auto& id : configured_) next_ = sooner(next_, wakes(checks_.at(id)));
}

void CameraChecks::tick(const Circumstances& circumstances, Events& events) {
    const auto& now = circumstances.now;
    for (const auto& id : configured_) {
        auto& check = checks_.at(id);
        const auto at = wakes(check);
        if (!at || *at > now.at) continue;
        if (!check.due_at) {
            count_from(check, now.at, circumstances);
            events.push_back(told_of(check, camera_check_planned, now));
        } else {
            check.state = next(check.state, CameraCheckInput::time);
            events.push_back(told_of(check, camera_check_missed, now));
        }
    }
    find_deadline();
}

void CameraChecks::take(const Event& event, const Circumstances& circumstances, Events& events) {
    if (event.kind != camera_picture) return;
    const auto stored = event.data.find("stored");
    if (stored == event.data.end() || stored->second != Datum{true}) return;
    const auto& id = event.subjects.front().id;
    const auto sha256 = text_of(event, "sha256");
    if (!configured_.contains(id) || sha256.empty() || sha256 == checks_.at(id).picture) return;
    auto& check = checks_.at(id);
    check.picture = sha256;
    const auto taken = event.data.find("taken_ts");
    const auto* ms =
        taken == event.data.end() ? nullptr : std::get_if<std::int64_t>(&taken->second);
    check.picture_at = ms ? std::optional{circumstances.now.uptime_of(*ms)} : std::nullopt;
    if (!check.due_at) count_from(check, event.at, circumstances);
    events.push_back(told_of(check, camera_check_ready, circumstances.now));
    find_deadline();
}

void CameraChecks::apply(const CheckCamera& act, const Asked& asked, Events& events) {
    if (!may(act.person, right, asked, events)) return;
    const auto* camera = camera_in(asked.options, act.camera);
    if (camera == nullptr)
        return asked.refuse("unknown_camera",
                            "there is no camera `" + bounded(act.camera, 40) +
                                "` here; `sealwarden camera list` shows them",
                            events);
    auto& check = checks_[act.camera];
    if (!act.picture.empty() && act.picture != check.picture)
        return asked.refuse("unknown_picture",
                            "that is not the newest stored picture of `" + camera->id +
                                "`; `sealwarden camera list` shows what waits to be looked at",
                            events);
    const bool fresh = waits(check, asked);
    if (act.result == CameraCheckResult::good && camera->stored_picture && !fresh)
        return asked.refuse("no_picture",
                            "no stored picture of `" + camera->id +
                                "` waits to be looked at; see whether its recorder records, and "
                                "say what is wrong with it",
                            events);
    const bool good = act.result == CameraCheckResult::good;
    check.camera = camera->id;
    check.state = next(check.state, good ? CameraCheckInput::saw_good : CameraCheckInput::saw_bad);
    check.result = to_string(act.result);
    check.person = act.person;
    check.checked_at = asked.now.at;
    if (fresh) check.checked_picture = check.picture;
    check.note = act.note;
    count_from(check, asked.now.at, asked.circumstances);
    auto checked = asked.event(camera_checked, subjects_of(check));
    checked.subjects.push_back({"person", act.person});
    write_fields(check, asked.now, checked);
    events.push_back(std::move(checked));
    find_deadline();
}

void CameraChecks::carry(const Circumstances& circumstances, Events& events) const {
    for (const auto& [id, check] : checks_) {
        if (!check.due_at) continue;
        const auto kind = check.state == CameraCheckState::missed ? camera_check_missed
                          : check.checked_at                      ? camera_checked
                                                                  : camera_check_planned;
        events.push_back(carried_record({"camera_check", id}, kind, check, circumstances.now));
    }
}

}  // namespace sealwarden
