#include "firmware/core/door_past.hpp"

#include <utility>

#include "firmware/core/said.hpp"

namespace sealwarden {

using enum EventKind;

bool wire_failed(EventKind kind, std::string_view why) {
    return kind == door_unknown && why != "fault";
}

bool tells_of_the_past(EventKind kind) {
    return kind == door_opened || kind == door_closed || kind == door_opened_between_polls ||
           kind == door_recounted || kind == door_unknown;
}

bool DoorPast::tell(EventKind kind, Uptime at, const RecordData& data) {
    const auto mended = std::exchange(newer_, at);
    if (!wire_ && wire_failed(kind, text_of(data, "why"))) {
        wire_ = {door_unknown, door_, mended.value_or(at), {}, {}};
        wire_->data.add("lasts", !mended);
    }
    if (kind == door_unknown) {
        if (!heard_) lost_at_ = at;  // every start says it again
        return true;
    }
    heard_ = true;
    if (const auto* counter = data.find("counter"); counter != nullptr && !counted_) {
        counted_ = {door_recounted, door_, lost_at_.value_or(at), {}, {}};
        counted_->data.add("counter", *counter);
        if (const auto* behind = data.find("uncounted"); behind != nullptr)
            counted_->data.add("uncounted", *behind);
        counted_->data.add("open", kind == door_opened);
        counted_->data.add("lost", lost_at_.has_value());
    }
    if (kind == door_recounted || text_of(data, "from") == "unknown") return true;
    movement_ = {kind, door_, at, {}, {}};
    return false;
}

void DoorPast::each(const RecordUse& use) const {
    if (counted_) use(*counted_);
    if (movement_) use(*movement_);
    if (wire_) use(*wire_);
}

}  // namespace sealwarden
