#include "firmware/verify/time_check.hpp"

#include <algorithm>

namespace sealwarden::verify {

void TimeCheck::add(const Record& record, std::uint64_t generation, std::uint64_t first,
                    std::uint64_t last) {
    const bool unsynced = record.sync == "none";
    if (unsynced) {
        first_unsynced_ = unsynced_ == 0 ? record.index : std::min(first_unsynced_, record.index);
        last_unsynced_ = std::max(last_unsynced_, record.index);
        ++unsynced_;
    }
    if (record.kind == "clock.step") stepped_boots_.insert(record.boot);
    // A stated error beyond a year would overflow and says nothing more than "none" does.
    constexpr std::int64_t year_ms = 366ll * 86'400'000;
    const std::chrono::milliseconds error{std::clamp<std::int64_t>(record.error_ms, 0, year_ms)};
    const auto low = record.wall - error;
    const bool older = generation == 1 && record.index < sheet_.commissioned_size;
    const bool early = !older && record.wall + error < sheet_.begin_of(first) - sheet_.epoch;
    const bool late = low > sheet_.begin_of(last + 1) + sheet_.epoch;
    if (!early && !late) return;
    if (const auto closing = closing_of(record); closing && closing->late && late) return;
    misfits_.push_back({record.index, record.boot, first, last, record.wall, early, low, unsynced});
}

void TimeCheck::finish(const std::map<std::uint64_t, Moment>& late, Report& report) const {
    auto misfits = misfits_;
    std::ranges::sort(misfits, {}, &Misfit::index);
    for (const auto& misfit : misfits) {
        const auto closed = late.find(misfit.last);
        if (!misfit.early && closed != late.end() &&
            misfit.claimed_low <= closed->second + sheet_.epoch) {
            continue;
        }
        const auto why = say(Say::time_position, misfit.index, record_text(misfit.claimed),
                             second_text(sheet_.begin_of(misfit.first)),
                             second_text(sheet_.begin_of(misfit.last + 1)));
        if (!misfit.unsynced && !stepped_boots_.contains(misfit.boot)) throw Broken{why};
        report.gap(why);
    }
    if (unsynced_ != 0) {
        report.gap(say(Say::unsynced, unsynced_, first_unsynced_, last_unsynced_));
    }
}

std::optional<Closing> closing_of(const Record& record) {
    if (record.kind != "epoch.close") return std::nullopt;
    Json json;
    json.parse(record.data);
    const auto late = json.root().find("late");
    return Closing{.epoch = json.root().count_at("epoch"),
                   .late = late && late->kind() == JsonKind::boolean && late->boolean()};
}

}  // namespace sealwarden::verify
