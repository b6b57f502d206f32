// What people do with cases.
#include <algorithm>
#include <array>

#include "firmware/core/alarms.hpp"
#include "firmware/core/dock/plain_number.hpp"
#include "firmware/core/options.hpp"
#include "firmware/core/response/cases.hpp"
#include "firmware/core/response/may.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

constexpr std::size_t most_parties = 8;
constexpr std::int64_t longest_due_hours = std::int64_t{24} * 366;

std::string quoted(const std::string& text) {
    return "`" + bounded(text, 40) + "`";
}

bool is_due(const std::optional<std::int64_t>& hours, const Asked& asked, Events& events) {
    if (!hours || (*hours >= 1 && *hours <= longest_due_hours)) return true;
    asked.refuse("bad_time",
                 "a case is due in 1 to " + std::to_string(longest_due_hours) +
                     " hours, and not in " + std::to_string(*hours),
                 events);
    return false;
}

}  // namespace

Case* Cases::asked_for(const std::string& id, const Asked& asked, Events& events) {
    if (const auto found = open_.find(id); found != open_.end()) return &found->second;
    asked.refuse("unknown_case",
                 "there is no open case " + quoted(id) +
                     "; `sealwarden case list` shows them, and a closed one stays closed",
                 events);
    return nullptr;
}

Event& Cases::tell(EventKind kind, const Case& one, const Asked& asked, const std::string& person,
                   Events& events) {
    auto said = asked.event(kind, subjects_of(one));
    said.subjects.push_back({"person", person});
    write_fields(one, asked.now, said);
    said.data["person"] = person;
    events.push_back(std::move(said));
    return events.back();
}

void Cases::apply(const OpenCase& act, const Asked& asked, Events& events) {
    if (!may(act.person, "", asked, events) || !is_due(act.due_hours, asked, events)) return;
    if (!act.owner.empty() && !may(act.owner, "", asked, events)) return;
    if (act.hold && act.container.empty() && act.visit.empty())
        return asked.refuse("nothing_to_hold",
                            "a case that holds names the container or the visit that is not to "
                            "leave",
                            events);
    Case one;
    one.cause = "by_hand";
    one.told = act.cause;
    one.container = plain_number(act.container);
    one.visit = act.visit;
    one.owner = act.owner;
    one.hold = act.hold;
    one.opened_by = act.person;
    const auto hours =
        act.due_hours ? std::chrono::hours{*act.due_hours} : asked.options.dock.case_due;
    if (hours.count() > 0) one.due_at = asked.now.at + hours;
    const auto& kept = open(std::move(one), asked.now, asked.now.at);
    tell(case_opened, kept, asked, act.person, events);
}

void Cases::apply(const AssignCase& act, const Asked& asked, Events& events) {
    if (!may(act.person, "", asked, events) || !may(act.owner, "", asked, events)) return;
    if (!is_due(act.due_hours, asked, events)) return;
    auto* one = asked_for(act.case_id, asked, events);
    if (one == nullptr) return;
    one->owner = act.owner;
    if (act.due_hours) {
        one->due_at = asked.now.at + std::chrono::hours{*act.due_hours};
        one->overdue = false;
        set_due(*one, Uptime::min());
    }
    tell(case_assigned, *one, asked, act.person, events);
}

void Cases::apply(const NoteCase& act, const Asked& asked, Events& events) {
    if (!may(act.person, "", asked, events)) return;
    auto* one = asked_for(act.case_id, asked, events);
    if (one == nullptr) return;
    ++one->notes;
    tell(case_noted, *one, asked, act.person, events).personal["note"] = act.note;
}

void Cases::apply(const NotifyCase& act, const Asked& asked, Events& events) {
    if (!may(act.person, "", asked, events)) return;
    if (act.party.find(',') != act.party.npos)
        return asked.refuse("bad_party",
                            "one party at a time: " + quoted(act.party) + " has a comma in it",
                            events);
    auto* one = asked_for(act.case_id, asked, events);
    if (one == nullptr) return;
    if (std::ranges::find(one->notified, act.party) == one->notified.end()) {
        if (one->notified.size() >= most_parties)
            return asked.refuse("too_many",
                                "a case names at most " + std::to_string(most_parties) +
                                    " notified parties; a note takes more of them",
                                events);
        one->notified.push_back(act.party);
    }
    auto& told = tell(case_notified, *one, asked, act.person, events);
    told.data["party"] = act.party;
    if (!act.means.empty()) told.personal["means"] = act.means;
}

void Cases::apply(const LinkCase& act, const Asked& asked, Events& events) {
    static constexpr std::array<std::string_view, 6> linkable{"entry",     "visit", "seal_number",
                                                              "container", "alarm", "door"};
    if (!may(act.person, "", asked, events)) return;
    if (std::ranges::find(linkable, act.kind) == linkable.end())
        return asked.refuse("bad_link",
                            "a case is linked to an entry, visit, seal_number, container, alarm "
                            "or door, and not to a " +
                                quoted(act.kind),
                            events);
    const bool entry = act.kind == "entry";
    if (entry && (act.subject.size() > 18 ||
                  act.subject.find_first_not_of("0123456789") != act.subject.npos))
        return asked.refuse("bad_link", "an entry is linked by its index, a number", events);
    auto* one = asked_for(act.case_id, asked, events);
    if (one == nullptr) return;
    const bool number = act.kind == "seal_number" || act.kind == "container";
    const Subject subject{act.kind, number ? plain_number(act.subject) : act.subject};
    ++one->links;
    learn(*one, subject);
    keep_also(*one, subject);
    index(*one);
    auto& linked = tell(case_linked, *one, asked, act.person, events);
    linked.data["link_kind"] = subject.kind;
    linked.data["link_id"] = subject.id;
    if (!entry && std::ranges::find(linked.subjects, subject) == linked.subjects.end())
        linked.subjects.push_back(subject);
}

std::string Cases::undecided(const Case& one) const {
    for (const auto& key : keys_of(one)) {
        const auto seal = key.kind == "seal_number" ? in_doubt_.find(key.id) : in_doubt_.end();
        if (seal == in_doubt_.end()) continue;
        const auto state = seal->second;
        std::string_view way = "`sealwarden seal release` with a result ends that";
        if (state == CustodyState::mismatch)
            way = "`sealwarden seal clear` or `sealwarden seal hold` decides that";
        if (state == CustodyState::tampered)
            way = "`sealwarden seal hold` keeps it as evidence, and `seal release` ends that";
        return "its seal " + key.id + " is still in doubt (" + std::string{to_string(state)} +
               "): " + std::string{way};
    }
    return {};
}

void Cases::apply(const CloseCase& act, const Asked& asked, Events& events) {
    if (!may(act.person, "cases", asked, events)) return;
    auto* one = asked_for(act.case_id, asked, events);
    if (one == nullptr) return;
    if (one->hold && one->notified.empty() && !act.nobody_to_notify)
        return asked.refuse(
            "nobody_notified",
            "nobody was told of " + quoted(act.case_id) +
                ", which holds a container; `sealwarden case notify` says who was, or close it "
                "with nobody_to_notify and say in the result why nobody had to be (CTPAT 7.23)",
            events);
    if (auto first = undecided(*one); !first.empty())
        return asked.refuse("seal_in_doubt",
                            quoted(act.case_id) + " cannot be closed: " + std::move(first), events);
    one->state = next(one->state, CaseInput::close).value_or(CaseState::closed);
    one->nobody_to_notify = act.nobody_to_notify;
    one->closed_at = asked.now.at;
    one->closed_by = act.person;
    one->result = act.result;
    tell(case_closed, *one, asked, act.person, events);
    forget(*one);
    open_.erase(act.case_id);
}

}  // namespace sealwarden
