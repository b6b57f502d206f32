// Two docks, a gate and a side door, for tests of visits. What is said of seals and cases is said
// by the test: their rules are tested elsewhere.
#pragma once

#include "tests/core/procedures_fixture.hpp"

namespace sealwarden {

class VisitsTest : public ProceduresTest {
  protected:
    static constexpr auto unit = "MSCU6639870";

    void SetUp() override {
        builds(site());
        reads("io1.di0", Value{false});
        reads("io1.di1", Value{false});
        registers("ana", "seal,inspect,supervise,documents");
        registers("luis", "seal");
        forget();
    }

    static SiteOptions site() {
        SiteOptions options;
        options.doors = {
            door("d01", DoorKind::dock, "io1.di0"), door("d02", DoorKind::dock, "io1.di1"),
            door("g1", DoorKind::gate, "io1.di2"), door("side", DoorKind::personnel, "io1.di3")};
        options.doors.front().contact.edge_counter = PointId{"io1.count0"};
        return options;
    }
    static DoorOptions door(const char* id, DoorKind kind, const char* point) {
        DoorOptions options;
        options.id = id;
        options.kind = kind;
        options.contact.point = PointId{point};
        options.contact.settle = 0ms;
        return options;
    }
    void registers(const char* person, const char* rights) {
        can("person.add", {{"person", text(person)},
                           {"name", text(person)},
                           {"rights", text(rights)},
                           {"trained_until", text("2027-12-31")}});
    }

    void opens(const char* point = "io1.di0") { reads(PointId{point}, Value{true}); }
    void closes(const char* point = "io1.di0") { reads(PointId{point}, Value{false}); }
    void loses(const char* point = "io1.di0") { reads(PointId{point}, Fault::no_answer); }

    void expects(const char* container, const char* seals = "") {
        can("visit.expect",
            {{"person", text("ana")}, {"container", text(container)}, {"seals", text(seals)}});
    }
    void arrives(const char* purpose = "unload", const char* container = unit,
                 const char* at = "d01") {
        can("visit.arrive", {{"door", text(at)},
                             {"container", text(container)},
                             {"purpose", text(purpose)},
                             {"person", text("luis")}});
    }
    void inspects(const char* failed = "", const char* skipped = "", Arguments more = {}) {
        more.insert({{"visit", text("d01")},
                     {"list", text("container-7")},
                     {"failed", text(failed)},
                     {"skipped", text(skipped)},
                     {"person", text("ana")}});
        can("visit.inspect", more);
    }
    void inspects_what_was_mended() { inspects("", "", {{"mended", text("a new floor board")}}); }
    void loads() { can("visit.load", {{"visit", text("d01")}, {"person", text("luis")}}); }
    void departs(Arguments more = {}) {
        more.insert({{"visit", text("d01")}, {"person", text("luis")}});
        can("visit.depart", more);
    }

    // Though a case holds it.
    void leaves_anyway() {
        departs(
            {{"anyway", true}, {"reason", text("the carrier drove off")}, {"person", text("ana")}});
    }

    // What custody says of a seal.
    void seal_is(EventKind kind, const char* seal, Arguments data = {},
                 const char* container = unit) {
        Event event;
        event.kind = kind;
        event.at = now_;
        event.subjects = {{"seal_number", seal}};
        if (*container != 0) event.subjects.push_back({"container", container});
        event.data = std::move(data);
        event.data.insert({"person", text("ana")});
        keep(site_->apply(std::move(event)));
    }
    void verifies(const char* seal, const char* container = unit) {
        seal_is(EventKind::custody_verified, seal, {{"complete", true}}, container);
    }
    void removes(const char* seal, bool complete = true) {
        seal_is(EventKind::custody_removed, seal,
                {{"complete", complete}, {"authority", text("consignee")}});
    }
    void affixes(const char* seal, const char* replaces = "") {
        seal_is(EventKind::custody_affixed, seal, {{"replaces", text(replaces)}});
    }
    void case_is(EventKind kind, const char* id, bool hold, const char* container = unit) {
        Event event;
        event.kind = kind;
        event.at = now_;
        event.subjects = {{"case", id}};
        event.data = {{"hold", hold}, {"container", text(container)}, {"visit", text("")}};
        keep(site_->apply(std::move(event)));
    }

    // The deviations since the last forget().
    [[nodiscard]] std::vector<std::string> deviations() const {
        std::vector<std::string> all;
        for (const auto& event : events(EventKind::visit_deviation))
            all.push_back(text(event, "what"));
        return all;
    }
    using Whats = std::vector<std::string>;
    [[nodiscard]] std::string dock_state(const char* at = "d01") const {
        const auto datum = state("dock", at, "state");
        const auto* words = std::get_if<std::string>(&datum);
        return words == nullptr ? std::string{} : *words;
    }
    using ProceduresTest::text;
    using SiteTest::the;
    [[nodiscard]] static Datum text(const char* value) { return sealwarden::text(value); }
    // The newest event of a visit.
    [[nodiscard]] Event newest() const {
        for (auto event = history_.rbegin(); event != history_.rend(); ++event)
            if (event->subjects.front().kind == "visit") return *event;
        ADD_FAILURE() << "there was no visit";
        return {};
    }
};

}  // namespace sealwarden
