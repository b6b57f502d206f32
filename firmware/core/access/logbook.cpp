#include "firmware/core/access/logbook.hpp"

#include <algorithm>
#include <array>

#include "firmware/core/access/finding.hpp"
#include "firmware/core/access/people.hpp"
#include "firmware/core/alarms.hpp"
#include "firmware/core/options.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

constexpr std::array visitor_told{visitor_in, visitor_out, visitor_overdue};
constexpr std::array visitor_over{visitor_out};
constexpr std::array driver_told{driver_in, driver_sealed, driver_out, driver_overdue};
constexpr std::array driver_over{driver_out};
constexpr std::array kinds{RecordKind{"visitor", visitor_told, visitor_over},
                           RecordKind{"driver", driver_told, driver_over}};

// The site's offset from UTC moves without an event: shifts' ends are looked for again in between.
constexpr std::chrono::hours look_again{1};

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t day_ms = 86'400'000;

std::int64_t midnight(std::int64_t day, const Now& now) {
    return day * day_ms - std::int64_t{now.wall.zone.count()} * minute_ms;
}

// On a holiday no shift ends. A week of them in a row is as far as is looked.
constexpr std::int64_t days_looked_at = 8;

// The last end of a shift up to now, and the next one.
std::optional<std::int64_t> last_end(const AccessOptions& options, const Now& now) {
    std::optional<std::int64_t> last;
    const auto today = now.local_day(now.wall_ms());
    for (auto day = today; day > today - days_looked_at && !last; --day) {
        if (options.holidays.contains(day)) continue;
        for (const auto minute : options.shift_ends) {
            const auto end = midnight(day, now) + minute * minute_ms;
            if (end <= now.wall_ms() && (!last || end > *last)) last = end;
        }
    }
    return last;
}
std::optional<std::int64_t> next_end(const AccessOptions& options, const Now& now) {
    std::optional<std::int64_t> next;
    const auto today = now.local_day(now.wall_ms());
    for (auto day = today; day < today + days_looked_at && !next; ++day) {
        if (options.holidays.contains(day)) continue;
        for (const auto minute : options.shift_ends) {
            const auto end = midnight(day, now) + minute * minute_ms;
            if (end > now.wall_ms() && (!next || end < *next)) next = end;
        }
    }
    return next;
}

// Whether somebody may keep the log; else it is refused.
bool may_register(const std::string& person, const Asked& asked, Events& events) {
    auto objection = asked.people.objection(person, "access", asked.now);
    if (objection.empty()) return true;
    asked.refuse(asked.people.find(person) == nullptr ? "unknown_person" : "not_allowed",
                 std::move(objection), events);
    return false;
}

// Of the fields of 10.4 those that a driver can be let go without: "truck,seal".
std::string lacking(const DriverEntry& entry) {
    std::string fields;
    const auto wants = [&](const char* name, const std::string& text) {
        if (!text.empty()) return;
        if (!fields.empty()) fields += ',';
        fields += name;
    };
    wants("truck", entry.truck);
    wants("trailer", entry.trailer);
    wants("seal", entry.seal);
    return fields;
}

std::string not_here(std::string_view what, const std::string& id) {
    return "there is no open entry `" + bounded(id, 40) + "` in the log of " + std::string{what} +
           "; `sealwarden " + std::string{what.substr(0, what.size() - 1)} +
           " in` gives the id of one";
}

std::string two(std::int64_t number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

std::span<const RecordKind> Logbook::record_kinds() {
    return kinds;
}

void Logbook::configure(const Circumstances& circumstances) {
    plan(circumstances);
}

void Logbook::restore(const Record& record, const Circumstances& circumstances) {
    if (record.subject.kind == "visitor") {
        auto entry = read_fields<VisitorEntry>(record, circumstances.now);
        if (entry && !entry->out) visitors_.insert_or_assign(record.subject.id, std::move(*entry));
    } else if (record.subject.kind == "driver") {
        auto entry = read_fields<DriverEntry>(record, circumstances.now);
        if (entry && !entry->out) drivers_.insert_or_assign(record.subject.id, std::move(*entry));
    } else {
        return;
    }
    plan(circumstances);
}

void Logbook::carry(const Circumstances& circumstances, Events& events) const {
    for (const auto& [id, entry] : visitors_)
        events.push_back(carried_record({"visitor", id},
                                        entry.overdue_ms ? visitor_overdue : visitor_in, entry,
                                        circumstances.now));
    for (const auto& [id, entry] : drivers_)
        events.push_back(carried_record({"driver", id},
                                        entry.overdue_ms ? driver_overdue : driver_in, entry,
                                        circumstances.now));
}

std::string Logbook::next_id(std::string_view prefix, const Now& now) {
    const auto wall = now.wall_ms();
    const auto day = now.local_day(wall);
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    const auto second = (wall - midnight(day, now)) / 1000;
    auto stamp = std::string{prefix} + "-" + std::to_string(static_cast<int>(date.year())) +
                 two(static_cast<unsigned>(date.month())) + two(static_cast<unsigned>(date.day())) +
                 "-" + two(second / 3600) + two(second / 60 % 60) + two(second % 60) + "-";
    in_second_ = stamp == last_stamp_ ? in_second_ + 1 : 1;
    last_stamp_ = stamp;
    // The clock may have been set back.
    while (visitors_.contains(stamp + std::to_string(in_second_)) ||
           drivers_.contains(stamp + std::to_string(in_second_)))
        ++in_second_;
    return stamp + std::to_string(in_second_);
}

void Logbook::apply(const VisitorIn& act, const Asked& asked, Events& events) {
    if (!may_register(act.person, asked, events)) return;
    if (auto objection = asked.people.objection(act.contact, "", asked.now); !objection.empty()) {
        asked.refuse("unknown_contact", "the contact " + objection, events);
        return;
    }
    VisitorEntry entry;
    entry.id_checked = act.id_checked;
    entry.contact = act.contact;
    entry.in = asked.now.at;
    entry.in_by = act.person;
    entry.name = act.name;
    entry.company = act.company;
    entry.badge = act.badge;
    auto id = next_id("vis", asked.now);
    auto said = asked.event(visitor_in, {{"visitor", id}, {"person", act.contact}});
    write_fields(entry, asked.now, said);
    events.push_back(std::move(said));
    visitors_.insert_or_assign(std::move(id), std::move(entry));
    plan(asked.circumstances);
}

void Logbook::apply(const VisitorOut& act, const Asked& asked, Events& events) {
    if (!may_register(act.person, asked, events)) return;
    const auto found = visitors_.find(act.visitor);
    if (found == visitors_.end()) {
        asked.refuse("unknown_visitor", not_here("visitors", act.visitor), events);
        return;
    }
    auto& entry = found->second;
    entry.out = asked.now.at;
    entry.out_by = act.person;
    auto said = asked.event(visitor_out, {{"visitor", found->first}, {"person", entry.contact}});
    write_fields(entry, asked.now, said);
    events.push_back(std::move(said));
    visitors_.erase(found);
    plan(asked.circumstances);
}

void Logbook::apply(const DriverIn& act, const Asked& asked, Events& events) {
    if (!may_register(act.person, asked, events)) return;
    DriverEntry entry;
    entry.id_checked = act.id_checked;
    entry.in = asked.now.at;
    entry.in_by = act.person;
    entry.name = act.name;
    entry.employer = act.employer;
    entry.truck = act.truck;
    entry.trailer = act.trailer;
    auto id = next_id("drv", asked.now);
    auto said = asked.event(driver_in, {{"driver", id}});
    write_fields(entry, asked.now, said);
    events.push_back(std::move(said));
    drivers_.insert_or_assign(std::move(id), std::move(entry));
    plan(asked.circumstances);
}

void Logbook::apply(const DriverOut& act, const Asked& asked, Events& events) {
    if (!may_register(act.person, asked, events)) return;
    const auto found = drivers_.find(act.driver);
    if (found == drivers_.end()) {
        asked.refuse("unknown_driver", not_here("drivers", act.driver), events);
        return;
    }
    auto& entry = found->second;
    entry.out = asked.now.at;
    entry.out_by = act.person;
    if (!act.seal.empty()) entry.seal = act.seal;
    std::vector<Subject> subjects{{"driver", found->first}};
    if (!entry.visit.empty()) subjects.push_back({"visit", entry.visit});
    auto said = asked.event(driver_out, std::move(subjects));
    write_fields(entry, asked.now, said);
    if (auto fields = lacking(entry); !fields.empty()) said.data["lacking"] = std::move(fields);
    events.push_back(std::move(said));
    drivers_.erase(found);
    plan(asked.circumstances);
}

// The seal with which a driver's visit leaves is the driver's; it is told, for the visit is over
// when the driver is logged out.
void Logbook::take(const Event& said, const Circumstances& circumstances, Events& events) {
    if (said.kind == clock_step) plan(circumstances);
    if (said.kind != visit_sealed && said.kind != visit_departed) return;
    const auto found = drivers_.find(text_of(said.data, "driver"));
    if (found == drivers_.end()) return;
    auto& entry = found->second;
    const auto& visit = said.subjects.front().id;
    const auto seal = text_of(said.data, "seal_out");
    if (entry.visit == visit && entry.seal == seal) return;
    entry.visit = visit;
    entry.seal = seal;
    auto sealed =
        make_event(driver_sealed, {{"driver", found->first}, said.subjects.front()}, said.at);
    write_fields(entry, circumstances.now, sealed);
    events.push_back(std::move(sealed));
}

template <class Entry>
void Logbook::tell_overdue(std::map<std::string, Entry, std::less<>>& entries,
                           std::string_view subject, EventKind kind,
                           const Circumstances& circumstances, Events& events) {
    const auto end = last_end(circumstances.options.access, circumstances.now);
    if (!end) return;
    for (auto& [id, entry] : entries) {
        if (!entry.in || circumstances.now.wall_ms(*entry.in) >= *end) continue;
        if (entry.overdue_ms && *entry.overdue_ms >= *end) continue;
        entry.overdue_ms = end;
        auto said = make_event(kind, {{std::string{subject}, id}}, circumstances.now.at);
        write_fields(entry, circumstances.now, said);
        events.push_back(std::move(said));
    }
}

void Logbook::tick(const Circumstances& circumstances, Events& events) {
    tell_overdue(visitors_, "visitor", visitor_overdue, circumstances, events);
    tell_overdue(drivers_, "driver", driver_overdue, circumstances, events);
    plan(circumstances);
}

// When the next shift ends; at once when one ended while nobody was there to tell.
void Logbook::plan(const Circumstances& circumstances) {
    const auto& [now, options, people] = circumstances;
    deadline_.reset();
    if (visitors_.empty() && drivers_.empty()) return;
    if (options.access.shift_ends.empty()) return;
    deadline_ = now.at + look_again;
    if (const auto next = next_end(options.access, now))
        deadline_ = std::min(*deadline_, now.uptime_of(*next));
    const auto last = last_end(options.access, now);
    const auto owed = [&](const auto& one) {
        const auto& entry = one.second;
        return entry.in && now.wall_ms(*entry.in) < *last &&
               (!entry.overdue_ms || *entry.overdue_ms < *last);
    };
    if (last && (std::ranges::any_of(visitors_, owed) || std::ranges::any_of(drivers_, owed)))
        deadline_ = now.at;
}

}  // namespace sealwarden
