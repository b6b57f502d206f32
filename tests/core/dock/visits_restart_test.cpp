// Behind a restart everything is as the log tells it, and what was not watched accuses nobody.
#include "tests/core/dock/visits_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class VisitsRestartTest : public VisitsTest {
  protected:
    void restarts_with_doors() {
        restarts();
        reads("io1.di0", Value{door_});
        reads("io1.di1", Value{false});
    }
    void opens_and_remembers() {
        opens();
        door_ = true;
    }
    void closes_and_remembers() {
        closes();
        door_ = false;
    }
    [[nodiscard]] State dock() const {
        for (auto& one : site_->states())
            if (one.subject == Subject{"dock", "d01"}) return one;
        return {};
    }
    bool door_ = false;
};

TEST_F(VisitsRestartTest, ADeviationCarriesTheVisitsDocumentAndNotTheSeals) {
    can("visit.expect", {{"person", text("ana")},
                         {"container", text(unit)},
                         {"seals", text("HL1")},
                         {"document", text("BL-77")}});
    arrives();
    seal_is(custody_mismatch, "HL7", {{"document", text("HL1")}});
    EXPECT_EQ(text(the(visit_deviation), "document"), "BL-77");
    restarts_with_doors();
    seal_is(custody_cleared, "HL7");
    EXPECT_EQ(text(events(visit_verified).back(), "document"), "BL-77");
}

TEST_F(VisitsRestartTest, AVisitIsTheSameBehindARestartAtEveryStep) {
    const std::vector<std::function<void()>> steps = {
        [&] { expects(unit, "HL1A,HL2A"); },
        [&] { arrives("both"); },
        [&] { verifies("HL1A"); },
        [&] { verifies("HL2A"); },
        [&] { seal_is(custody_mismatch, "HL2A"); },
        [&] { seal_is(custody_cleared, "HL2A"); },
        [&] { removes("HL1A"); },
        [&] { removes("HL2A"); },
        [&] { opens_and_remembers(); },
        [&] { closes_and_remembers(); },
        [&] { inspects(); },
        [&] { loads(); },
        [&] { opens_and_remembers(); },
        [&] { closes_and_remembers(); },
        [&] { affixes("HL777001"); },
    };
    for (const auto& step : steps) {
        step();
        passes(1min);
        const auto before = dock();
        forget();
        restarts_with_doors();
        const auto after = dock();
        EXPECT_EQ(after.values, before.values);
        EXPECT_EQ(after.good, before.good);
        if (before.values.at("state") != text("free")) EXPECT_EQ(after.since, before.since);
        // The restart itself says nothing of visits.
        for (const auto& event : events_) EXPECT_NE(event.subjects.front().kind, "visit");
    }
    leaves_anyway();  // the mismatch has a case
    const auto left = the(visit_departed);
    EXPECT_EQ(datum(left, "gap_s"), Datum{std::int64_t{60}});  // a minute each step
    EXPECT_EQ(text(left, "seal_out"), "HL777001");
    EXPECT_EQ(text(left, "seal_in"), "HL1A,HL2A");
    EXPECT_EQ(text(left, "inspector"), "ana");
}

TEST_F(VisitsRestartTest, ActsAreAnsweredAsBefore) {
    expects("CSQU3054383", "HL9");
    arrives();
    restarts_with_doors();
    cannot("door_taken", "visit.arrive",
           {{"door", text("d01")}, {"container", text("CSQU3054383")}, {"person", text("luis")}});
    cannot("unit_here", "visit.arrive",
           {{"door", text("d02")}, {"container", text(unit)}, {"person", text("luis")}});
    cannot("conflict", "visit.expect",
           {{"person", text("ana")}, {"container", text("CSQU3054383")}, {"seals", text("HL8")}});
    verifies("HL1");
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_without_cut"});
    closes();
    leaves_anyway();
    restarts_with_doors();
    arrives();
}

TEST_F(VisitsRestartTest, WhatEndedIsNotRemembered) {
    expects(unit, "HL1");
    expects("CSQU3054383", "HL2");
    can("visit.withdraw",
        {{"person", text("ana")}, {"container", text("CSQU3054383")}, {"reason", text("late")}});
    arrives();
    departs();
    for (const auto& record : records()) EXPECT_EQ(record.subject.kind, "person");
}

TEST_F(VisitsRestartTest, AHoldIsOneBehindARestart) {
    arrives();
    SiteMemory memory;
    memory.wall = wall;
    memory.records = records();
    memory.records.push_back({.kind = case_noted,
                              .subject = {"case", "c-1"},
                              .at = now_,
                              .data = {{"hold", true}, {"container", text(unit)}},
                              .personal = {}});
    SiteTest::restarts(std::move(memory));
    EXPECT_EQ(state("dock", "d01", "hold"), Datum{true});
    cannot("held", "visit.depart", {{"visit", text("d01")}, {"person", text("luis")}});
}

TEST_F(VisitsRestartTest, ADoorFoundOpenBehindARestartAccusesNobody) {
    expects(unit, "HL1");
    arrives();
    restarts();
    opens();
    EXPECT_EQ(deviations(), Whats{});
    EXPECT_EQ(dock_state(), "open");
    EXPECT_EQ(datum(the(visit_opened), "learnt"), Datum{true});
    EXPECT_EQ(datum(the(visit_opened), "opened_ts"), Datum{});
}

TEST_F(VisitsRestartTest, ADockFoundOpenWithNoVisitAccusesNobody) {
    restarts();
    opens();
    EXPECT_EQ(deviations(), Whats{});
    closes();
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_without_visit"});
}

TEST_F(VisitsRestartTest, AVisitThatBeganWhileTheGatewayWasDownIsEnteredLater) {
    restarts();
    opens();  // it stands there and is being loaded
    arrives("load");
    inspects();
    loads();
    closes();
    affixes("HL7");
    departs();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(VisitsRestartTest, AClosingNobodySawIsNotHeldAgainstTheSeal) {
    arrives("load");
    inspects();
    restarts_with_doors();  // meanwhile the door opened and closed, perhaps
    loads();
    affixes("HL7");
    EXPECT_EQ(deviations(), Whats{});
    EXPECT_EQ(datum(the(visit_sealed), "gap_s"), Datum{});
}

TEST_F(VisitsRestartTest, ADoorFoundClosedHasNoGap) {
    arrives("load");
    inspects();
    opens();
    restarts();
    closes();
    EXPECT_EQ(dock_state(), "closed");
    EXPECT_EQ(datum(the(visit_closed), "learnt"), Datum{true});
    EXPECT_EQ(datum(the(visit_closed), "closed_ts"), Datum{});
    passes(1h);
    affixes("HL7");
    EXPECT_EQ(deviations(), Whats{});
    EXPECT_EQ(datum(the(visit_sealed), "gap_s"), Datum{});
}

TEST_F(VisitsRestartTest, ALateSealingIsToldBehindARestartAndOnlyOnce) {
    arrives("load");
    inspects();
    opens();
    closes();
    passes(5min);
    restarts();
    passes(1h);
    EXPECT_EQ(deviations(), Whats{});  // the door's contact is not known yet
    closes();
    passes(1s);
    EXPECT_EQ(deviations(), Whats{"late_sealing"});
    restarts();
    closes();
    passes(1h);
    affixes("HL7");
    EXPECT_EQ(deviations(), Whats{"late_sealing"});
    EXPECT_EQ(datum(the(visit_sealed), "gap_s"), Datum{std::int64_t{7501}});
}

TEST_F(VisitsRestartTest, WhileTheContactIsUnknownNothingIsConcluded) {
    arrives("load");
    inspects();
    opens();
    closes();
    passes(1min);
    loses();
    passes(options_.dock.seal_after_close);
    EXPECT_EQ(deviations(), Whats{}) << "it may be open again";
    passes(1h);
    affixes("HL7");
    EXPECT_EQ(deviations(), Whats{"late_sealing"});  // that it had closed was seen
    forget();
    departs();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(VisitsRestartTest, AContactThatComesBackOpenIsAnOpeningNobodySaw) {
    expects(unit, "HL1");
    arrives();
    loses();
    opens();
    EXPECT_EQ(deviations(), Whats{});
    closes();
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_before_verified"});
}

TEST_F(VisitsRestartTest, AReloadChangesNothing) {
    expects(unit, "HL1");
    arrives();
    verifies("HL1");
    const auto before = dock();
    reloads();
    EXPECT_EQ(dock(), before);
    forget();
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_without_cut"});
}

TEST_F(VisitsRestartTest, AVisitAtADoorThatIsNotConfiguredAnyMoreCanStillDepart) {
    arrives();
    const auto id = newest().subjects.front().id;
    auto options = options_;
    options.doors.erase(options.doors.begin());
    reloads(options);
    can("visit.depart", {{"visit", Datum{id}}, {"person", text("luis")}});
    EXPECT_EQ(newest().kind, visit_departed);
}

// Where the door has a counter, what was not watched is known all the same.
class CountedVisitsTest : public VisitsRestartTest {
  protected:
    void SetUp() override {
        VisitsRestartTest::SetUp();
        counts(7);
        opens();
        counts(8);
        passes(1s);
        closes();
        passes(1s);
        forget();
    }
    void counts(std::int64_t count) { reads("io1.count0", Value{count}); }
    void is_back(bool open, std::int64_t count) {
        counts(count);
        passes(100ms);
        reads("io1.di0", Value{open});
        passes(1s);
        reads("io1.di0", Value{open});
    }
};

TEST_F(CountedVisitsTest, AnOpeningWhileTheGatewayWasDownIsADeviation) {
    expects(unit, "HL1");
    arrives();
    passes(1min);
    restarts();
    is_back(false, 9);
    EXPECT_EQ(deviations(), Whats{"opened_before_verified"});
    EXPECT_EQ(dock_state(), "closed");
}

TEST_F(CountedVisitsTest, ADoorThatWasOpenedWhileTheGatewayWasDownAndIsOpenStillIsADeviation) {
    arrives();
    verifies("HL1");
    passes(1min);
    restarts();
    is_back(true, 9);
    EXPECT_EQ(deviations(), Whats{"opened_without_cut"});
    EXPECT_EQ(dock_state(), "open");
}

TEST_F(CountedVisitsTest, AnOpeningBehindASilentModuleIsADeviation) {
    arrives();
    passes(1min);
    counts(8);
    loses();
    reads("io1.count0", Fault::no_answer);
    passes(1min);
    is_back(true, 9);
    EXPECT_EQ(deviations(), Whats{"opened_before_verified"});
}

TEST_F(CountedVisitsTest, WhatWasSealedBehindADoorThatNeverOpenedIsToldBehindARestart) {
    arrives("load");
    inspects();
    restarts();
    is_back(false, 8);
    affixes("HL7");
    EXPECT_EQ(deviations(), Whats{"sealed_without_close"});
}

TEST_F(CountedVisitsTest, ACounterTellsOfTheTimeInWhichItsModuleAnsweredBadly) {
    arrives("load");
    inspects();
    reads("io1.di0", Value{std::int64_t{3}});  // no level
    reads("io1.count0", Fault::no_answer);
    passes(1min);
    is_back(false, 8);
    affixes("HL7");
    EXPECT_EQ(deviations(), Whats{"sealed_without_close"}) << "a bad answer is its module's";
}

TEST_F(CountedVisitsTest, WhoCameWhileTheGatewayWasDownIsNotAccused) {
    restarts();
    passes(1min);
    arrives();
    is_back(false, 9);
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(CountedVisitsTest, WhoCameBetweenTwoStartsBesideASilentModuleIsNotAccused) {
    const auto starts_in_silence = [&] {
        restarts();
        loses();
        reads("io1.count0", Fault::no_answer);
        passes(1min);
    };
    loses();
    reads("io1.count0", Fault::no_answer);
    passes(1min);
    starts_in_silence();
    arrives();
    starts_in_silence();
    restarts();
    is_back(false, 9);
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(VisitsRestartTest, ACounterThatComesBackAccusesNobodyWhoCameMeanwhile) {
    reads("io1.count0", Value{std::int64_t{7}});
    passes(1s);
    loses();
    reads("io1.count0", Fault::no_answer);
    passes(1h);
    arrives();
    passes(1min);
    reads("io1.di0", Value{false});
    reads("io1.count0", Value{std::int64_t{8}});
    EXPECT_EQ(deviations(), Whats{});
}

// Two wires that say the opposite: where they do not, one of them failed, and the counter with it.
class WiredVisitsTest : public VisitsRestartTest {
  protected:
    void SetUp() override {
        VisitsRestartTest::SetUp();
        auto options = options_;
        options.doors.front().contact.complement = PointId{"io1.not_di0"};
        reloads(options);
        counts(7);
        is(true);
        counts(8);
        is(false);
        forget();
    }
    void counts(std::int64_t count) { reads("io1.count0", Value{count}); }
    void is(bool open) {
        reads("io1.di0", Value{open});
        reads("io1.not_di0", Value{!open});
        passes(1s);
        reads("io1.di0", Value{open});
    }
    void a_wire_fails() {
        reads("io1.not_di0", Value{false});
        passes(1min);
        EXPECT_EQ(text(the(door_unknown), "why"), "disagree");
    }
    void restarts_counting(std::int64_t count) {
        restarts();
        counts(count);
        is(false);
        EXPECT_EQ(the(door_recounted).data.at("count"), Datum{std::int64_t{0}});
    }
    void seals_what_was_loaded() {
        inspects();
        affixes("HL7");
    }
};

TEST_F(WiredVisitsTest, WithoutAFailureTheCounterProvesThatNothingOpened) {
    arrives("load");
    restarts_counting(8);
    seals_what_was_loaded();
    EXPECT_EQ(deviations(), Whats{"sealed_without_close"});
}

TEST_F(WiredVisitsTest, ACounterSaysNothingOfAWireThatFailedThoughTheModuleWasSilentToo) {
    arrives("load");
    a_wire_fails();
    reads("io1.di0", Fault::no_answer);
    reads("io1.not_di0", Fault::no_answer);
    reads("io1.count0", Fault::no_answer);
    passes(1min);
    counts(8);
    is(false);
    EXPECT_FALSE(events(door_recounted).empty());
    seals_what_was_loaded();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(WiredVisitsTest, ACounterSaysNothingOfAWireThatFailedAndWasMendedBeforeARestart) {
    arrives("load");
    a_wire_fails();
    is(false);
    forget();
    restarts_counting(8);
    seals_what_was_loaded();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(WiredVisitsTest, ACounterSaysNothingOfAWireThatFailedAndWasMendedWhileTheGatewayWasDown) {
    arrives("load");
    a_wire_fails();
    forget();
    restarts_counting(8);
    seals_what_was_loaded();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(WiredVisitsTest, AWireThatWasMendedBeforeTheUnitCameHidesNothingOfIt) {
    a_wire_fails();
    is(false);
    passes(1min);
    arrives("load");
    forget();
    restarts_counting(8);
    seals_what_was_loaded();
    EXPECT_EQ(deviations(), Whats{"sealed_without_close"});
}

}  // namespace
}  // namespace sealwarden
