// Custody's acts at a container: affix, verify, remove, break, found tampered with.
#include <algorithm>
#include <cassert>
#include <type_traits>

#include "firmware/core/alarms.hpp"
#include "firmware/core/dock/custody.hpp"
#include "firmware/core/dock/custody_rights.hpp"

namespace sealwarden {
namespace {

EventKind kind_of(CustodyInput checked) {
    switch (checked) {
        case CustodyInput::look: return EventKind::custody_checked;
        case CustodyInput::pass: return EventKind::custody_verified;
        case CustodyInput::differ: return EventKind::custody_mismatch;
        case CustodyInput::tamper: return EventKind::custody_tampered;
        case CustodyInput::remove: return EventKind::custody_removed;
        case CustodyInput::receive:
        case CustodyInput::accept:
        case CustodyInput::quarantine:
        case CustodyInput::issue:
        case CustodyInput::give_back:
        case CustodyInput::affix:
        case CustodyInput::clear:
        case CustodyInput::hold:
        case CustodyInput::release:
        case CustodyInput::cut:
        case CustodyInput::replace:
        case CustodyInput::dispose:
        case CustodyInput::retain:
        case CustodyInput::spoil:
        case CustodyInput::lose: break;
    }
    assert(!"a check leads to one of five");
    return EventKind::custody_verified;
}

void add_picture(Event& said, const std::string& picture) {
    if (!picture.empty()) said.data["picture"] = picture;
}
void add_personal(Event& said, const char* name, const std::string& text) {
    if (!text.empty()) said.personal[name] = text;
}

}  // namespace

template <class A>
void Custody::check(const A& act, CustodyInput good, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "seal", Training::needed, asked, events)) return;
    if (!names_well(act.seal, act.container, act.door, asked, events)) return;
    const auto checks = checks_of(act);
    if (!checks.any_done()) {
        asked.refuse("nothing_checked",
                     "none of view, verify, tug and twist was done; that is no check (CTPAT 6.7)",
                     events);
        return;
    }
    Finding finding{.input = good,
                    .number = SealNumber{act.seal},
                    .container = plain_number(act.container),
                    .door = act.door,
                    .person = act.person};
    const auto comparison =
        expectations_.compare(finding.number, act.document, finding.container, book_);
    const auto before = known(finding.number);
    // It passed on this container though it is not the documents' number: that was cleared, and the
    // same documents are no new doubt.
    const bool cleared = before.state == CustodyState::verified &&
                         before.container == finding.container &&
                         before.document == comparison.against;
    if (checks.body_bad())
        finding.input = CustodyInput::tamper;
    else if (checks.verify == Check::bad || (comparison.differs && !cleared))
        finding.input = CustodyInput::differ;
    else if (good == CustodyInput::pass && comparison.with == ComparedWith::nothing)
        finding.input = CustodyInput::look;
    finding.fit = fit(before, finding.input, finding.container);
    const bool removes = good == CustodyInput::remove;
    if (used_up(before.state) && before.container == finding.container)
        finding.fit = removes ? Fit::refused : Fit::again;
    if (finding.fit == Fit::refused) {
        refuse_state(before, finding.number, removes ? "removed" : "verified", asked, events);
        return;
    }
    auto after = moved(before, finding);
    if (finding.fit != Fit::doubted) {
        after.checks = checks;
        if (finding.input != CustodyInput::look) after.document = comparison.against;
        if constexpr (std::is_same_v<A, RemoveSeal>)
            if (finding.input == good) after.authority = act.authority;
        auto& said = tell(kind_of(finding.input), after, asked, events);
        said.data["complete"] = checks.complete();
        said.data["compared"] = std::string{to_string(comparison.with)};
        said.data["look_alike"] = comparison.look_alike;
        if constexpr (std::is_same_v<A, RemoveSeal>) {
            add_personal(said, "reason", act.reason);
            // Nobody cuts a seal that must be kept as it is.
            if (finding.input != good) said.data["removal"] = std::string{"stopped"};
        } else {
            said.data["read_by"] = std::string{to_string(act.read_by)};
            if (!act.place.empty()) said.data["place"] = act.place;
            add_picture(said, act.picture);
            add_personal(said, "note", act.note);
        }
    }
    if (finding.fit != Fit::fits) tell_duplicate(before, after, finding, asked, events);
}

void Custody::apply(const VerifySeal& act, const Asked& asked, Events& events) {
    check(act, CustodyInput::pass, asked, events);
}

void Custody::apply(const RemoveSeal& act, const Asked& asked, Events& events) {
    check(act, CustodyInput::remove, asked, events);
}

bool Custody::may_affix(const AffixSeal& act, const SealRecord& seal, const Finding& finding,
                        const Asked& asked, Events& events) const {
    const auto checks = checks_of(act);
    if (checks.body_bad() || checks.verify == Check::bad) {
        asked.refuse("bad_check",
                     finding.number.shown() +
                         " did not stand its check: take it off, make it void with `sealwarden "
                         "seal void`, and put another one on",
                     events);
        return false;
    }
    if (!act.foreign && !checks.any_done()) {
        asked.refuse("nothing_checked",
                     "none of view, verify, tug and twist was done; a seal is tried when it is put "
                     "on (CTPAT 6.7)",
                     events);
        return false;
    }
    const bool in_lot = seal.state == CustodyState::in_stock;
    if (!act.foreign && in_lot) {
        asked.refuse("not_issued",
                     finding.number.shown() + " " + whereabouts(seal) +
                         " and was not issued; `sealwarden seal issue` does that (CTPAT 6.1 A)",
                     events);
        return false;
    }
    const bool unknown =
        seal.state == CustodyState::unseen || seal.state == CustodyState::quarantined;
    if (finding.fit == Fit::refused || (!act.foreign && unknown)) {
        refuse_state(seal, finding.number, "affixed", asked, events);
        return false;
    }
    if (seal.state != CustodyState::mismatch || finding.fit != Fit::fits) return true;
    if (act.replaces.empty()) {
        refuse_state(seal, finding.number, "affixed but in the place of a broken one", asked,
                     events);
        return false;
    }
    // That explains a mismatch, so it takes the right that clears one.
    return may_handle_seals(act.person, "supervise", Training::not_needed, asked, events);
}

bool Custody::may_replace(const SealRecord& old, const SealNumber& by, const Finding& finding,
                          const Asked& asked, Events& events) const {
    const SealNumber number{old.id};
    if (!next(old.state, CustodyInput::replace)) {
        asked.refuse("not_broken",
                     number.shown() + " " + whereabouts(old) +
                         "; only a seal that was cut can be replaced, and `sealwarden seal break` "
                         "says who cut it",
                     events);
        return false;
    }
    if (old.container != finding.container) {
        asked.refuse("other_container",
                     number.shown() + " " + whereabouts(old) + ", and " + by.shown() +
                         " is put on " + finding.container,
                     events);
        return false;
    }
    return true;
}

void Custody::apply(const AffixSeal& act, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "seal", Training::needed, asked, events)) return;
    if (!names_well(act.seal, act.container, act.door, asked, events)) return;
    Finding finding{.input = CustodyInput::affix,
                    .number = SealNumber{act.seal},
                    .container = plain_number(act.container),
                    .door = act.door,
                    .person = act.person};
    const auto before = known(finding.number);
    finding.fit = fit(before, finding.input, finding.container);
    // Ours is in somebody's pocket, and theirs has the same number.
    if (act.foreign && before.state == CustodyState::issued) finding.fit = Fit::again;
    if (!may_affix(act, before, finding, asked, events)) return;

    const bool own = !before.lot.empty() && !act.foreign;
    const auto others = joined(expectations_.affixed_here(finding.container, book_));
    auto after = moved(before, finding);
    if (finding.fit != Fit::doubted) {
        after.checks = checks_of(act);
        after.foreign = !own;
        if (!act.replaces.empty()) {
            if (!names_well(act.replaces, {}, {}, asked, events)) return;
            auto old = known(SealNumber{act.replaces});
            if (!may_replace(old, finding.number, finding, asked, events)) return;
            after.replaces = old.id;
            after.inside_found = act.inside_found;
            old.state = CustodyState::replaced;
            old.replaced_by = after.id;
            old.inside_found = act.inside_found;
            old.door = act.door;
            old.person = act.person;
            expectations_.replaced(finding.container, old.id, after.id);
            auto& replaced = tell(EventKind::custody_replaced, old, asked, events);
            replaced.subjects.push_back({"seal_number", after.id});
        }
        const auto* lot = own ? lots_.find(before.lot) : nullptr;
        auto& said = tell(EventKind::custody_affixed, after, asked, events);
        if (!after.replaces.empty()) said.subjects.push_back({"seal_number", after.replaces});
        said.data["complete"] = after.checks.complete();
        said.data["hardware_checked"] = act.hardware_checked;
        said.data["high_security"] =
            lot == nullptr ? Datum{} : Datum{lot->seal_class == SealClass::high_security};
        said.data["by_holder"] = own ? Datum{before.holder == act.person} : Datum{};
        if (before.state == CustodyState::issued && !before.container.empty() &&
            before.container != finding.container)
            said.data["issued_for"] = before.container;
        said.data["others_on"] = others;
        said.data["read_by"] = std::string{to_string(act.read_by)};
        add_picture(said, act.picture);
    }
    if (finding.fit != Fit::fits) tell_duplicate(before, after, finding, asked, events);
}

void Custody::apply(const BreakSeal& act, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "seal", "supervise", asked, events)) return;
    if (!names_well(act.seal, act.container, {}, asked, events)) return;
    Finding finding{.input = CustodyInput::cut,
                    .number = SealNumber{act.seal},
                    .container = plain_number(act.container),
                    .person = act.person};
    const auto before = known(finding.number);
    finding.fit = fit(before, finding.input, finding.container);
    if (finding.fit == Fit::refused) {
        refuse_state(before, finding.number, "cut", asked, events);
        return;
    }
    auto after = moved(before, finding);
    if (finding.fit != Fit::doubted) {
        after.authority = act.authority;
        auto& said = tell(EventKind::custody_broken, after, asked, events);
        if (!act.place.empty()) said.data["place"] = act.place;
        add_personal(said, "officer", act.officer);
        add_personal(said, "reason", act.reason);
    }
    if (finding.fit != Fit::fits) tell_duplicate(before, after, finding, asked, events);
}

void Custody::apply(const TamperedSeal& act, const Asked& asked, Events& events) {
    if (!may_handle_seals(act.person, "seal", "supervise", asked, events)) return;
    if (!names_well(act.seal, act.container, {}, asked, events)) return;
    Finding finding{.input = CustodyInput::tamper,
                    .number = SealNumber{act.seal},
                    .container = plain_number(act.container),
                    .person = act.person};
    const auto before = known(finding.number);
    finding.fit = fit(before, finding.input, finding.container);
    if (finding.fit == Fit::refused) {
        refuse_state(before, finding.number, "found tampered with on a container", asked, events);
        return;
    }
    const auto after = moved(before, finding);
    if (finding.fit != Fit::doubted) {
        auto& said = tell(EventKind::custody_tampered, after, asked, events);
        add_picture(said, act.picture);
        add_personal(said, "note", act.note);
    }
    if (finding.fit != Fit::fits) tell_duplicate(before, after, finding, asked, events);
}

}  // namespace sealwarden
