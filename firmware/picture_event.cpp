#include "firmware/picture_event.hpp"

#include <algorithm>
#include <cstdlib>

#include "firmware/tlog/encoding.hpp"

namespace sealwarden {
namespace {

// A recorder's clock is off beyond this; HTTP's Date has whole seconds, and the answer took time.
constexpr std::int64_t clock_off_ms = 3000;

std::string hex(const tlog::Hash& hash) {
    return tlog::hex(tlog::bytes_of(hash));
}

// By it whoever has the hash finds what the log says of the picture.
Subject subject_of(const tlog::Hash& sha256) {
    return {"picture", hex(sha256)};
}

Event event_of(const local::PictureTaken& taken) {
    Event event;
    event.kind = EventKind::camera_picture;
    event.subjects = {{"camera", taken.camera}};
    event.subjects.push_back(subject_of(taken.sha256));
    event.subjects.insert(event.subjects.end(), taken.about.begin(), taken.about.end());
    event.data = {
        {"stored", taken.stored},
        {"sha256", hex(taken.sha256)},
        {"bytes", taken.bytes},
        {"taken_ts", taken.taken_ms},
        {"clock_offset_ms", taken.clock_offset_ms ? Datum{*taken.clock_offset_ms} : Datum{}},
        {"skipped", taken.skipped}};
    if (taken.cause) event.data["cause"] = static_cast<std::int64_t>(*taken.cause);
    // The recorder's clock dates the footage; a camera's own stands in no evidence.
    if (taken.stored && taken.clock_offset_ms)
        event.data["clock_off"] = std::abs(*taken.clock_offset_ms) > clock_off_ms;
    event.pictures = {{.name = taken.camera + (taken.stored ? "-stored" : "-live"),
                       .sha256 = hex(taken.sha256),
                       .bytes = taken.bytes}};
    return event;
}

Event event_of(const local::PictureFailed& failed) {
    Event event;
    event.kind = EventKind::camera_picture_failed;
    event.subjects = {{"camera", failed.camera}};
    event.data = {{"stored", failed.stored}, {"why", failed.why}};
    return event;
}

}  // namespace

std::variant<Event, std::string> picture_event(const local::PictureNews& news,
                                               const SiteOptions& site, Uptime now) {
    Event event;
    if (const auto* erased = std::get_if<local::PictureErased>(&news)) {
        event.kind = EventKind::picture_erased;
        event.subjects = {{"gateway", site.gateway}, subject_of(erased->sha256)};
        event.data = {
            {"sha256", hex(erased->sha256)},
            {"ref", erased->entry ? Datum{static_cast<std::int64_t>(*erased->entry)} : Datum{}},
            {"rule", erased->rule}};
    } else {
        if (const auto* taken = std::get_if<local::PictureTaken>(&news)) event = event_of(*taken);
        if (const auto* failed = std::get_if<local::PictureFailed>(&news))
            event = event_of(*failed);
        if (std::ranges::find(site.cameras, event.subjects.front().id, &CameraOptions::id) ==
            site.cameras.end())
            return "no camera of that name is configured";
    }
    event.at = now;
    return event;
}

}  // namespace sealwarden
