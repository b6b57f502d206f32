// What people say of a visit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "firmware/core/act.hpp"

namespace sealwarden {

// What stands at a dock; a trailer has a plate and no ISO 6346 number.
enum class UnitKind { container, trailer };
[[nodiscard]] std::string_view to_string(UnitKind kind);
[[nodiscard]] std::span<const UnitKind> values(UnitKind);
enum class Purpose { unload, load, both };
[[nodiscard]] std::string_view to_string(Purpose purpose);
[[nodiscard]] std::span<const Purpose> values(Purpose);

struct ExpectVisit {
    static constexpr ActInfo info{"visit.expect",
                                  "A container or trailer is expected, with its seals"};
    std::string container;
    UnitKind kind{};
    std::vector<std::string> seals;
    std::string document;
    std::string carrier;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("container", self.container, "container number, or plate of a trailer");
        a.optional("kind", self.kind, "container or trailer");
        a.optional("seals", self.seals, "seal numbers on the documents");
        a.optional("document", self.document, "bill of lading, appointment");
        a.optional("carrier", self.carrier, "who brings it");
        a.optional("person", self.person,
                   "who does it, a registered person; only programs need not say");
    }
};
struct ImportExpected {
    static constexpr ActInfo info{"visit.import",
                                  "Takes what is expected from a CSV file, all or none"};
    std::string csv;
    std::string source;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a.file("csv", self.csv, "file with the columns container,kind,seals,document,carrier");
        a.optional("source", self.source, "where it comes from");
        a.optional("person", self.person,
                   "who does it, a registered person; only programs need not say");
    }
};
struct WithdrawExpected {
    static constexpr ActInfo info{"visit.withdraw", "It is not expected any more"};
    std::string container;
    std::string reason;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("container", self.container, "container number, or plate of a trailer");
        a.prose("reason", self.reason, "why");
        a.optional("person", self.person,
                   "who does it, a registered person; only programs need not say");
    }
};
struct ArriveVisit {
    static constexpr ActInfo info{"visit.arrive",
                                  "A container or trailer stands at a dock or gate"};
    std::string door;
    std::string container;
    UnitKind kind{};
    Purpose purpose{};
    std::string driver;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("door", self.door, "id of the door");
        a("container", self.container, "container number, or plate of a trailer");
        a.optional("kind", self.kind, "container or trailer");
        a.optional("purpose", self.purpose, "unload, load or both");
        a.optional("driver", self.driver, "id of the driver, from `driver in`");
        a("person", self.person, "who does it, a registered person");
    }
};
struct InspectVisit {
    static constexpr ActInfo info{"visit.inspect", "An inspection by a list of points"};
    std::string visit;
    std::string list;
    std::vector<std::string> failed;
    std::vector<std::string> skipped;
    std::string procedure;
    std::string supervisor;
    std::string mended;
    std::string note;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("visit", self.visit, "id of the visit, or its door");
        a("list", self.list, "container-7, reefer-8 or tractor-trailer-17");
        a.optional("failed", self.failed, "numbers of the points that are not in order");
        a.optional("skipped", self.skipped, "numbers of the points that were not looked at");
        a.optional("procedure", self.procedure, "version of the written procedure");
        a.optional("supervisor", self.supervisor, "who signs for it, a registered person");
        a.optional_prose("mended", self.mended,
                         "what was mended of points that failed before and are in order now");
        a.optional_prose("note", self.note, "remarks");
        a("person", self.person, "who does it, a registered person");
    }
};
struct LoadVisit {
    static constexpr ActInfo info{"visit.load", "Loading or unloading begins"};
    std::string visit;
    bool unloading = false;
    std::string driver;
    std::string supervisor;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("visit", self.visit, "id of the visit, or its door");
        a.optional("unloading", self.unloading,
                   "what came for both is unloaded now; else it is loaded");
        a.optional("driver", self.driver,
                   "id of the driver, from `driver in`, where arriving named none or another one");
        a.optional("supervisor", self.supervisor, "who supervises it");
        a("person", self.person, "who does it, a registered person");
    }
};
struct DepartVisit {
    static constexpr ActInfo info{"visit.depart", "It leaves"};
    std::string visit;
    bool empty = false;
    bool anyway = false;
    std::string reason;
    std::string driver;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("visit", self.visit, "id of the visit, or its door");
        a.optional("empty", self.empty, "it leaves empty and needs no seal");
        a.optional("anyway", self.anyway,
                   "it has left although a case holds it back; takes the right to supervise");
        a.optional_prose("reason", self.reason, "why it left although a case holds it back");
        a.optional("driver", self.driver,
                   "id of the driver who takes it, from `driver in`; else who brought it");
        a("person", self.person, "who does it, a registered person");
    }
};
struct CancelVisit {
    static constexpr ActInfo info{
        "visit.cancel", "It leaves without having been opened, or was entered by mistake"};
    std::string visit;
    std::string reason;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("visit", self.visit, "id of the visit, or its door");
        a.prose("reason", self.reason, "why");
        a("person", self.person, "who does it, a registered person");
    }
};

using VisitActs = std::variant<ExpectVisit, ImportExpected, WithdrawExpected, ArriveVisit,
                               InspectVisit, LoadVisit, DepartVisit, CancelVisit>;

}  // namespace sealwarden
