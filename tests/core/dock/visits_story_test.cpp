// Visits together with the rules of seals and cases, as a morning at a dock goes.
#include "tests/core/dock/visits_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class VisitStoryTest : public VisitsTest {
  protected:
    void SetUp() override {
        VisitsTest::SetUp();
        registers("rosa", "seal,stock,supervise,cases");
        can("lot.receive", {{"lot", text("lot-1")},
                            {"maker", text("Tyden")},
                            {"seal_class", text("H")},
                            {"certificate", text("ISO-1")},
                            {"first", text("HL777001")},
                            {"last", text("HL777100")},
                            {"person", text("rosa")}});
        forget();
    }

    [[nodiscard]] static Arguments checked(const char* seal) {
        return {{"seal", text(seal)},     {"container", text(unit)}, {"view", text("good")},
                {"verify", text("good")}, {"tug", text("good")},     {"twist", text("good")}};
    }
    void verifies_with_hands(const char* seal, const char* person = "ana") {
        auto arguments = checked(seal);
        arguments["person"] = text(person);
        can("seal.verify", arguments);
    }
    void removes_with_authority(const char* seal) {
        auto arguments = checked(seal);
        arguments["authority"] = text("consignee");
        arguments["reason"] = text("arrived");
        arguments["person"] = text("ana");
        can("seal.remove", arguments);
    }
    void issues_and_affixes(const char* seal, const char* replaces = "") {
        can("seal.issue", {{"seal", text(seal)}, {"to", text("ana")}, {"person", text("rosa")}});
        auto arguments = checked(seal);
        arguments["hardware_checked"] = true;
        arguments["replaces"] = text(replaces);
        arguments["person"] = text("ana");
        can("seal.affix", arguments);
    }
    // Alarms and cases, for short.
    [[nodiscard]] Whats trouble() const {
        Whats all;
        for (const auto& event : events_)
            if (event.kind == alarm_raised || event.kind == case_opened)
                all.push_back(event.subjects.front().id);
        return all;
    }
};

TEST_F(VisitStoryTest, WhatTheAuditorNeedsStandsInTheLastEntry) {
    expects(unit, "HL 123456");
    arrives("both");
    inspects();
    verifies_with_hands("hl-123456");
    passes(1min);
    removes_with_authority("HL123456");
    passes(2min);
    opens();
    loads();
    passes(65min);
    closes();
    passes(48s);
    issues_and_affixes("HL777001");
    passes(10min);
    departs();

    EXPECT_EQ(trouble(), Whats{});
    EXPECT_EQ(deviations(), Whats{});
    const auto left = the(visit_departed);
    EXPECT_EQ(text(left, "seal_in"), "HL123456");
    EXPECT_EQ(text(left, "seals_verified"), "HL123456");
    EXPECT_EQ(datum(left, "vvtt_complete"), Datum{true});
    EXPECT_EQ(text(left, "verifier"), "ana");
    EXPECT_EQ(text(left, "cutter"), "ana");
    EXPECT_EQ(text(left, "authority"), "consignee");
    EXPECT_EQ(text(left, "seal_out"), "HL777001");
    EXPECT_EQ(text(left, "sealer"), "ana");
    EXPECT_EQ(datum(left, "gap_s"), Datum{std::int64_t{48}});
    EXPECT_EQ(text(left, "inspector"), "ana");
    EXPECT_EQ(datum(left, "deviation_count"), Datum{std::int64_t{0}});
}

TEST_F(VisitStoryTest, AnotherSealThanExpectedHoldsTheUnitUntilItsCasesAreClosed) {
    expects(unit, "HL123456");
    arrives();
    verifies_with_hands("HL123457");
    EXPECT_EQ(deviations(), Whats{"seal_differs"});
    EXPECT_EQ(dock_state(), "arrived");
    EXPECT_EQ(state("dock", "d01", "hold"), Datum{true});
    cannot("held", "visit.depart", {{"visit", text("d01")}, {"person", text("luis")}});

    can("seal.clear",
        {{"seal", text("HL123457")}, {"note", text("typing error")}, {"person", text("rosa")}});
    EXPECT_EQ(dock_state(), "verified");
    for (const auto& opened : events(case_opened))
        can("case.close", {{"case_id", Datum{opened.subjects.front().id}},
                           {"result", text("typing error of the shipper")},
                           {"nobody_to_notify", true},
                           {"person", text("rosa")}});
    EXPECT_EQ(state("dock", "d01", "hold"), Datum{false});
    forget();
    removes_with_authority("HL123457");
    opens();
    closes();
    departs();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(VisitStoryTest, ANumberThatWasMisreadLeavesNoTrace) {
    expects(unit, "HL123456");
    arrives();
    verifies_with_hands("HLI23456");
    can("seal.clear", {{"seal", text("HLI23456")},
                       {"note", text("misread")},
                       {"misread", true},
                       {"person", text("rosa")}});
    EXPECT_EQ(state("dock", "d01", "seal"), Datum{});
    verifies_with_hands("HL123456");
    EXPECT_EQ(state("dock", "d01", "seal"), text("HL123456"));
    EXPECT_EQ(dock_state(), "verified");
    restarts();
    closes();
    forget();
    removes_with_authority("HL123456");
    opens();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(VisitStoryTest, CustomsOpenedItOnTheWay) {
    expects(unit, "HL123456");
    can("seal.break", {{"seal", text("HL123456")},
                       {"container", text(unit)},
                       {"authority", text("CBP")},
                       {"reason", text("exam")},
                       {"person", text("ana")}});
    auto affix = checked("CBP 4711");
    affix["foreign"] = true;
    affix["inside_found"] = true;
    affix["replaces"] = text("HL123456");
    affix["person"] = text("ana");
    can("seal.affix", affix);
    arrives();
    EXPECT_EQ(text(the(visit_arrived), "seals_expected"), "CBP4711");
    verifies_with_hands("CBP4711");
    EXPECT_EQ(dock_state(), "verified");
    removes_with_authority("CBP4711");
    opens();
    EXPECT_EQ(deviations(), Whats{});
    EXPECT_EQ(trouble(), Whats{});
}

TEST_F(VisitStoryTest, CustomsOpenedItAndTheDockFindsOut) {
    expects(unit, "HL123456");
    arrives();
    can("seal.break", {{"seal", text("HL123456")},
                       {"container", text(unit)},
                       {"authority", text("CBP")},
                       {"reason", text("exam")},
                       {"person", text("ana")}});
    auto affix = checked("CBP4711");
    affix["foreign"] = true;
    affix["inside_found"] = true;
    affix["replaces"] = text("HL123456");
    affix["person"] = text("ana");
    can("seal.affix", affix);
    verifies_with_hands("CBP4711");
    removes_with_authority("CBP4711");
    opens();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(VisitStoryTest, WithoutPapersTheNumberThatIsReadOffThemIsStated) {
    arrives();
    verifies_with_hands("HL123456");
    EXPECT_EQ(dock_state(), "arrived") << "it was compared with nothing";
    auto arguments = checked("HL123456");
    arguments["document"] = text("HL-123456");
    arguments["person"] = text("ana");
    can("seal.verify", arguments);
    EXPECT_EQ(dock_state(), "verified");
    removes_with_authority("HL123456");
    opens();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(VisitStoryTest, ATheftAtTheDock) {
    expects(unit, "HL123456");
    arrives();
    verifies_with_hands("HL123456");
    passes(1h);
    opens();  // nobody cut the seal
    passes(5min);
    closes();
    passes(1min);
    can("seal.tampered",
        {{"seal", text("HL123456")}, {"note", text("glued")}, {"person", text("ana")}});
    EXPECT_EQ(deviations(), (Whats{"opened_without_cut", "seal_cut_without_authority"}));
    cannot("held", "visit.depart", {{"visit", text("d01")}, {"person", text("luis")}});
    leaves_anyway();
    EXPECT_EQ(deviations().back(), "left_with_open_case");
}

}  // namespace
}  // namespace sealwarden
