// Custody's acts about seals in doubt, and about what is left of the others. Nothing here happens
// by itself (CTPAT 6.1 D).
#include <utility>
#include <vector>

#include "firmware/core/dock/custody.hpp"
#include "firmware/core/dock/custody_rights.hpp"

namespace sealwarden {

void Custody::apply(const ClearMismatch& act, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "supervise", Training::not_needed, asked, events)) return;
    if (!names_well(act.seal, {}, {}, asked, events)) return;
    auto seal = moved_by_hand(SealNumber{act.seal}, CustodyInput::clear, "cleared", act.person,
                              asked, events);
    if (!seal) return;
    const auto container = seal->container;
    if (act.misread) {
        // The seal that has this number, if there is one, is where it was all the time.
        seal->state = std::exchange(seal->was, CustodyState::unseen);
        seal->container = std::exchange(seal->was_container, {});
        seal->duplicate = false;
    }
    auto& said = tell(EventKind::custody_cleared, *std::move(seal), asked, events);
    said.data["misread"] = act.misread;
    said.data["read_on"] = container;
    said.personal["note"] = act.note;
    // The container on which it was read comes first: that is what was in question.
    const Subject read_on{"container", container};
    std::erase(said.subjects, read_on);
    said.subjects.insert(said.subjects.begin() + 1, read_on);
}

void Custody::apply(const HoldSeal& act, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "seal", "supervise", asked, events)) return;
    if (!names_well(act.seal, {}, {}, asked, events)) return;
    auto seal =
        moved_by_hand(SealNumber{act.seal}, CustodyInput::hold, "held", act.person, asked, events);
    if (!seal) return;
    seal->held_at = act.place;
    tell(EventKind::custody_held, *std::move(seal), asked, events);
}

void Custody::apply(const ReleaseSeal& act, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "supervise", Training::not_needed, asked, events)) return;
    if (!names_well(act.seal, {}, {}, asked, events)) return;
    auto seal = moved_by_hand(SealNumber{act.seal}, CustodyInput::release, "released", act.person,
                              asked, events);
    if (!seal) return;
    tell(EventKind::custody_released, *std::move(seal), asked, events).personal["result"] =
        act.result;
}

void Custody::apply(const DisposeSeal& act, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "seal", Training::not_needed, asked, events)) return;
    if (!names_well(act.seal, {}, {}, asked, events)) return;
    auto seal =
        moved_by_hand(SealNumber{act.seal}, act.kept ? CustodyInput::retain : CustodyInput::dispose,
                      "disposed of", act.person, asked, events);
    if (!seal) return;
    tell(EventKind::custody_disposed, *std::move(seal), asked, events).data["kept"] = act.kept;
}

}  // namespace sealwarden
