// A yard behind a door with a reader on each side, a vault that nobody leaves by badge, a dock.
#pragma once

#include "tests/core/procedures_fixture.hpp"

namespace sealwarden {

class AccessTest : public ProceduresTest {
  protected:
    [[nodiscard]] static ReaderOptions reader(const char* id, const char* number) {
        ReaderOptions reader;
        reader.id = id;
        reader.number = number;
        return reader;
    }
    [[nodiscard]] static DoorOptions door(const char* id, const char* contact, DoorKind kind) {
        DoorOptions door;
        door.id = id;
        door.kind = kind;
        door.contact.point = contact;
        return door;
    }
    [[nodiscard]] static SiteOptions site() {
        SiteOptions site;
        auto gate = door("yard-door", "io.yard", DoorKind::personnel);
        gate.reader = "in";
        gate.request_to_exit = "io.rex";
        site.doors = {gate, door("vault-door", "io.vault", DoorKind::personnel),
                      door("d07", "io.d07", DoorKind::dock)};
        site.readers = {reader("in", "rd.in"), reader("out", "rd.out"), reader("vault", "rd.vault"),
                        reader("clock", "rd.clock")};
        site.readers[0].facility = "rd.facility";
        site.readers[1].door = "yard-door";
        site.readers[2].door = "vault-door";
        ZoneOptions yard{
            .id = "yard", .name = {}, .doors = {"yard-door"}, .readers = {"in"}, .exits = {"out"}};
        ZoneOptions vault{
            .id = "vault", .name = {}, .doors = {"vault-door"}, .readers = {"vault"}, .exits = {}};
        site.zones = {yard, vault};
        site.access.decide = true;
        return site;
    }

    // The site is watched, everything is closed, and people are registered.
    void opens_the_day(SiteOptions options = site()) {
        builds(std::move(options));
        watched();
        registers("ana", "1", {{"zones", "yard"}, {"rights", "access,alarms,test"}});
        registers("bob", "2", {{"zones", "*"}});
        registers("eve", "3", {});
        registers("late", "4", {{"zones", "*"}, {"until", "2026-11-23"}});
        registers("early", "5", {{"zones", "*"}, {"from", "2026-11-25"}});
        registers("gone", "6", {{"zones", "*"}});
        can("person.revoke", {{"person", "gone"}, {"reason", "left"}});
        forget();
    }
    void watched() {
        for (const char* point : {"io.yard", "io.vault", "io.d07", "io.rex"})
            reads(point, Value{false});
        for (const char* point : {"rd.in", "rd.out", "rd.vault", "rd.clock"})
            reads(point, Value{std::int64_t{0}});
        reads("rd.facility", Value{std::int64_t{42}});
        passes(1s);
    }
    void registers(const char* person, const char* badge, Arguments more) {
        more["person"] = person;
        more["name"] = "N.";
        more["badge"] = badge;
        can("person.add", more);
    }
    // A badge is held to a reader for a moment.
    void shows(const std::string& reader, std::int64_t badge) {
        const PointId point{"rd." + reader};
        reads(point, Value{badge});
        reads(point, Value{std::int64_t{0}});
    }
    void is(const char* contact, bool open) {
        reads(contact, Value{open});
        passes(100ms);
    }
    // Somebody goes in by the yard's door.
    void goes_through() {
        passes(1s);
        is("io.yard", true);
        passes(1s);
        is("io.yard", false);
    }
    [[nodiscard]] std::vector<std::string> findings() const {
        std::vector<std::string> all;
        for (const auto& event : events(EventKind::cross_finding)) {
            auto words = text(event, "what");
            for (const auto& subject : event.subjects) words += " " + subject.id;
            all.push_back(std::move(words));
        }
        return all;
    }
};

}  // namespace sealwarden
