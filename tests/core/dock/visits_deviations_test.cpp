// Every way a visit can leave the way it should go: told once, and not when nothing is wrong.
#include "tests/core/dock/visits_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class DeviationsTest : public VisitsTest {};

TEST_F(DeviationsTest, ADoorThatOpensBeforeTheSealWasVerifiedIsToldOnce) {
    expects(unit, "HL123456");
    arrives();
    passes(1min);
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_before_verified"});
    closes();
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_before_verified"});
    const auto deviation = the(visit_deviation);
    EXPECT_EQ(deviation.subjects.size(), 3U);
    EXPECT_EQ(deviation.subjects[0].kind, "visit");
    EXPECT_EQ(deviation.subjects[1].id, unit);
    EXPECT_EQ(deviation.subjects[2].id, "d01");
    EXPECT_EQ(text(deviation, "deviations"), "opened_before_verified");
    EXPECT_EQ(text(deviation, "state"), "open");
}

TEST_F(DeviationsTest, WhatComesToBeUnloadedIsVerifiedEvenWhenNobodyExpectedIt) {
    arrives("unload");
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_before_verified"});
}

TEST_F(DeviationsTest, AnEmptyUnitHasNothingToVerify) {
    arrives("load");
    opens();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, AUnitWithASealThatComesToBeLoadedHas) {
    expects(unit, "HL1");
    arrives("load");
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_before_verified"});
}

TEST_F(DeviationsTest, ASiteThatDoesNotAskForItIsNotToldIt) {
    auto options = options_;
    options.dock.verify_before_opening = false;
    reloads(options);
    arrives();
    opens();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, AVerificationWithLessThanFourResultsIsNone) {
    expects(unit, "HL1");
    arrives();
    seal_is(custody_verified, "HL1", {{"complete", false}});
    EXPECT_EQ(dock_state(), "arrived");
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_before_verified"});
}

TEST_F(DeviationsTest, ASealThatWasComparedWithNothingIsNotVerified) {
    arrives();
    seal_is(custody_checked, "HL1", {{"complete", true}, {"compared", text("nothing")}});
    EXPECT_EQ(dock_state(), "arrived");
    EXPECT_EQ(state("dock", "d01", "seal"), text("HL1"));
    EXPECT_EQ(state("dock", "d01", "verified"), Datum{false});
    EXPECT_EQ(text(the(visit_verified), "outstanding"), "HL1");
    seal_is(custody_removed, "HL1",
            {{"complete", true}, {"compared", text("nothing")}, {"authority", text("consignee")}});
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_before_verified"});
}

TEST_F(DeviationsTest, ASealThatNobodyExpectedOnWhatComesToBeLoadedIsVerifiedFirst) {
    arrives("load");
    seal_is(custody_checked, "HL1", {{"complete", true}, {"compared", text("nothing")}});
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_before_verified"});
}

TEST_F(DeviationsTest, WhatWasVerifiedStaysSoBehindACheckWithoutDocuments) {
    arrives();
    verifies("HL1");
    seal_is(custody_checked, "HL1", {{"complete", true}, {"compared", text("nothing")}});
    EXPECT_EQ(dock_state(), "verified");
    EXPECT_EQ(events(visit_verified).size(), 1U);
}

TEST_F(DeviationsTest, OfTwoSealsBothAreVerified) {
    expects(unit, "HL1A,HL2A");
    arrives();
    verifies("HL1A");
    EXPECT_EQ(dock_state(), "arrived");
    EXPECT_EQ(text(the(visit_verified), "outstanding"), "HL2A");
    EXPECT_EQ(datum(the(visit_verified), "verified_ts"), Datum{});
    verifies("HL2A");
    EXPECT_EQ(dock_state(), "verified");
    EXPECT_EQ(state("dock", "d01", "seal"), text("HL1A,HL2A"));
    removes("HL1A");
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_without_cut"});
}

TEST_F(DeviationsTest, ADoorThatOpensWhileTheVerifiedSealIsOnIsToldOnce) {
    arrives();
    verifies("HL1");
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_without_cut"});
    closes();
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_without_cut"});
}

TEST_F(DeviationsTest, ADoorThatOpensBehindTheSealingIsToldAgain) {
    arrives("load");
    inspects();
    opens();
    closes();
    affixes("HL777001");
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_without_cut"});
    closes();
    EXPECT_EQ(dock_state(), "closed");
    passes(1h);  // it is sealed all the same
    affixes("HL777002");
    opens();
    EXPECT_EQ(deviations(), (Whats{"opened_without_cut", "opened_without_cut"}));
}

TEST_F(DeviationsTest, ARemovalWithAllFourResultsIsAVerificationToo) {
    expects(unit, "HL1");
    arrives();
    removes("HL1");
    EXPECT_EQ(dock_state(), "cut");
    opens();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, ARemovalWithoutThemIsNot) {
    expects(unit, "HL1");
    arrives();
    removes("HL1", false);
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_before_verified"});
}

TEST_F(DeviationsTest, ASealThatAnAuthorityBrokeLeavesNothingToVerify) {
    expects(unit, "HL1");
    arrives();
    seal_is(custody_broken, "HL1", {{"authority", text("CBP")}});
    EXPECT_EQ(text(the(visit_cut), "authority"), "CBP");
    opens();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, TheOtherSealIsVerifiedAllTheSame) {
    expects(unit, "HL1A,HL2A");
    arrives();
    seal_is(custody_broken, "HL1A", {{"authority", text("CBP")}});
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_before_verified"});
    closes();
    verifies("HL2A");
    EXPECT_EQ(state("dock", "d01", "verified"), Datum{true});
    removes("HL2A");
    opens();
    EXPECT_EQ(deviations(), Whats{"opened_before_verified"});
}

TEST_F(DeviationsTest, DoubtsAboutTheSealItLeavesWithTakeNothingOfTheArrivalBack) {
    expects(unit, "HL1A");
    arrives("both");
    verifies("HL1A");
    removes("HL1A");
    inspects();
    opens();
    loads();
    closes();
    affixes("HL7A");
    seal_is(custody_mismatch, "HL7A");
    EXPECT_EQ(dock_state(), "sealed");
    EXPECT_EQ(state("dock", "d01", "verified"), Datum{true});
    seal_is(custody_cleared, "HL7A", {{"misread", false}});
    seal_is(custody_tampered, "HL7A");
    EXPECT_EQ(dock_state(), "cut");
    EXPECT_EQ(state("dock", "d01", "verified"), Datum{true});
    EXPECT_EQ(deviations(), (Whats{"seal_differs", "seal_cut_without_authority"}));
}

TEST_F(DeviationsTest, ASealThatSomebodyElseBrokeIsToldAsCutWithoutAuthority) {
    expects(unit, "HL1");
    arrives();
    seal_is(custody_broken, "HL1");
    EXPECT_EQ(deviations(), Whats{"seal_cut_without_authority"});
    opens();
    EXPECT_EQ(deviations(), (Whats{"seal_cut_without_authority", "opened_before_verified"}));
}

TEST_F(DeviationsTest, TheSealOfTheAuthorityIsVerifiedInThePlaceOfTheBrokenOne) {
    expects(unit, "HL1");
    arrives();
    seal_is(custody_broken, "HL1", {{"authority", text("CBP")}});
    affixes("CBP77", "HL1");
    EXPECT_EQ(dock_state(), "sealed");
    verifies("CBP77");
    EXPECT_EQ(state("dock", "d01", "verified"), Datum{true});
    removes("CBP77");
    EXPECT_EQ(dock_state(), "cut");
    opens();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, ASealReplacedOnTheWayIsExpectedInstead) {
    expects(unit, "HL1,HL2");
    seal_is(custody_broken, "HL1", {{"authority", text("CBP")}});
    affixes("CBP77", "HL1");
    EXPECT_EQ(text(events(expected_given).back(), "seals"), "CBP77,HL2");
    arrives();
    verifies("HL2");
    verifies("CBP77");
    EXPECT_EQ(dock_state(), "verified");
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, ASealWithAnotherNumberIsToldAndTakesTheVerificationBack) {
    expects(unit, "HL1");
    arrives();
    verifies("HL1");
    seal_is(custody_mismatch, "HL7", {{"document", text("HL1")}});
    EXPECT_EQ(deviations(), Whats{"seal_differs"});
    EXPECT_EQ(text(the(visit_deviation), "seal"), "HL7");
    EXPECT_EQ(text(the(visit_deviation), "documented"), "HL1");
    EXPECT_EQ(dock_state(), "arrived");
    opens();
    EXPECT_EQ(deviations(), (Whats{"seal_differs", "opened_before_verified"}));
}

TEST_F(DeviationsTest, AMismatchThatWasAClericalErrorIsVerified) {
    expects(unit, "HL1");
    arrives();
    seal_is(custody_mismatch, "HL7");
    seal_is(custody_cleared, "HL7", {{"misread", false}});
    EXPECT_EQ(dock_state(), "verified");
    EXPECT_EQ(text(the(visit_verified), "seals_expected"), "HL7");
    removes("HL7");
    opens();
    EXPECT_EQ(deviations(), Whats{"seal_differs"});
}

TEST_F(DeviationsTest, AMismatchThatWasMisreadIsForgotten) {
    expects(unit, "HL1");
    arrives();
    seal_is(custody_mismatch, "HLI");
    seal_is(custody_cleared, "HLI", {{"misread", true}, {"read_on", text(unit)}}, "CSQU3054383");
    EXPECT_EQ(dock_state(), "arrived");
    EXPECT_EQ(state("dock", "d01", "seal"), Datum{});
    verifies("HL1");
    removes("HL1");
    opens();
    EXPECT_EQ(deviations(), Whats{"seal_differs"});
}

TEST_F(DeviationsTest, ADocumentMadeToFitTheSealIsSeenByTheExpectation) {
    expects(unit, "HL1");
    arrives();
    verifies("HL7");  // against a document that was typed in
    EXPECT_EQ(deviations(), Whats{"seal_differs"});
    EXPECT_EQ(dock_state(), "arrived");
}

TEST_F(DeviationsTest, ATamperedSealIsToldWhoeverFindsIt) {
    arrives();
    verifies("HL1");
    seal_is(custody_tampered, "HL1", {}, "");  // a reader says so, and names no container
    EXPECT_EQ(deviations(), Whats{"seal_cut_without_authority"});
    EXPECT_EQ(dock_state(), "arrived");
    EXPECT_EQ(state("dock", "d01", "seal"), Datum{});
    opens();
    EXPECT_EQ(deviations(), (Whats{"seal_cut_without_authority", "opened_before_verified"}));
}

TEST_F(DeviationsTest, OurSealThatWasTamperedWithLeavesTheUnitUnsealed) {
    arrives("load");
    inspects();
    opens();
    closes();
    affixes("HL7");
    seal_is(custody_tampered, "HL7");
    EXPECT_EQ(dock_state(), "cut");
    leaves_anyway();  // a case holds it
    EXPECT_EQ(deviations(),
              (Whats{"seal_cut_without_authority", "left_unsealed", "left_with_open_case"}));
}

TEST_F(DeviationsTest, ASealOfNoVisitIsNoMatter) {
    arrives();
    seal_is(custody_tampered, "HL9", {}, "CSQU3054383");
    seal_is(custody_tampered, "HL9", {}, "");
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, ASealIsPutOnBehindAClosedDoor) {
    arrives("load");
    inspects();
    opens();
    affixes("HL7");
    EXPECT_EQ(deviations(), Whats{"sealed_without_close"});
    EXPECT_EQ(datum(the(visit_sealed), "gap_s"), Datum{});
    closes();
    EXPECT_EQ(dock_state(), "sealed");
    departs();
    EXPECT_EQ(deviations(), Whats{"sealed_without_close"});
}

TEST_F(DeviationsTest, ADoorThatWasNeverSeenClosingIsTold) {
    arrives("load");
    inspects();
    affixes("HL7");
    EXPECT_EQ(deviations(), Whats{"sealed_without_close"});
}

TEST_F(DeviationsTest, AUnitThatIsOnlySealedAnewNeedNoDoor) {
    arrives("unload");
    verifies("HL1");
    seal_is(custody_broken, "HL1", {{"authority", text("CBP")}});
    affixes("CBP1", "HL1");
    departs();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, ALateSealingIsToldWhenTheLimitRunsOutAndOnlyThen) {
    arrives("load");
    inspects();
    opens();
    closes();
    const auto closed = now_;
    passes(9min + 59s);
    EXPECT_EQ(deviations(), Whats{});
    EXPECT_EQ(site_->deadline(), closed + 10min);
    passes(10min);
    EXPECT_EQ(deviations(), Whats{"late_sealing"});
    EXPECT_EQ(the(visit_deviation).at, closed + 10min);
    affixes("HL7");
    EXPECT_EQ(datum(the(visit_sealed), "gap_s"), Datum{std::int64_t{1199}});
    departs();
    EXPECT_EQ(deviations(), Whats{"late_sealing"});
}

TEST_F(DeviationsTest, EachClosingHasItsOwnLimit) {
    arrives("load");
    inspects();
    opens();
    closes();
    passes(9min);
    opens();
    passes(1h);
    closes();
    passes(9min);
    EXPECT_EQ(deviations(), Whats{});
    passes(2min);
    EXPECT_EQ(deviations(), Whats{"late_sealing"});
    opens();
    closes();
    passes(11min);
    EXPECT_EQ(deviations(), (Whats{"late_sealing", "late_sealing"}));
}

TEST_F(DeviationsTest, TheLimitIsTheSites) {
    auto options = options_;
    options.dock.seal_after_close = 60s;
    reloads(options);
    arrives("load");
    inspects();
    opens();
    closes();
    passes(61s);
    EXPECT_EQ(deviations(), Whats{"late_sealing"});
    options.dock.seal_after_close = 0s;
    reloads(options);
    forget();
    opens();
    closes();
    passes(48h);
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, WhatWasUnloadedIsNotLateForASeal) {
    arrives("unload");
    removes("HL1");
    opens();
    closes();
    passes(48h);
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, LoadingBeforeTheInspectionIsToldOnce) {
    arrives("load");
    opens();
    loads();
    EXPECT_EQ(deviations(), Whats{"not_inspected"});
    loads();
    closes();
    affixes("HL7");
    departs();
    EXPECT_EQ(deviations(), Whats{"not_inspected"});
}

TEST_F(DeviationsTest, WhereNobodySaysThatItIsLoadedItsSealDoes) {
    arrives("load");
    opens();
    closes();
    affixes("HL7");
    EXPECT_EQ(deviations(), Whats{"not_inspected"});
}

TEST_F(DeviationsTest, AnInspectionWithSkippedPointsDoesNotCount) {
    arrives("load");
    inspects("", "4");
    opens();
    loads();
    EXPECT_EQ(deviations(), Whats{"not_inspected"});
}

TEST_F(DeviationsTest, LoadingWhatFailedItsInspectionIsTold) {
    arrives("load");
    inspects("4");
    opens();
    loads();
    EXPECT_EQ(deviations(), Whats{"inspection_failed"});
    inspects();
    loads();
    EXPECT_EQ(deviations(), Whats{"inspection_failed"});
}

TEST_F(DeviationsTest, WhatFailedStaysUntilSomebodySaysWhatWasMended) {
    arrives("load");
    inspects("4");
    inspects();
    EXPECT_EQ(datum(newest(), "passed"), Datum{false});
    EXPECT_EQ(text(newest(), "inspection_failed"), "");
    EXPECT_EQ(text(newest(), "inspection_unmended"), "container-7.4");
    inspects_what_was_mended();
    EXPECT_EQ(datum(newest(), "passed"), Datum{true});
    EXPECT_EQ(newest().personal.at("mended"), "a new floor board");
    opens();
    loads();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, AFailureThatNobodyMendedIsKnownBehindARestart) {
    arrives("load");
    inspects("4,5");
    inspects("5", "", {{"mended", text("the left side")}});
    restarts();
    opens();
    loads();
    EXPECT_EQ(deviations(), Whats{"inspection_failed"});
    EXPECT_EQ(text(newest(), "inspection_unmended"), "container-7.5");
}

TEST_F(DeviationsTest, APointOfAnotherListMendsNothing) {
    arrives("load");
    inspects("4");
    can("visit.inspect", {{"visit", text("d01")},
                          {"list", text("reefer-8")},
                          {"mended", text("the fan")},
                          {"person", text("ana")}});
    EXPECT_EQ(text(newest(), "inspection_unmended"), "container-7.4");
}

TEST_F(DeviationsTest, AnInspectionBehindTheLoadingIsNone) {
    arrives("load");
    opens();
    passes(30min);
    closes();
    passes(1min);
    inspects();
    affixes("HL7");
    EXPECT_EQ(deviations(), Whats{"not_inspected"});
}

TEST_F(DeviationsTest, AnotherInspectionBehindTheLoadingTakesNothingBack) {
    arrives("load");
    inspects();
    opens();
    loads();
    passes(30min);
    inspects();
    closes();
    affixes("HL7");
    departs();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, LoadingBehindADoorThatNeverOpenedIsToldOnce) {
    arrives("load");
    inspects();
    loads();
    loads();
    EXPECT_EQ(deviations(), Whats{"loaded_without_opening"});
}

TEST_F(DeviationsTest, UnloadingBehindADoorThatNeverOpenedIsToldToo) {
    arrives();
    verifies("HL1");
    loads();
    EXPECT_EQ(deviations(), Whats{"loaded_without_opening"});
}

TEST_F(DeviationsTest, LoadingWhatIsSealedIsTold) {
    arrives("load");
    inspects();
    opens();
    loads();
    closes();
    affixes("HL7");
    loads();
    EXPECT_EQ(deviations(), Whats{"loaded_without_opening"});
}

TEST_F(DeviationsTest, WhereTheDoorWasNotWatchedLoadingAccusesNobody) {
    arrives("load");
    inspects();
    loses();
    loads();
    closes();
    loads();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, ASiteThatDoesNotInspectIsNotTold) {
    auto options = options_;
    options.dock.inspect_before_loading = false;
    reloads(options);
    arrives("load");
    opens();
    loads();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, ALoadedUnitThatLeavesUnsealedIsTold) {
    arrives("load");
    inspects();
    opens();
    closes();
    departs();
    EXPECT_EQ(deviations(), Whats{"left_unsealed"});
    // The last word is that it left: behind it nothing is kept.
    EXPECT_EQ(newest().kind, visit_departed);
}

TEST_F(DeviationsTest, OneThatLeavesEmptyNeedsNoSeal) {
    arrives("load");
    inspects();
    opens();
    closes();
    departs({{"empty", true}});
    EXPECT_EQ(deviations(), Whats{});
    EXPECT_EQ(datum(the(visit_departed), "left_empty"), Datum{true});
}

TEST_F(DeviationsTest, OneThatLeavesAsItCameHasItsSealStill) {
    arrives("unload");
    verifies("HL1");
    departs();
    EXPECT_EQ(deviations(), Whats{});
    arrives("unload");
    removes("HL1");
    departs();  // cut, never opened: the cargo is in it
    EXPECT_EQ(deviations(), Whats{"left_unsealed"});
}

TEST_F(DeviationsTest, OneThatLeavesFromAnOpenDoorIsTold) {
    arrives("unload");
    removes("HL1");
    opens();
    departs();
    EXPECT_EQ(deviations(), Whats{"left_open"});
}

TEST_F(DeviationsTest, ADockDoorThatOpensWithNoVisitIsToldEachTime) {
    opens();
    closes();
    opens();
    EXPECT_EQ(deviations(), (Whats{"opened_without_visit", "opened_without_visit"}));
    EXPECT_EQ(events(visit_deviation).front().subjects, (std::vector<Subject>{{"door", "d01"}}));
}

TEST_F(DeviationsTest, OtherDoorsMayAndASiteMayAllowIt) {
    reads("io1.di2", Value{false});
    reads("io1.di3", Value{false});
    opens("io1.di2");
    opens("io1.di3");
    EXPECT_EQ(deviations(), Whats{});
    auto options = options_;
    options.dock.opened_without_visit = false;
    reloads(options);
    opens();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, WhereNobodyIsRegisteredNobodyCanEnterAVisit) {
    builds(site());
    closes();
    opens();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(DeviationsTest, AnOpeningBetweenTwoPollsIsAnOpening) {
    const auto counts = [&](std::int64_t count) {
        passes(1s);
        reads("io1.count0", Value{count});
        passes(100ms);
        closes();
    };
    counts(7);
    counts(8);
    EXPECT_EQ(deviations(), Whats{"opened_without_visit"});
    forget();
    arrives();
    counts(9);
    EXPECT_EQ(deviations(), Whats{"opened_before_verified"});
    EXPECT_EQ(dock_state(), "closed");
    EXPECT_EQ(datum(the(visit_closed), "between_polls"), Datum{true});
    EXPECT_EQ(datum(the(visit_closed), "closed_ts"), (Datum{Now{now_ - 100ms, wall}.wall_ms()}));
}

TEST_F(DeviationsTest, ADoorThatStoodOpenWhenItArrivedIsFoundOpen) {
    opens();
    forget();
    arrives("load");
    EXPECT_EQ(dock_state(), "open");
    EXPECT_EQ(datum(the(visit_opened), "learnt"), Datum{true});
    EXPECT_EQ(datum(the(visit_opened), "opened_ts"), Datum{});
    inspects();
    passes(10min);
    closes();
    passes(20s);
    affixes("HL7");
    EXPECT_EQ(datum(the(visit_sealed), "gap_s"), Datum{std::int64_t{20}});
    EXPECT_EQ(deviations(), Whats{});
}

}  // namespace
}  // namespace sealwarden
