#include "firmware/core/dock/custody.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "firmware/core/alarms.hpp"
#include "firmware/core/dock/custody_rights.hpp"
#include "firmware/core/fact.hpp"
#include "firmware/core/options.hpp"
#include "firmware/core/said.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

// A number is never forgotten: it may come up again years later.
constexpr std::array told{custody_issued,   custody_returned, custody_affixed,  custody_verified,
                          custody_mismatch, custody_cleared,  custody_tampered, custody_held,
                          custody_released, custody_broken,   custody_replaced, custody_removed,
                          custody_disposed, custody_void,     custody_lost,     custody_duplicate,
                          custody_checked,  custody_cut_seen};

// The kind of the event that left a seal in this state, or the likeliest of several.
EventKind kind_of(CustodyState state) {
    switch (state) {
        case CustodyState::unseen: return custody_cleared;
        case CustodyState::received:
        case CustodyState::in_stock:
        case CustodyState::quarantined: return custody_returned;
        case CustodyState::issued: return custody_issued;
        case CustodyState::affixed: return custody_affixed;
        case CustodyState::verified: return custody_verified;
        case CustodyState::mismatch: return custody_mismatch;
        case CustodyState::tampered: return custody_tampered;
        case CustodyState::hold: return custody_held;
        case CustodyState::closed: return custody_released;
        case CustodyState::broken: return custody_broken;
        case CustodyState::replaced: return custody_replaced;
        case CustodyState::removed: return custody_removed;
        case CustodyState::disposed:
        case CustodyState::retained: return custody_disposed;
        case CustodyState::voided: return custody_void;
        case CustodyState::lost: return custody_lost;
    }
    assert(!"every state has an event");
    return custody_cleared;
}

// Who takes an electronic seal off says so and cuts it: what its reader sees within this is that.
constexpr std::chrono::minutes cut_within{30};

bool is_container(std::string_view id) {
    return id.size() >= 2 && id.size() <= 15 && std::ranges::all_of(id, [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

}  // namespace

std::span<const RecordKind> Custody::record_kinds() {
    static const std::array kinds{RecordKind{"seal_number", told, {}}, Lots::record_kind()};
    return kinds;
}

void Custody::restore(const Record& record, const Circumstances& circumstances) {
    expectations_.restore(record, circumstances.now);
    if (record.subject.kind == "lot") lots_.restore(record, circumstances.now);
    if (record.subject.kind != "seal_number") return;
    auto seal = read_fields<SealRecord>(record, circumstances.now);
    if (!seal) return;
    seal->id = record.subject.id;
    keep(*seal);
    // The wall clock may say anything behind a restart: nobody is waited for longer than at first.
    if (const auto cut = cuts_.find(seal->id); cut != cuts_.end())
        cut->second = std::clamp(cut->second, circumstances.now.at,
                                 circumstances.now.at + circumstances.options.dock.cut_grace);
}

void Custody::carry(const Circumstances& circumstances, Events& events) const {
    lots_.carry(circumstances.now, events);
}

void Custody::carry(const Circumstances& circumstances, CarriedPiece& piece) const {
    book_.each_record([&](const auto& record) {
        piece.offer([&] {
            const SealRecord seal = record();
            return carried_record({"seal_number", seal.id}, kind_of(seal.state), seal,
                                  circumstances.now);
        });
    });
}

void Custody::keep(const SealRecord& seal) {
    lots_.enter(book_.find(seal.id), seal);
    book_.put(seal);
    if (seal.cut.until)
        cuts_[seal.id] = *seal.cut.until;
    else
        cuts_.erase(seal.id);
}

SealRecord Custody::known(const SealNumber& number) const {
    if (auto seal = book_.find(number.id)) return *std::move(seal);
    SealRecord seal;
    seal.id = number.id;
    if (const auto* lot = lots_.lot_of(number.id)) {
        seal.state = lot->state;
        seal.stock = StockPlace::in;
        seal.lot = lot->id;
    }
    return seal;
}

Custody::Fit Custody::fit(const SealRecord& seal, CustodyInput input,
                          const std::string& container) {
    const bool was_on = in_use(seal.state) || in_doubt(seal.state) || used_up(seal.state);
    const bool unplaced = in_doubt(seal.state) && seal.container.empty();  // found, who knows where
    const bool elsewhere = was_on && !unplaced && !container.empty() && seal.container != container;
    if (!elsewhere && next(seal.state, input)) return Fit::fits;
    if (in_doubt(seal.state)) return elsewhere ? Fit::doubted : Fit::refused;
    if (elsewhere) return Fit::again;
    // Cut off that very container, and put on it again.
    if (used_up(seal.state) && input == CustodyInput::affix) return Fit::again;
    // Never put on anything, and on a container.
    if (!was_on && !container.empty()) return Fit::again;
    return Fit::refused;
}

SealRecord Custody::moved(const SealRecord& seal, const Finding& finding) {
    auto after = seal;
    if (finding.fit == Fit::again) {
        // A life of its own; what the stock's ledger says of the serial stays.
        after = {};
        after.id = seal.id;
        after.stock = seal.stock;
        after.lot = seal.lot;
        after.holder = seal.holder;
        after.issues = seal.issues;
        after.returns = seal.returns;
        after.duplicate = true;
    }
    if (finding.fit == Fit::again || finding.input == CustodyInput::differ) {
        after.was = seal.state;
        after.was_container = seal.container;
    }
    if (finding.fit != Fit::doubted) {
        const auto to = next(after.state, finding.input);
        assert(to);
        after.state = to.value_or(after.state);
        if (!finding.container.empty()) after.container = finding.container;
        after.door = finding.door;
    } else {
        after.duplicate = true;
    }
    after.as_read = finding.number.as_read;
    after.person = finding.person;
    if (after.lot.empty()) after.foreign = true;
    return after;
}

Event& Custody::tell(EventKind kind, SealRecord seal, const Asked& asked, Events& events) {
    std::vector<Subject> subjects{{"seal_number", seal.id}};
    if (!seal.container.empty()) subjects.push_back({"container", seal.container});
    if (!seal.door.empty()) subjects.push_back({"door", seal.door});
    subjects.push_back({"person", seal.person});
    auto said = asked.event(kind, std::move(subjects));
    seal.since = said.at;
    if (!in_use(seal.state)) seal.cut = {};  // whoever was waited for has said so, or never will
    write_fields(seal, asked.now, said);
    keep(seal);
    events.push_back(std::move(said));
    return events.back();
}

void Custody::tell_duplicate(const SealRecord& before, const SealRecord& after,
                             const Finding& finding, const Asked& asked, Events& events) {
    auto& said = tell(custody_duplicate, after, asked, events);
    const auto also = [&](const std::string& container) {
        const Subject subject{"container", container};
        if (!container.empty() && std::ranges::find(said.subjects, subject) == said.subjects.end())
            said.subjects.push_back(subject);
    };
    also(finding.container);
    also(before.container);
    const auto as = next(CustodyState::unseen, finding.input);
    said.data["found_as"] = as ? Datum{std::string{to_string(*as)}} : Datum{};
    said.data["found_on"] = finding.container;
    said.data["before"] = std::string{to_string(before.state)};
    said.data["before_container"] = before.container;
}

std::string Custody::whereabouts(const SealRecord& seal) {
    const auto on = seal.container.empty() ? std::string{} : " " + seal.container;
    switch (seal.state) {
        case CustodyState::unseen: return "is of no lot and was never heard of";
        case CustodyState::received:
        case CustodyState::in_stock: return "is in stock, in lot `" + seal.lot + "`";
        case CustodyState::quarantined:
            return "is in quarantine: its lot `" + seal.lot +
                   "` has no certificate, which `sealwarden lot certify` enters (CTPAT 6.5)";
        case CustodyState::issued: return "is issued to `" + seal.holder + "`";
        case CustodyState::affixed:
        case CustodyState::verified: return "is on" + on;
        case CustodyState::mismatch:
            return "differs from its documents; `sealwarden seal clear` or `seal hold` decides "
                   "that";
        case CustodyState::tampered:
            return "was tampered with; `sealwarden seal hold` keeps it as evidence";
        case CustodyState::hold:
            return "is held as evidence; `sealwarden seal release` with a result ends that";
        case CustodyState::closed: return "was evidence, and that case is closed";
        case CustodyState::broken: return "was cut off" + on;
        case CustodyState::replaced: return "was replaced by `" + seal.replaced_by + "`";
        case CustodyState::removed: return "was removed from" + on;
        case CustodyState::disposed: return "was removed from" + on + " and thrown away";
        case CustodyState::retained: return "was removed from" + on + " and kept";
        case CustodyState::voided: return "is void";
        case CustodyState::lost: return "is lost";
    }
    assert(!"every state has a sentence");
    return {};
}

void Custody::refuse_state(const SealRecord& seal, const SealNumber& number, std::string_view verb,
                           const Asked& asked, Events& events) const {
    std::string_view reason = "wrong_state";
    if (seal.state == CustodyState::unseen) reason = "unknown_seal";
    if (seal.state == CustodyState::quarantined) reason = "quarantined";
    if (in_doubt(seal.state)) reason = "in_doubt";
    auto message = number.shown() + " " + whereabouts(seal) + "; it cannot be " + std::string{verb};
    if (seal.state == CustodyState::unseen)
        if (const auto meant = lots_.look_alike_of(number.id))
            message += ". `" + *meant +
                       "` is of our stock and differs by look-alikes only (0 and O, 1 and I, "
                       "8 and B): read it again";
    asked.refuse(reason, std::move(message), events);
}

bool Custody::names_well(const std::string& seal, const std::string& container,
                         const std::string& door, const Asked& asked, Events& events) {
    if (auto wrong = SealNumber{seal}.complaint(); !wrong.empty()) {
        asked.refuse("bad_number", std::move(wrong), events);
        return false;
    }
    if (!container.empty() && !is_container(plain_number(container))) {
        asked.refuse("bad_container",
                     "`" + bounded(container, 40) +
                         "` cannot be the number of a container or the plate of a trailer: that "
                         "has 2 to 15 letters A to Z and digits",
                     events);
        return false;
    }
    if (!door.empty() && std::ranges::find(asked.options.doors, door, &DoorOptions::id) ==
                             asked.options.doors.end()) {
        asked.refuse("unknown_door",
                     "there is no door `" + bounded(door, 40) + "` in the configuration", events);
        return false;
    }
    return true;
}

std::optional<SealRecord> Custody::moved_by_hand(const SealNumber& number, CustodyInput input,
                                                 std::string_view verb, const std::string& person,
                                                 const Asked& asked, Events& events) const {
    auto seal = known(number);
    const auto to = next(seal.state, input);
    if (!to) {
        refuse_state(seal, number, verb, asked, events);
        return {};
    }
    seal.state = *to;
    seal.as_read = number.as_read;
    seal.person = person;
    seal.door.clear();
    return seal;
}

void Custody::mark(Event& event) const {
    if (event.kind != seal_tampered && event.kind != seal_open) return;
    const auto seal = book_.find(SealNumber{text_of(event, "number")}.id);
    if (!seal || !seal->since || event.at > *seal->since + cut_within) return;
    if (seal->state == CustodyState::removed || seal->state == CustodyState::broken ||
        seal->state == CustodyState::replaced || seal->state == CustodyState::disposed ||
        seal->state == CustodyState::retained)
        event.data["taken_off"] = true;
}

void Custody::take(const Event& said, const Circumstances& circumstances, Events& events) {
    expectations_.take(said);
    if (said.kind == visit_opened || said.kind == visit_departed)
        wait_no_longer(std::string{subject_id(said, "container")}, circumstances, events);
    if (said.kind != seal_tampered && said.kind != seal_open) return;
    const SealNumber number{text_of(said, "number")};
    auto seal = book_.find(number.id);
    if (!seal || !in_use(seal->state) || seal->cut.until) return;
    seal->as_read = number.as_read;
    seal->cut = {.at = said.at,
                 .until = said.at + circumstances.options.dock.cut_grace,
                 .reader = said.subjects.front().id,
                 .says = said.kind == seal_open ? "open" : "tampered"};
    // The reader's own alarm is there at once; what it means for the container waits where somebody
    // may be about to say that he cut it: a seal is verified before it is cut.
    const bool waits =
        seal->state == CustodyState::verified && *seal->cut.until > circumstances.now.at;
    const auto cut = seal->cut;
    auto& seen = waits ? tell_cut(custody_cut_seen, *std::move(seal), cut, circumstances, events)
                       : found_cut(*std::move(seal), circumstances, events);
    seen.after = said.after;
    seen.source = said.source;
    seen.raw = said.raw;
}

// Whoever may cut says so before the door behind the seal opens, and what leaves is gone.
void Custody::wait_no_longer(const std::string& container, const Circumstances& circumstances,
                             Events& events) {
    std::vector<SealRecord> on_it;
    for (const auto& [id, until] : cuts_)
        if (auto seal = book_.find(id); seal && seal->container == container)
            on_it.push_back(*std::move(seal));
    for (auto& seal : on_it) found_cut(std::move(seal), circumstances, events);
}

void Custody::tick(const Circumstances& circumstances, Events& events) {
    std::vector<std::string> over;
    for (const auto& [id, until] : cuts_)
        if (until <= circumstances.now.at) over.push_back(id);
    for (const auto& id : over)
        if (auto seal = book_.find(id)) found_cut(*std::move(seal), circumstances, events);
}

std::optional<Uptime> Custody::deadline() const {
    std::optional<Uptime> first;
    for (const auto& [id, until] : cuts_) first = sooner(first, until);
    return first;
}

Event& Custody::found_cut(SealRecord seal, const Circumstances& circumstances, Events& events) {
    seal.state = next(seal.state, CustodyInput::tamper).value_or(CustodyState::tampered);
    seal.since = circumstances.now.at;
    seal.person.clear();
    const auto cut = std::exchange(seal.cut, {});
    return tell_cut(custody_tampered, std::move(seal), cut, circumstances, events);
}

Event& Custody::tell_cut(EventKind kind, SealRecord seal, const CutSeen& cut,
                         const Circumstances& circumstances, Events& events) {
    auto seen = make_event(kind, {{"seal_number", seal.id}}, circumstances.now.at);
    if (!seal.container.empty()) seen.subjects.push_back({"container", seal.container});
    const auto& readers = circumstances.options.seals;
    const auto by = std::ranges::find(readers, cut.reader, &SealOptions::id);
    seal.door = by == readers.end() ? std::string{} : by->door.value_or("");
    if (!seal.door.empty()) seen.subjects.push_back({"door", seal.door});
    seen.subjects.push_back({"seal", cut.reader});
    write_fields(seal, circumstances.now, seen);
    seen.data["found_by"] = cut.reader;
    seen.data["reader_says"] = cut.says;
    seen.data["reader_said_ts"] = cut.at ? Datum{circumstances.now.wall_ms(*cut.at)} : Datum{};
    keep(seal);
    events.push_back(std::move(seen));
    return events.back();
}

}  // namespace sealwarden
