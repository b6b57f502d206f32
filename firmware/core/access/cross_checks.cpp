#include "firmware/core/access/cross_checks.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

constexpr std::size_t denials_in_a_row = 3;
constexpr std::chrono::minutes denials_within{1};

}  // namespace

void CrossChecks::configure(const Circumstances& circumstances) {
    sealed_doors_.configure(circumstances);
    camera_gaps_.configure(circumstances);
    stuck_doors_.configure(circumstances);
}

void CrossChecks::denied(const Event& said, Events& events) {
    if (text_of(said.data, "reason") == "revoked") {
        auto found = finding("revoked_badge_used", said.subjects, said.at, said.after);
        events.push_back(std::move(found));
    }
    auto& times = denials_[said.subjects.front().id];
    times.push_back(said.at);
    while (said.at - times.front() > denials_within) times.pop_front();
    if (times.size() < denials_in_a_row) return;
    auto found = finding("repeated_denials", {said.subjects.front()}, said.at, said.after);
    if (const auto door = subject_id(said, "door"); !door.empty())
        found.subjects.push_back({"door", std::string{door}});
    found.data["count"] = static_cast<std::int64_t>(times.size());
    events.push_back(std::move(found));
    times.clear();
}

// Whoever opens the cabinet while the mains are gone may have seen to both.
void CrossChecks::power_or_cabinet(const Event& said, Events& events) {
    const auto& id = said.subjects.front().id;
    const auto tell = [&](const std::string& cabinet, const std::string& power) {
        events.push_back(finding("battery_and_cabinet", {{"cabinet", cabinet}, {"power", power}},
                                 said.at, said.after));
    };
    if (said.kind == power_on_battery) {
        if (!on_battery_.insert(id).second) return;
        for (const auto& cabinet : open_cabinets_) tell(cabinet, id);
    } else {
        const bool hidden = flag_of(said, "between_polls");
        if (!hidden && !open_cabinets_.insert(id).second) return;
        for (const auto& power : on_battery_) tell(id, power);
    }
}

void CrossChecks::restore(const Record& record, const Circumstances&) {
    const bool moved = record.kind == door_opened || record.kind == door_closed ||
                       record.kind == door_opened_between_polls;
    if (record.subject.kind == "door" && moved) stuck_doors_.restore(record.subject.id, record.at);
}

void CrossChecks::take(const Event& said, const Circumstances&, Events& events) {
    switch (said.kind) {
        case access_denied: denied(said, events); return;
        // An unknown source is as it was last known: a cut cable ends no finding.
        case power_mains:
        case power_restored: on_battery_.erase(said.subjects.front().id); return;
        case cabinet_closed: open_cabinets_.erase(said.subjects.front().id); return;
        case power_on_battery:
        case cabinet_opened: power_or_cabinet(said, events); return;
        default: break;
    }
    sealed_doors_.take(said, events);
    camera_gaps_.take(said, events);
    stuck_doors_.take(said);
}

void CrossChecks::tick(const Circumstances& circumstances, Events& events) {
    const auto due = [&](const auto& rules) {
        const auto at = rules.deadline();
        return at && *at <= circumstances.now.at;
    };
    if (due(sealed_doors_)) sealed_doors_.tick(circumstances.now.at, events);
    if (due(stuck_doors_)) stuck_doors_.tick(circumstances, events);
}

std::optional<Uptime> CrossChecks::deadline() const {
    return sooner(sealed_doors_.deadline(), stuck_doors_.deadline());
}

}  // namespace sealwarden
