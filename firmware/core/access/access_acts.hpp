// What people say at gates and receptions, and while they work on a door.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/core/act.hpp"

namespace sealwarden {

struct VisitorIn {
    static constexpr ActInfo info{"visitor.in", "A visitor comes in (CTPAT 10.2)"};
    std::string name;
    std::string company;
    bool id_checked = false;
    std::string contact;
    std::string badge;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a.personal("name", self.name, "who");
        a.optional_personal("company", self.company, "from where");
        a.optional("id_checked", self.id_checked, "a photo identification was looked at");
        a("contact", self.contact, "whom they visit, a registered person");
        a.optional_personal("badge", self.badge, "number of the temporary badge");
        a("person", self.person, "who does it, a registered person");
    }
};
struct VisitorOut {
    static constexpr ActInfo info{"visitor.out", "A visitor leaves"};
    std::string visitor;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("visitor", self.visitor, "id, as `visitor in` gave it");
        a("person", self.person, "who does it, a registered person");
    }
};
struct DriverIn {
    static constexpr ActInfo info{"driver.in",
                                  "A driver arrives and is identified (CTPAT 10.3, 10.4)"};
    std::string name;
    std::string employer;
    std::string truck;
    std::string trailer;
    bool id_checked = false;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a.personal("name", self.name, "who");
        a.personal("employer", self.employer, "whose driver");
        a.optional_personal("truck", self.truck, "number of the truck");
        a.optional_personal("trailer", self.trailer, "number of the trailer or container");
        a.optional("id_checked", self.id_checked,
                   "a government photo identification was looked at");
        a("person", self.person, "who does it, a registered person");
    }
};
struct DriverOut {
    static constexpr ActInfo info{"driver.out", "A driver leaves"};
    std::string driver;
    std::string seal;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("driver", self.driver, "id, as `driver in` gave it");
        a.optional("seal", self.seal, "seal number at departure; else the one of the visit");
        a("person", self.person, "who does it, a registered person");
    }
};
struct BeginMaintenance {
    static constexpr ActInfo info{"maintenance.begin",
                                  "A door is worked on: its openings are told and raise nothing"};
    std::string door;
    std::int64_t minutes = 0;
    std::string reason;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("door", self.door, "id of the door");
        a("minutes", self.minutes, "for how long at most");
        a.prose("reason", self.reason, "why");
        a("person", self.person, "who does it, a registered person");
    }
};
struct EndMaintenance {
    static constexpr ActInfo info{"maintenance.end", "The work is over"};
    std::string door;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("door", self.door, "id of the door");
        a("person", self.person, "who does it, a registered person");
    }
};

using AccessActs =
    std::variant<VisitorIn, VisitorOut, DriverIn, DriverOut, BeginMaintenance, EndMaintenance>;

}  // namespace sealwarden
