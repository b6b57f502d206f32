#include "firmware/core/access/sealed_doors.hpp"

#include "firmware/core/options.hpp"

namespace sealwarden {
namespace {

// Readers of seals are asked every few seconds.
constexpr std::chrono::seconds late_look{10};

}  // namespace

void SealedDoors::configure(const Circumstances& circumstances) {
    seals_at_.clear();
    patience_.clear();
    for (const auto& seal : circumstances.options.seals) {
        if (!seal.door || !seal.intact) continue;
        seals_at_[*seal.door].push_back(seal.id);
        patience_[seal.id] = seal.settle + late_look;
    }
}

void SealedDoors::take(const Event& said, Events&) {
    const auto intact = [&](bool so) {
        const auto& seal = said.subjects.front().id;
        intact_[seal] = so;
        if (!so) std::erase_if(doubts_, [&](const auto& one) { return one.second.seal == seal; });
    };
    switch (said.kind) {
        case EventKind::seal_intact: intact(true); return;
        case EventKind::seal_open:
        case EventKind::seal_tampered:
        case EventKind::seal_absent:
        case EventKind::seal_unknown: intact(false); return;
        case EventKind::door_opened:
        case EventKind::door_opened_between_polls: {
            if (!is_opening(said)) return;
            const auto& door = said.subjects.front().id;
            const auto seals = seals_at_.find(door);
            if (seals == seals_at_.end()) return;
            for (const auto& seal : seals->second)
                if (intact_[seal])
                    doubts_.emplace(said.at + patience_[seal], Doubt{door, seal, span_of(said)});
            return;
        }
        default: return;  // most events are no matter of it
    }
}

void SealedDoors::tick(Uptime now, Events& events) {
    while (!doubts_.empty() && doubts_.begin()->first <= now) {
        const auto& doubt = doubts_.begin()->second;
        events.push_back(finding("opened_while_sealed",
                                 {{"door", doubt.door}, {"seal", doubt.seal}}, doubt.opening.at,
                                 doubt.opening.after));
        doubts_.erase(doubts_.begin());
    }
}

std::optional<Uptime> SealedDoors::deadline() const {
    if (doubts_.empty()) return {};
    return doubts_.begin()->first;
}

}  // namespace sealwarden
