// What is said of the seals of the visits.
#include <algorithm>

#include "firmware/core/dock/seal_number.hpp"
#include "firmware/core/dock/visits.hpp"
#include "firmware/core/said.hpp"

namespace sealwarden {
namespace {

constexpr std::size_t seals_kept = 8;  // of one kind in a record; all of them are in the log

void note(std::vector<std::string>& list, const std::string& seal) {
    if (holds(list, seal)) return;
    if (list.size() == seals_kept) list.erase(list.begin());
    list.push_back(seal);
}

bool is_expected(const Visit& visit, const std::string& seal) {
    return visit.seals_expected.empty() || holds(visit.seals_expected, seal);
}

// It was put on here, and not in the place of one that was expected.
bool leaves_with(const Visit& visit, const std::string& seal) {
    return holds(visit.seal_out, seal) && !holds(visit.seals_expected, seal);
}

}  // namespace

Visit* Visits::visit_of_seal(const Event& said) {
    // Of a number that was misread, the seal that has it is on another container.
    if (const auto read_on = text_of(said, "read_on"); !read_on.empty()) return of_unit(read_on);
    for (const auto& subject : said.subjects)
        if (subject.kind == "container") return of_unit(plain_number(subject.id));
    const auto& seal = said.subjects.front().id;
    for (auto& [id, visit] : visits_)
        if (holds(visit.seals_on, seal) || holds(visit.seals_expected, seal)) return &visit;
    return nullptr;
}

void Visits::take_seal(const Event& said, const Circumstances& circumstances, Events& events) {
    const auto& seal = said.subjects.front().id;
    auto* visit = visit_of_seal(said);
    if (visit == nullptr) {
        const auto replaces = text_of(said, "replaces");
        if (said.kind != EventKind::custody_affixed || replaces.empty()) return;
        for (const auto& subject : said.subjects)
            if (subject.kind == "container")
                expected_.replace_seal(plain_number(subject.id), replaces, seal, said,
                                       circumstances.now, events);
        return;
    }
    Cause cause{.circumstances = circumstances, .at = said.at, .after = {}, .data = {}};
    cause.data["seal"] = seal;
    switch (said.kind) {
        case EventKind::custody_checked: checked(*visit, said, std::move(cause), events); break;
        case EventKind::custody_verified: verified(*visit, said, std::move(cause), events); break;
        case EventKind::custody_mismatch: differs(*visit, said, std::move(cause), events); break;
        case EventKind::custody_cleared: cleared(*visit, said, std::move(cause), events); break;
        case EventKind::custody_tampered: tampered(*visit, said, std::move(cause), events); break;
        case EventKind::custody_removed:
        case EventKind::custody_broken: taken_off(*visit, said, std::move(cause), events); break;
        case EventKind::custody_affixed: affixed(*visit, said, cause, events); break;
        default: return;  // take() lets no others in
    }
    find_deadline();
}

namespace {

// All that was expected is verified now, or it says what is not yet.
void see_whether_verified(Visit& visit, Uptime at, std::map<std::string, Datum>& data) {
    const auto outstanding = outstanding_seals(visit);
    data["outstanding"] = joined(outstanding);
    if (!outstanding.empty()) return;
    if (!visit.verified_at) visit.verified_at = at;
    visit.vvtt_complete = true;
    visit.opening_told = false;
    move(visit, VisitInput::verify, at);
}

void doubt(Visit& visit, const std::string& seal) {
    std::erase(visit.seals_verified, seal);
    visit.verified_at.reset();
    visit.vvtt_complete = false;
}

}  // namespace

// It is on it, and is still to be verified (CTPAT 6.7: the number against the documents).
void Visits::checked(Visit& visit, const Event& said, Cause cause, Events& events) {
    const auto& seal = said.subjects.front().id;
    if (leaves_with(visit, seal) || holds(visit.seals_verified, seal)) return;
    note(visit.seal_in, seal);
    note(visit.seals_on, seal);
    auto outstanding = outstanding_seals(visit);
    note(outstanding, seal);
    cause.data["outstanding"] = joined(outstanding);
    tell(EventKind::visit_verified, visit, cause, events);
}

void Visits::verified(Visit& visit, const Event& said, Cause cause, Events& events) {
    const auto& seal = said.subjects.front().id;
    if (leaves_with(visit, seal)) return;  // a later check of it is told by the seal
    // CTPAT 6.7: less than four results verify nothing.
    if (!flag_of(said, "complete")) return;
    note(visit.seal_in, seal);
    note(visit.seals_on, seal);
    note(visit.seals_verified, seal);
    visit.verifier = text_of(said, "person");
    see_whether_verified(visit, cause.at, cause.data);
    tell(EventKind::visit_verified, visit, cause, events);
    if (!is_expected(visit, seal))
        deviate(visit, Deviation::seal_differs, std::move(cause), events);
}

void Visits::differs(Visit& visit, const Event& said, Cause cause, Events& events) {
    const auto& seal = said.subjects.front().id;
    note(visit.seals_on, seal);
    if (!leaves_with(visit, seal)) {
        note(visit.seal_in, seal);
        doubt(visit, seal);
        move(visit, VisitInput::doubt, cause.at);
    }
    cause.data["documented"] = text_of(said, "document");
    deviate(visit, Deviation::seal_differs, std::move(cause), events);
}

// The documents were wrong: the seal stands in the place of one of those that were expected.
void Visits::cleared(Visit& visit, const Event& said, Cause cause, Events& events) {
    const auto& seal = said.subjects.front().id;
    if (flag_of(said, "misread")) {  // it was never there
        std::erase(visit.seals_on, seal);
        std::erase(visit.seal_in, seal);
        cause.data["outstanding"] = joined(outstanding_seals(visit));
        tell(EventKind::visit_verified, visit, cause, events);
        return;
    }
    if (leaves_with(visit, seal)) return;
    if (!is_expected(visit, seal)) {
        const auto outstanding = outstanding_seals(visit);
        if (!outstanding.empty())
            std::ranges::replace(visit.seals_expected, outstanding.front(), seal);
    }
    note(visit.seals_verified, seal);
    visit.verifier = text_of(said, "person");
    see_whether_verified(visit, cause.at, cause.data);
    tell(EventKind::visit_verified, visit, cause, events);
}

void Visits::tampered(Visit& visit, const Event& said, Cause cause, Events& events) {
    const auto& seal = said.subjects.front().id;
    if (!leaves_with(visit, seal)) {
        note(visit.seal_in, seal);
        doubt(visit, seal);
    }
    std::erase(visit.seals_on, seal);
    std::erase(visit.seal_out, seal);
    move(visit, VisitInput::spoil, cause.at);
    deviate(visit, Deviation::seal_cut_without_authority, std::move(cause), events);
}

void Visits::taken_off(Visit& visit, const Event& said, Cause cause, Events& events) {
    const auto& seal = said.subjects.front().id;
    const bool ours = leaves_with(visit, seal);
    const bool broken = said.kind == EventKind::custody_broken;
    const bool differs = !ours && !is_expected(visit, seal);
    const auto authority = text_of(said, "authority");
    if (!ours) note(visit.seal_in, seal);
    if (holds(visit.seal_out, seal)) {
        visit.sealed_at.reset();
        visit.gap_s.reset();
    }
    std::erase(visit.seals_on, seal);
    std::erase(visit.seal_out, seal);
    visit.cut_at = cause.at;
    visit.cutter = text_of(said, "person");
    visit.authority = authority;
    visit.opening_told = false;
    if (broken && !ours && !authority.empty()) note(visit.seals_broken, seal);
    const bool compared = text_of(said, "compared") != "nothing";
    if (!broken && !ours && compared && flag_of(said, "complete")) {  // before it was cut
        note(visit.seals_verified, seal);
        visit.verifier = visit.cutter;
        see_whether_verified(visit, cause.at, cause.data);
    }
    move(visit, VisitInput::cut, cause.at);
    tell(EventKind::visit_cut, visit, cause, events);
    if (differs) deviate(visit, Deviation::seal_differs, cause, events);
    if (authority.empty())
        deviate(visit, Deviation::seal_cut_without_authority, std::move(cause), events);
}

void Visits::affixed(Visit& visit, const Event& said, const Cause& cause, Events& events) {
    const auto& seal = said.subjects.front().id;
    const auto replaces = text_of(said, "replaces");
    visit.sealed_at = cause.at;
    visit.sealer = text_of(said, "person");
    const auto wrong =
        deviations_of_sealing(visit, position(visit.door), !replaces.empty(), options_);
    if (visit.state == VisitState::closed && visit.closed_at)
        visit.gap_s = std::chrono::floor<std::chrono::seconds>(cause.at - *visit.closed_at).count();
    if (!replaces.empty()) {
        std::ranges::replace(visit.seals_expected, replaces, seal);
        std::erase(visit.seals_on, replaces);
        std::erase(visit.seal_out, replaces);
        std::erase(visit.seals_broken, replaces);
    }
    note(visit.seal_out, seal);
    note(visit.seals_on, seal);
    visit.opening_told = false;
    move(visit, VisitInput::affix, cause.at);
    tell(EventKind::visit_sealed, visit, cause, events);
    for (const auto what : wrong) deviate(visit, what, cause, events);
}

}  // namespace sealwarden
