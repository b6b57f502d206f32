// Who is known: badges, zones, rights, training. Everybody else's acts name a person by id.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "firmware/core/rules.hpp"

namespace sealwarden {

// registered -> valid <-> revoked. Beyond `valid_until` a valid one is expired, without an event.
enum class PersonState { valid, revoked };
[[nodiscard]] std::string_view to_string(PersonState state);
[[nodiscard]] std::span<const PersonState> values(PersonState);

// What a person may do; CTPAT 12.1, 12.2, 6.1 A.
//   seal      affix, verify and remove seals      inspect   inspect conveyances
//   stock     receive, issue, count seals; see unused serials
//   supervise sign for others, release holds      access    register people, visitors, drivers
//   alarms    shelve, take out of service         cases     close cases
//   test      walk-tests, drills                  documents say what is expected, with its seals
struct Person {
    std::string id;  // [a-z0-9-]{1,40}; a pseudonym, stands in the log
    PersonState state = PersonState::valid;
    std::vector<std::string> rights;
    std::vector<std::string> zones;                // may enter; "*": all
    std::optional<std::int64_t> valid_from_ms;     // epoch milliseconds
    std::optional<std::int64_t> valid_until_ms;    // not from then on
    std::optional<std::int64_t> trained_until_ms;  // empty: never trained
    std::string reason;                            // of the revocation
    std::string name, badge, facility;             // beside the entry
    template <class Self, class Fields>
    static void fields(Self& self, Fields& f) {
        f("state", self.state);
        f("rights", self.rights);
        f("zones", self.zones);
        f("valid_from_ts", self.valid_from_ms);
        f("valid_until_ts", self.valid_until_ms);
        f("trained_until_ts", self.trained_until_ms);
        f("reason", self.reason);
        f.personal("name", self.name);
        f.personal("badge", self.badge);
        f.personal("facility", self.facility);
    }
    friend bool operator==(const Person&, const Person&) = default;
};

// Dates are local to the site: "2026-12-31" means until the end of that day, or from its beginning.
// What is not given is empty from then on: the newest registration is the whole of it, and makes a
// revoked person valid again.
struct RegisterPerson {
    static constexpr ActInfo info{"person.add",
                                  "Registers a person, or changes what is registered"};
    std::string person, name, badge, facility, from, until, trained_until;
    std::vector<std::string> rights, zones;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("person", self.person, "id in the log: [a-z0-9-], at most 40 characters");
        a.personal("name", self.name, "name");
        a.optional_personal("badge", self.badge, "badge number, as its reader gives it");
        a.optional_personal("facility", self.facility, "facility code of the badge");
        a.optional("rights", self.rights,
                   "of seal, inspect, stock, supervise, access, alarms, cases, test, documents");
        a.optional("zones", self.zones, "zones the badge enters, * for all");
        a.optional("from", self.from, "valid from this day on, 2026-11-24");
        a.optional("until", self.until, "valid to the end of this day");
        a.optional("trained_until", self.trained_until, "trained to the end of this day");
    }
};
struct RevokePerson {
    static constexpr ActInfo info{"person.revoke", "Takes a person's badge and rights away"};
    std::string person, reason;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("person", self.person, "id");
        a.prose("reason", self.reason, "why");
    }
};
// CSV with a header line: person,name,badge,facility,rights,zones,from,until,trained_until; lists
// with spaces or semicolons in between. All of it or nothing; complaints name the line.
struct ImportPeople {
    static constexpr ActInfo info{"person.import", "Registers people from a CSV file, all or none"};
    std::string csv;
    std::string source;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a.file("csv", self.csv,
               "file with the columns "
               "person,name,badge,facility,rights,zones,from,until,trained_until");
        a.optional("source", self.source, "where it comes from");
    }
};
using PeopleActs = std::variant<RegisterPerson, RevokePerson, ImportPeople>;

// Whether the badge of somebody counts now.
enum class Standing { valid, revoked, not_yet_valid, expired };
[[nodiscard]] Standing standing(const Person& person, std::int64_t wall_ms);

class People {
  public:
    void restore(const Record& record, const Circumstances& circumstances);
    void apply(const RegisterPerson& act, const Asked& asked, Events& events);
    void apply(const RevokePerson& act, const Asked& asked, Events& events);
    void apply(const ImportPeople& act, const Asked& asked, Events& events);
    void carry(const Circumstances& circumstances, CarriedPiece& piece) const;
    [[nodiscard]] static std::span<const RecordKind> record_kinds();

    [[nodiscard]] bool empty() const { return people_.empty(); }
    [[nodiscard]] const Person* find(std::string_view id) const;
    // By badge number and facility code; a person registered without a facility code has any. Of
    // several (a badge that was revoked and given out again) the one who is not revoked.
    [[nodiscard]] const Person* by_badge(std::string_view badge, std::string_view facility) const;

    // Why this person may not act with this right now, as one sentence; empty: may. `trained`: the
    // act also needs training that has not run out.
    [[nodiscard]] std::string objection(std::string_view person, std::string_view right,
                                        const Now& now, bool trained = false) const;

  private:
    // What must hold of one person alone; empty: nothing is wrong.
    [[nodiscard]] static std::string complaint(const RegisterPerson& act, const SiteOptions& site);
    // Who holds a badge that is taken for this one's, among those who are not in `besides`.
    [[nodiscard]] const Person* holder(
        const Person& person, const std::unordered_map<std::string, std::size_t>& besides) const;
    void keep(Person person);
    void tell(const Person& person, const Asked& asked, Events& events) const;

    std::map<std::string, Person, std::less<>> people_;
    std::unordered_multimap<std::string, std::string> by_badge_;  // badge -> person
};

}  // namespace sealwarden
