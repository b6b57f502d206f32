#include "firmware/core/response/cases.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "firmware/core/alarm.hpp"
#include "firmware/core/dock/seal_number.hpp"
#include "firmware/core/fact.hpp"
#include "firmware/core/options.hpp"
#include "firmware/core/said.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

constexpr std::array told{case_opened, case_assigned, case_noted, case_notified,
                          case_linked, case_overdue,  case_closed};
constexpr std::array ends{case_closed};
constexpr std::array kinds{RecordKind{"case", told, ends}};

// What else belongs to it is kept up to here; more is only counted.
constexpr std::size_t most_kept = 12;
constexpr std::size_t longest_kept = 64;

bool is_exercise(const Event& event) {
    return std::ranges::any_of(suppressing_marks, [&](std::string_view mark) {
        const auto found = event.data.find(std::string{mark});
        return found != event.data.end() && found->second == Datum{true};
    });
}

// Of which container it tells; empty: of none. Of a seal that turned up twice, of the one on which
// it was found: what is known of the seal names the other one.
std::string container_of(const Event& event) {
    auto id = text_of(event, "found_on");
    if (id.empty()) id = text_of(event, "container");
    if (id.empty()) id = subject_id(event, "container");
    return plain_number(id);
}

// Of a number that turned up twice: the container that the other seal is still on; empty: none.
std::string other_container(const Event& event) {
    const auto before = named<CustodyState>(text_of(event, "before"));
    if (event.kind != custody_duplicate || !before) return {};
    if (!in_use(*before) && !in_doubt(*before)) return {};
    auto id = plain_number(text_of(event, "before_container"));
    return id == container_of(event) ? std::string{} : id;
}

// Of which seal; of a visit, the one that it deviates by. Empty: of none.
std::string seal_of(const Event& event) {
    const std::string id{subject_id(event, "seal_number")};
    return id.empty() && event.kind == visit_deviation ? text_of(event, "seal") : id;
}

// Of the event's subjects those that belong to a case about that container.
std::vector<Subject> subjects_about(const std::string& container, const Event& event) {
    auto subjects = event.subjects;
    // Where the other one of two seals is, and who found it, says nothing of this one.
    if (!container.empty() && container != container_of(event))
        std::erase_if(subjects, [](const Subject& one) { return one.kind != "seal_number"; });
    if (auto seal = seal_of(event); !seal.empty()) {
        const Subject subject{"seal_number", std::move(seal)};
        if (std::ranges::find(subjects, subject) == subjects.end()) subjects.push_back(subject);
    }
    return subjects;
}

// By which a case is found again.
bool is_key(const Subject& subject) {
    return subject.kind == "alarm" || subject.kind == "seal_number" || subject.kind == "visit" ||
           subject.kind == "test" || subject.kind == "camera_check";
}

// "20261124-140512-345", UTC: an hour of local time comes twice a year.
std::string stamp(std::int64_t wall_ms) {
    const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds{wall_ms}};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    const auto digits = [](std::int64_t number, std::size_t count) {
        auto text = std::to_string(number);
        return std::string(count - std::min(count, text.size()), '0') + text;
    };
    return digits(int{date.year()}, 4) + digits(unsigned{date.month()}, 2) +
           digits(unsigned{date.day()}, 2) + "-" + digits(clock.hours().count(), 2) +
           digits(clock.minutes().count(), 2) + digits(clock.seconds().count(), 2) + "-" +
           digits(clock.subseconds().count(), 3);
}

}  // namespace

struct Cases::Cause {
    std::string cause;  // the event's kind
    std::string what;
    bool hold = false;
    std::string container;  // which it holds
};

std::span<const RecordKind> Cases::record_kinds() {
    return kinds;
}

std::optional<Cases::Cause> Cases::cause_in(const Event& event) {
    const auto because = [&](std::string what, bool hold) {
        return Cause{std::string{to_string(event.kind)}, std::move(what), hold,
                     hold ? container_of(event) : std::string{}};
    };
    switch (event.kind) {
        case alarm_raised:
            if (text_of(event, "priority") != "high") return {};
            // A case that is over due is no reason for another one.
            if (text_of(event, "source_kind") == "case") return {};
            return because(text_of(event, "kind"), false);
        case custody_mismatch:
        case custody_tampered:
        case custody_duplicate:
        case custody_held: return because({}, true);
        case visit_deviation: {
            const auto what = text_of(event, "what");
            if (what == "left_unsealed") return because(what, false);
            static constexpr std::array<std::string_view, 4> holding{
                "seal_differs", "seal_cut_without_authority", "opened_before_verified",
                "opened_without_cut"};
            if (std::ranges::find(holding, what) == holding.end()) return {};
            return because(what, true);
        }
        case test_recorded:
            if (text_of(event, "result") != "failed") return {};
            return because(event.subjects.front().id, false);
        case camera_checked:
            if (text_of(event, "result") == "good") return {};
            return because(text_of(event, "result"), false);
        default: return {};  // most of what happens needs no looking into
    }
}

void Cases::know_seal(const std::string& number, std::string_view word) {
    const auto state = named<CustodyState>(word);
    if (state && in_doubt(*state))
        in_doubt_.insert_or_assign(number, *state);
    else if (state)
        in_doubt_.erase(number);
}

void Cases::take(const Event& event, const Circumstances& circumstances, Events& events) {
    if (event.subjects.front().kind == "seal_number")
        know_seal(event.subjects.front().id, text_of(event, "state"));
    auto cause = cause_in(event);
    if (!cause || is_exercise(event)) return;
    look_into(event, *cause, circumstances, events);
    // Nobody knows which of two seals with one number is the true one.
    if (auto other = other_container(event); !other.empty()) {
        cause->container = std::move(other);
        look_into(event, *cause, circumstances, events);
    }
}

void Cases::look_into(const Event& event, const Cause& cause, const Circumstances& circumstances,
                      Events& events) {
    if (auto* same = with_same_cause(event, cause))
        return link(*same, event, cause, circumstances, events);
    Case one;
    one.cause = cause.cause;
    one.what = cause.what;
    one.hold = cause.hold;
    if (!cause.container.empty()) learn(one, {"container", cause.container});
    for (const auto& subject : subjects_about(cause.container, event)) learn(one, subject);
    const bool here = cause.container.empty() || cause.container == container_of(event);
    if (event.kind != alarm_raised && here)
        for (const auto* kind : {"container", "visit", "door"})
            if (auto id = text_of(event, kind); !id.empty()) learn(one, {kind, std::move(id)});
    const auto hours = circumstances.options.dock.case_due;
    if (hours.count() > 0) one.due_at = event.at + hours;
    auto opened = make_event(case_opened, {}, event.at);
    const auto& kept = open(std::move(one), circumstances.now, event.at);
    opened.subjects = subjects_of(kept);
    write_fields(kept, circumstances.now, opened);
    events.push_back(std::move(opened));
}

Case* Cases::with_same_cause(const Event& event, const Cause& cause) {
    // What holds a container must not vanish in a case about another one: a seal's copy does that.
    const auto& container = cause.container;
    const auto fits = [&](const Case& one) {
        return container.empty() || one.container.empty() || one.container == container;
    };
    const auto subjects = subjects_about(container, event);
    for (const auto* kind : {"alarm", "seal_number", "visit", "test", "camera_check"})
        for (const auto& subject : subjects) {
            if (subject.kind != kind) continue;
            const auto found = by_subject_.find(subject);
            if (found == by_subject_.end()) continue;
            if (auto& one = open_.at(found->second); fits(one)) return &one;
        }
    if (container.empty()) return nullptr;
    const auto seal = seal_of(event);
    for (auto& [id, one] : open_)
        if (one.container == container && !one.seal.empty() && one.seal == seal) return &one;
    return nullptr;
}

void Cases::link(Case& one, const Event& event, const Cause& cause,
                 const Circumstances& circumstances, Events& events) {
    ++one.links;
    // However long somebody gave it: something has happened since.
    const auto due = event.at + circumstances.options.dock.case_due;
    if (due > event.at && !one.overdue && (!one.due_at || *one.due_at > due)) {
        one.due_at = due;
        set_due(one, Uptime::min());
    }
    one.hold |= cause.hold;
    for (const auto& subject : subjects_about(cause.container, event)) {
        learn(one, subject);
        keep_also(one, subject);
    }
    index(one);
    auto linked = make_event(case_linked, subjects_of(one), event.at);
    const auto& main = event.subjects.front();
    if (std::ranges::find(linked.subjects, main) == linked.subjects.end())
        linked.subjects.push_back(main);
    write_fields(one, circumstances.now, linked);
    linked.data["link_kind"] = main.kind;
    linked.data["link_id"] = main.id;
    linked.data["link_event"] = cause.cause;
    events.push_back(std::move(linked));
}

void Cases::keep_also(Case& one, const Subject& subject) {
    if (!is_key(subject) || one.also.size() >= most_kept) return;
    const auto known = subjects_of(one);
    if (std::ranges::find(known, subject) != known.end()) return;
    auto text = subject.kind + " " + subject.id;
    if (text.size() > longest_kept || text.find(',') != text.npos) return;
    if (std::ranges::find(one.also, text) == one.also.end()) one.also.push_back(std::move(text));
}

std::string Cases::new_id(const Now& now, Uptime at) {
    last_id_ms_ = std::max(last_id_ms_ + 1, now.wall_ms(at));
    while (open_.contains("c-" + stamp(last_id_ms_))) ++last_id_ms_;
    return "c-" + stamp(last_id_ms_);
}

const Case& Cases::open(Case one, const Now& now, Uptime at) {
    one.id = new_id(now, at);
    one.opened_at = at;
    auto& kept = open_[one.id] = std::move(one);
    index(kept);
    set_due(kept, Uptime::min());
    return kept;
}

std::vector<Subject> Cases::keys_of(const Case& one) {
    std::vector<Subject> keys;
    for (auto& subject : subjects_of(one))
        if (is_key(subject)) keys.push_back(std::move(subject));
    for (const auto& text : one.also) {
        const auto blank = text.find(' ');
        if (blank != text.npos) keys.push_back({text.substr(0, blank), text.substr(blank + 1)});
    }
    return keys;
}

void Cases::index(const Case& one) {
    for (auto& key : keys_of(one)) by_subject_.try_emplace(std::move(key), one.id);
}

void Cases::forget(const Case& one) {
    for (const auto& key : keys_of(one)) {
        const auto found = by_subject_.find(key);
        if (found != by_subject_.end() && found->second == one.id) by_subject_.erase(found);
    }
    // Another open case may have a key of it, which was found as this one's.
    for (const auto& [id, other] : open_)
        if (id != one.id) index(other);
    if (const auto found = due_at_.find(one.id); found != due_at_.end()) {
        due_.erase({found->second, one.id});
        due_at_.erase(found);
    }
}

void Cases::set_due(const Case& one, Uptime not_before) {
    if (const auto found = due_at_.find(one.id); found != due_at_.end()) {
        due_.erase({found->second, one.id});
        due_at_.erase(found);
    }
    if (!one.due_at || one.overdue) return;
    const auto at = std::max(*one.due_at, not_before);
    due_at_[one.id] = at;
    due_.insert({at, one.id});
}

void Cases::restore(const Record& record, const Circumstances& circumstances) {
    if (record.subject.kind == "seal_number")
        know_seal(record.subject.id, text_of(record.data, "state"));
    if (record.subject.kind != "case") return;
    auto one = read_fields<Case>(record, circumstances.now);
    if (!one) return;
    one->id = record.subject.id;
    if (one->opened_at)
        last_id_ms_ = std::max(last_id_ms_, circumstances.now.wall_ms(*one->opened_at));
    if (one->state == CaseState::closed) return;
    auto& kept = open_[one->id] = std::move(*one);
    index(kept);
    set_due(kept, circumstances.now.at);
}

void Cases::carry(const Circumstances& circumstances, Events& events) const {
    for (const auto& [id, one] : open_)
        events.push_back(carried_record({"case", id}, case_opened, one, circumstances.now));
}

std::optional<Uptime> Cases::deadline() const {
    if (due_.empty()) return {};
    return due_.begin()->first;
}

void Cases::tick(const Circumstances& circumstances, Events& events) {
    while (!due_.empty() && due_.begin()->first <= circumstances.now.at) {
        const auto [at, id] = *due_.begin();
        auto& one = open_.at(id);
        one.overdue = true;
        set_due(one, at);
        auto overdue = make_event(case_overdue, subjects_of(one), at);
        write_fields(one, circumstances.now, overdue);
        events.push_back(std::move(overdue));
    }
}

const Case* Cases::find(const std::string& id) const {
    const auto found = open_.find(id);
    return found == open_.end() ? nullptr : &found->second;
}

}  // namespace sealwarden
