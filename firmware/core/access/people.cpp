#include "firmware/core/access/people.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "firmware/core/alarms.hpp"
#include "firmware/core/csv.hpp"
#include "firmware/core/options.hpp"

namespace sealwarden {
namespace {

constexpr std::array states{PersonState::valid, PersonState::revoked};
constexpr std::array told{EventKind::person_registered, EventKind::person_changed,
                          EventKind::person_revoked};
constexpr std::array kinds{RecordKind{"person", told, {}}};

constexpr std::array<std::string_view, 9> known_rights{
    "seal", "inspect", "stock", "supervise", "access", "alarms", "cases", "test", "documents"};
constexpr std::array<std::string_view, 9> columns{
    "person", "name", "badge", "facility", "rights", "zones", "from", "until", "trained_until"};
constexpr std::array<std::string_view, 2> needed_columns{"person", "name"};

constexpr std::size_t longest_text = 128;   // of a cell
constexpr std::size_t longest_list = 1024;  // of one with a list
constexpr std::size_t longest_echo = 40;

std::string quoted(std::string_view text) {
    return "`" + bounded(std::string{text}, longest_echo) + "`";
}

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

std::optional<int> digits(std::string_view text) {
    int number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return {};
        number = number * 10 + (c - '0');
    }
    return number;
}

// "2026-11-24" as days since 1970-01-01.
std::optional<std::int64_t> day_of(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
    const auto year = digits(text.substr(0, 4));
    const auto month = digits(text.substr(5, 2));
    const auto day = digits(text.substr(8, 2));
    if (!year || !month || !day) return {};
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return {};
    return std::chrono::sys_days{date}.time_since_epoch().count();
}

// The beginning of a local day. The zone is today's: behind a change of the clocks an hour is off.
std::int64_t midnight(std::int64_t day, const Now& now) {
    return day * 86'400'000 -
           std::chrono::duration_cast<std::chrono::milliseconds>(now.wall.zone).count();
}
std::optional<std::int64_t> beginning(const std::string& date, const Now& now) {
    const auto day = day_of(date);
    if (!day) return {};
    return midnight(*day, now);
}
std::optional<std::int64_t> end(const std::string& date, const Now& now) {
    const auto day = day_of(date);
    if (!day) return {};
    return midnight(*day + 1, now);
}
std::string date_text(std::int64_t wall_ms, const Now& now) {
    const std::chrono::year_month_day date{
        std::chrono::sys_days{std::chrono::days{now.local_day(wall_ms)}}};
    const auto two = [](unsigned number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    return std::to_string(static_cast<int>(date.year())) + "-" +
           two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day()));
}

Person person_from(const RegisterPerson& act, const Now& now) {
    Person person;
    person.id = act.person;
    person.rights = act.rights;
    person.zones = act.zones;
    person.valid_from_ms = beginning(act.from, now);
    person.valid_until_ms = end(act.until, now);
    person.trained_until_ms = end(act.trained_until, now);
    person.name = act.name;
    person.badge = act.badge;
    person.facility = act.facility;
    return person;
}

bool same_badge(const Person& a, const Person& b) {
    return !a.badge.empty() && a.badge == b.badge &&
           (a.facility == b.facility || a.facility.empty() || b.facility.empty());
}

// Lists of a cell have spaces or semicolons in between.
std::vector<std::string> list_of(std::string_view cell) {
    std::string text{cell};
    std::ranges::replace_if(text, [](char c) { return c == ' ' || c == ';'; }, ',');
    return split(text);
}

RegisterPerson act_from_row(const CsvTable& table, const CsvRow& row) {
    const auto cell = [&](std::string_view column) { return std::string{table.cell(row, column)}; };
    RegisterPerson act;
    act.person = cell("person");
    act.name = cell("name");
    act.badge = cell("badge");
    act.facility = cell("facility");
    act.rights = list_of(table.cell(row, "rights"));
    act.zones = list_of(table.cell(row, "zones"));
    act.from = cell("from");
    act.until = cell("until");
    act.trained_until = cell("trained_until");
    return act;
}

// An act's arguments come with these limits kept.
std::string too_long(const CsvTable& table, const CsvRow& row) {
    for (const auto column : columns) {
        const bool list = column == "rights" || column == "zones";
        if (table.cell(row, column).size() > (list ? longest_list : longest_text))
            return "the cell of `" + std::string{column} + "` is too long";
    }
    return {};
}

std::string held_by(const Person& other) {
    return "the badge is registered to `" + other.id + "` already; take it from there first";
}

}  // namespace

std::string_view to_string(PersonState state) {
    switch (state) {
        case PersonState::valid: return "valid";
        case PersonState::revoked: return "revoked";
    }
    assert(!"every state has a name");
    return "?";
}
std::span<const PersonState> values(PersonState) {
    return states;
}

Standing standing(const Person& person, std::int64_t wall_ms) {
    if (person.state == PersonState::revoked) return Standing::revoked;
    if (person.valid_from_ms && wall_ms < *person.valid_from_ms) return Standing::not_yet_valid;
    if (person.valid_until_ms && wall_ms >= *person.valid_until_ms) return Standing::expired;
    return Standing::valid;
}

std::span<const RecordKind> People::record_kinds() {
    return kinds;
}

void People::restore(const Record& record, const Circumstances& circumstances) {
    if (record.subject.kind != "person") return;
    auto person = read_fields<Person>(record, circumstances.now);
    if (!person) return;
    person->id = record.subject.id;
    keep(std::move(*person));
}

void People::carry(const Circumstances& circumstances, CarriedPiece& piece) const {
    for (const auto& one : people_)
        piece.offer([&] {
            const auto& person = one.second;
            const bool revoked = person.state == PersonState::revoked;
            return carried_record(
                {"person", one.first},
                revoked ? EventKind::person_revoked : EventKind::person_registered, person,
                circumstances.now);
        });
}

const Person* People::find(std::string_view id) const {
    const auto found = people_.find(id);
    return found == people_.end() ? nullptr : &found->second;
}

const Person* People::by_badge(std::string_view badge, std::string_view facility) const {
    if (badge.empty()) return nullptr;
    // The exact facility code before one who has any, who is not revoked before one who is.
    const auto rank = [&](const Person& person) {
        return (person.state == PersonState::valid ? 2 : 0) + (person.facility == facility ? 1 : 0);
    };
    const Person* best = nullptr;
    const auto [from, to] = by_badge_.equal_range(std::string{badge});
    for (auto one = from; one != to; ++one) {
        const auto* person = find(one->second);
        assert(person != nullptr);
        if (!person->facility.empty() && person->facility != facility) continue;
        if (best == nullptr || rank(*person) > rank(*best)) best = person;
    }
    return best;
}

std::string People::objection(std::string_view person, std::string_view right, const Now& now,
                              bool trained) const {
    const auto* known = find(person);
    const auto name = quoted(person);
    if (known == nullptr)
        return name + " is not registered; `sealwarden person add` registers people";
    switch (standing(*known, now.wall_ms())) {
        case Standing::revoked:
            return name + " was revoked; `sealwarden person add` registers anew";
        case Standing::not_yet_valid:
            return name + " is valid from " + date_text(known->valid_from_ms.value_or(0), now) +
                   " on, and not yet";
        case Standing::expired:
            return name + " was valid until " +
                   date_text(known->valid_until_ms.value_or(0) - 1, now) +
                   "; `sealwarden person add` gives another date";
        case Standing::valid: break;
    }
    if (!right.empty() && std::ranges::find(known->rights, right) == known->rights.end())
        return name + " lacks the right `" + std::string{right} +
               "`; `sealwarden person add` gives rights";
    if (!trained) return {};
    if (!known->trained_until_ms)
        return name +
               " has no training on record; `sealwarden person add` takes `trained_until` "
               "(CTPAT 12.1)";
    if (now.wall_ms() >= *known->trained_until_ms)
        return name + " was trained until " + date_text(*known->trained_until_ms - 1, now) +
               "; a refresher is due (CTPAT 12.1)";
    return {};
}

std::string People::complaint(const RegisterPerson& act, const SiteOptions& site) {
    if (!is_id(act.person))
        return "the id of a person must be of a to z, 0 to 9 and -, at most 40 characters";
    if (act.name.empty()) return quoted(act.person) + " has no name";
    if (act.badge.empty() && !act.facility.empty())
        return quoted(act.person) + " has a facility code and no badge";
    for (const auto& right : act.rights)
        if (std::ranges::find(known_rights, right) == known_rights.end())
            return "there is no right " + quoted(right) +
                   "; there are seal, inspect, stock, supervise, access, alarms, cases, test and "
                   "documents";
    for (const auto& zone : act.zones)
        if (zone != "*" &&
            std::ranges::find(site.zones, zone, &ZoneOptions::id) == site.zones.end())
            return "there is no zone " + quoted(zone) + " in the configuration";
    for (const auto& [name, date] : {std::pair{"from", &act.from},
                                     {"until", &act.until},
                                     {"trained_until", &act.trained_until}})
        if (!date->empty() && !day_of(*date))
            return "`" + std::string{name} + "` is " + quoted(*date) +
                   "; it must be a day as 2026-11-24";
    if (!act.from.empty() && !act.until.empty() && act.until < act.from)
        return "`until` lies before `from`";
    return {};
}

const Person* People::holder(const Person& person,
                             const std::unordered_map<std::string, std::size_t>& besides) const {
    const auto [from, to] = by_badge_.equal_range(person.badge);
    for (auto one = from; one != to; ++one) {
        const auto* other = find(one->second);
        assert(other != nullptr);
        if (other->id == person.id || besides.contains(other->id)) continue;
        if (other->state == PersonState::valid && same_badge(person, *other)) return other;
    }
    return nullptr;
}

void People::keep(Person person) {
    if (const auto* before = find(person.id)) {
        const auto [from, to] = by_badge_.equal_range(before->badge);
        for (auto one = from; one != to; ++one)
            if (one->second == person.id) {
                by_badge_.erase(one);
                break;
            }
    }
    if (!person.badge.empty()) by_badge_.emplace(person.badge, person.id);
    auto id = person.id;
    people_.insert_or_assign(std::move(id), std::move(person));
}

void People::tell(const Person& person, const Asked& asked, Events& events) const {
    auto kind = EventKind::person_registered;
    if (person.state == PersonState::revoked)
        kind = EventKind::person_revoked;
    else if (find(person.id) != nullptr)
        kind = EventKind::person_changed;
    auto said = asked.event(kind, {{"person", person.id}});
    write_fields(person, asked.now, said);
    events.push_back(std::move(said));
}

void People::apply(const RegisterPerson& act, const Asked& asked, Events& events) {
    if (auto wrong = complaint(act, asked.options); !wrong.empty()) {
        asked.refuse("bad_argument", std::move(wrong), events);
        return;
    }
    auto person = person_from(act, asked.now);
    if (const auto* other = holder(person, {})) {
        asked.refuse("badge_taken", held_by(*other), events);
        return;
    }
    tell(person, asked, events);
    keep(std::move(person));
}

void People::apply(const RevokePerson& act, const Asked& asked, Events& events) {
    const auto* known = find(act.person);
    if (known == nullptr) {
        asked.refuse("unknown_person", quoted(act.person) + " is not registered", events);
        return;
    }
    if (known->state == PersonState::revoked) {
        asked.refuse("already_revoked", quoted(act.person) + " was revoked before", events);
        return;
    }
    auto person = *known;
    person.state = PersonState::revoked;
    person.reason = act.reason;
    tell(person, asked, events);
    keep(std::move(person));
}

void People::apply(const ImportPeople& act, const Asked& asked, Events& events) {
    Complaints complaints;
    const auto table = read_csv(act.csv, columns, needed_columns, complaints);
    std::vector<Person> people;
    std::unordered_map<std::string, std::size_t> lines;        // person -> line
    std::unordered_multimap<std::string, std::size_t> badges;  // badge -> index in people
    for (const auto& row : table.rows) {
        auto wrong = too_long(table, row);
        const auto one = act_from_row(table, row);
        if (wrong.empty()) wrong = complaint(one, asked.options);
        if (!wrong.empty()) {
            complaints.add(row.line, wrong);
            continue;
        }
        auto person = person_from(one, asked.now);
        if (const auto [before, first] = lines.emplace(person.id, row.line); !first) {
            complaints.add(row.line, quoted(person.id) + " is in line " +
                                         std::to_string(before->second) + " already");
            continue;
        }
        const auto [from, to] = badges.equal_range(person.badge);
        const auto same = std::find_if(
            from, to, [&](const auto& b) { return same_badge(people[b.second], person); });
        if (same != to)
            complaints.add(row.line, "the badge is that of line " +
                                         std::to_string(lines.at(people[same->second].id)));
        badges.emplace(person.badge, people.size());
        people.push_back(std::move(person));
    }
    for (const auto& person : people)
        if (const auto* other = holder(person, lines))
            complaints.add(lines.at(person.id), held_by(*other));
    if (!complaints.empty()) {
        asked.refuse("bad_file", complaints.message(), events);
        return;
    }
    asked.tell_file(act.source, people.size(), events);
    const auto before = events.size();
    for (auto& person : people) {
        // A command has an answer: the last one is told again when all were known like this.
        const auto* known = find(person.id);
        const bool answered = events.size() > before || &person != &people.back();
        if (known != nullptr && *known == person && answered) continue;
        tell(person, asked, events);
        keep(std::move(person));
    }
}

}  // namespace sealwarden
