// What people do with cases.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/core/act.hpp"

namespace sealwarden {

struct OpenCase {
    static constexpr ActInfo info{"case.open", "Opens a case by hand"};
    std::string cause;
    std::string container;
    std::string visit;
    std::string owner;
    std::optional<std::int64_t> due_hours;
    bool hold = false;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a.prose("cause", self.cause, "what is to be looked into");
        a.optional("container", self.container, "the container or trailer it is about");
        a.optional("visit", self.visit, "the visit it is about");
        a.optional("owner", self.owner, "who is to see to it, a registered person");
        a.optional("due_hours", self.due_hours, "hours until it is due");
        a.optional("hold", self.hold, "the container is not to leave");
        a("person", self.person, "who does it, a registered person");
    }
};
struct AssignCase {
    static constexpr ActInfo info{"case.assign", "Gives a case to somebody, or another due date"};
    std::string case_id;
    std::string owner;
    std::optional<std::int64_t> due_hours;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("case_id", self.case_id, "id of the case");
        a("owner", self.owner, "who is to see to it, a registered person");
        a.optional("due_hours", self.due_hours, "hours from now");
        a("person", self.person, "who does it, a registered person");
    }
};
struct NoteCase {
    static constexpr ActInfo info{"case.note", "Writes down what was found or done"};
    std::string case_id;
    std::string note;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("case_id", self.case_id, "id of the case");
        a.prose("note", self.note, "what");
        a("person", self.person, "who does it, a registered person");
    }
};
struct NotifyCase {
    static constexpr ActInfo info{
        "case.notify",
        "Somebody was told: customs, police, the shipper (CTPAT 7.23: before the border)"};
    std::string case_id;
    std::string party;
    std::string means;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("case_id", self.case_id, "id of the case");
        a("party", self.party, "who was told: CBP, SCSS, police, shipper, carrier …");
        a.optional("means", self.means, "how: telephone, mail …");
        a("person", self.person, "who does it, a registered person");
    }
};
struct LinkCase {
    static constexpr ActInfo info{
        "case.link", "Says that an entry, a visit, a seal or an alarm belongs to a case"};
    std::string case_id;
    std::string kind;
    std::string subject;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("case_id", self.case_id, "id of the case");
        a("kind", self.kind, "entry, visit, seal_number, container, alarm or door");
        a("subject", self.subject, "its id, of an entry its index");
        a("person", self.person, "who does it, a registered person");
    }
};
struct CloseCase {
    static constexpr ActInfo info{"case.close", "Closes a case with its result"};
    std::string case_id;
    std::string result;
    bool nobody_to_notify = false;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("case_id", self.case_id, "id of the case");
        a.prose("result", self.result, "what came out, and what is done about it");
        a.optional("nobody_to_notify", self.nobody_to_notify,
                   "the result says why nobody had to be told (CTPAT 7.23)");
        a("person", self.person, "who does it, a registered person");
    }
};

using CaseActs = std::variant<OpenCase, AssignCase, NoteCase, NotifyCase, LinkCase, CloseCase>;

}  // namespace sealwarden
