#include "firmware/notices.hpp"

#include <algorithm>
#include <cassert>

namespace sealwarden {
namespace {

using What = local::Notice::What;

EventKind kind_of(What what) {
    switch (what) {
        case What::delivered: return EventKind::notify_delivered;
        case What::failed: return EventKind::notify_failed;
        case What::failing: return EventKind::notify_failing;
        case What::well: return EventKind::notify_well;
    }
    assert(!"every notice has a kind");
    return EventKind::notify_failed;
}

bool is_about_alarm(What what) {
    return what == What::delivered || what == What::failed;
}

}  // namespace

Event notice_event(const local::Notice& notice, Uptime now) {
    Event event;
    event.kind = kind_of(notice.what);
    event.at = now;
    event.subjects = {{"webhook", notice.webhook}};
    if (is_about_alarm(notice.what)) {
        event.subjects.push_back({"alarm", notice.alarm});
        event.data = {{"entry", static_cast<std::int64_t>(notice.entry)},
                      {"tries", static_cast<std::int64_t>(notice.tries)}};
    }
    if (!notice.why.empty()) event.data["why"] = notice.why;
    return event;
}

bool says_already(const local::Notice& notice, const std::vector<Alarm>& alarms) {
    if (is_about_alarm(notice.what)) return false;
    const bool fails = std::ranges::any_of(alarms, [&](const Alarm& alarm) {
        return alarm.kind == "notify-failing" && alarm.source.id == notice.webhook && alarm.active;
    });
    return fails == (notice.what == What::failing);
}

}  // namespace sealwarden
