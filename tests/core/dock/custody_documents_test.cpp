// With what a seal's number is compared, and what becomes of one that differs.
#include "tests/core/dock/custody_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class CustodyDocumentsTest : public CustodyFixture {};

TEST_F(CustodyDocumentsTest, ANumberThatDiffersFromTheDocumentIsShownWithBothForms) {
    can("seal.verify", checked("hl-1O0", box, {{"document", "HL 100"}}));
    const auto mismatch = said_of(custody_mismatch);
    EXPECT_EQ(mismatch.subjects.front().id, "HL1O0");
    EXPECT_EQ(text(mismatch, "as_read"), "hl-1O0");
    EXPECT_EQ(text(mismatch, "document"), "HL100");
    EXPECT_EQ(text(mismatch, "compared"), "document");
    EXPECT_EQ(datum(mismatch, "look_alike"), Datum{true});
    can("seal.verify", checked("HL200", other_box, {{"document", "HL100"}}));
    EXPECT_EQ(datum(said_of(custody_mismatch), "look_alike"), Datum{false});
}

TEST_F(CustodyDocumentsTest, WithoutADocumentTheExpectedSealsDecide) {
    expects(box, "HL-1, HL-2");
    can("seal.verify", checked("HL2", box));
    EXPECT_EQ(text(said_of(custody_verified), "compared"), "expected");
    EXPECT_EQ(text(said_of(custody_verified), "document"), "HL1,HL2");
    can("seal.verify", checked("HL3", box));
    EXPECT_EQ(said_kinds(), std::vector{custody_mismatch});
}

TEST_F(CustodyDocumentsTest, ANumberThatIsComparedWithNothingIsNotVerified) {
    can("seal.verify", checked("HL4", box));
    const auto checked_only = said_of(custody_checked);
    EXPECT_EQ(said_kinds(), std::vector{custody_checked});
    EXPECT_EQ(text(checked_only, "compared"), "nothing");
    EXPECT_EQ(text(checked_only, "state"), "affixed");
    EXPECT_EQ(datum(checked_only, "complete"), Datum{true}) << "the four results are recorded";
    EXPECT_EQ(text(checked_only, "twist"), "good");
    restarts();
    can("seal.verify", checked("HL4", box, {{"document", "HL4"}}));
    EXPECT_EQ(text(said_of(custody_verified), "state"), "verified");
    // What was compared once stays verified, and with what.
    can("seal.verify", checked("HL4", box));
    EXPECT_EQ(text(said_of(custody_checked), "state"), "verified");
    EXPECT_EQ(text(said_of(custody_checked), "document"), "HL4");
}

TEST_F(CustodyDocumentsTest, ASealThatIsTakenOffCanBeComparedWithItsDocumentThen) {
    can("seal.remove", removing("HL1", box, {{"document", "HL7"}}));
    EXPECT_EQ(said_kinds(), std::vector{custody_mismatch});
    EXPECT_EQ(text(said.front(), "removal"), "stopped");
    can("seal.remove", removing("HL2", other_box, {{"document", "HL2"}}));
    EXPECT_EQ(text(said_of(custody_removed), "compared"), "document");
}

TEST_F(CustodyDocumentsTest, PapersThatWereMadeToFitDoNotMakeAnotherSealRight) {
    expects(box, "HL1");
    can("seal.verify", checked("ZZ9", box, {{"document", "ZZ9"}}));
    EXPECT_EQ(said_kinds(), std::vector{custody_mismatch});
    EXPECT_EQ(text(said.front(), "compared"), "expected");
    EXPECT_EQ(text(said.front(), "document"), "HL1");
}

TEST_F(CustodyDocumentsTest, ASealOfOursIsExpectedWhereItWasPutOn) {
    receives();
    arrives(box);
    affixes("HL100001", box);
    can("seal.verify", checked("HL100001", box));
    EXPECT_EQ(text(said_of(custody_verified), "compared"), "affixed");
    // Cut and sealed again with another one.
    can("seal.verify", checked("ZZ9", box));
    EXPECT_EQ(said_kinds(), std::vector{custody_mismatch});
    can("seal.hold", by("ana", "ZZ9", {{"place", "safe"}}));
    // It leaves, and comes again with something else: what was on it then is no matter.
    departs(box);
    passes(1h);
    arrives(box);
    can("seal.verify", checked("QQ1", box));
    EXPECT_EQ(said_kinds(), std::vector{custody_checked});
}

TEST_F(CustodyDocumentsTest, WhatWasRemovedIsNotExpectedAnyMore) {
    receives();
    expects(box, "XX1");
    arrives(box);
    can("seal.verify", checked("XX1", box));
    can("seal.remove", removing("XX1", box));
    affixes("HL100001", box);
    can("seal.verify", checked("HL100001", box));
    EXPECT_EQ(said_kinds(), std::vector{custody_verified});
}

TEST_F(CustodyDocumentsTest, ExpectationsSurviveARestartDuringAVisit) {
    receives();
    arrives(box);
    affixes("HL100001", box);
    departs(box);
    passes(1h);
    SiteMemory memory;
    memory.wall = wall;
    memory.records = records();
    memory.records.push_back({.kind = visit_arrived,
                              .subject = {"visit", "v2"},
                              .at = now_,
                              .data = {{"container", std::string{box}},
                                       {"seals_expected", std::string{"XX1"}},
                                       {"arrived_ts", std::int64_t{wall.at_zero_ms + 3'000'000}}},
                              .personal = {}});
    builds(options_, memory);
    can("seal.verify", checked("XX1", box));
    EXPECT_EQ(text(said_of(custody_verified), "document"), "XX1");
    can("seal.verify", checked("XX2", box));
    EXPECT_EQ(said_kinds(), std::vector{custody_mismatch});
}

TEST_F(CustodyDocumentsTest, AMismatchIsClearedBySupervisorsWithANote) {
    can("seal.verify", checked("HL1", box, {{"document", "HL7"}}));
    cannot("in_doubt", "seal.verify", checked("HL1", box));
    cannot("in_doubt", "seal.remove", removing("HL1", box));
    cannot("not_allowed", "seal.clear", by("ana", "HL1", {{"note", "typing error"}}));
    restarts();
    can("seal.clear", by("carla", "HL1", {{"note", "the bill of lading has a typing error"}}));
    const auto cleared = said_of(custody_cleared);
    EXPECT_EQ(text(cleared, "state"), "verified");
    EXPECT_EQ(cleared.personal.at("note"), "the bill of lading has a typing error");
    EXPECT_EQ(ids(cleared, "container"), std::vector<std::string>{box});
    cannot("wrong_state", "seal.clear", by("carla", "HL1", {{"note", "again"}}));
}

TEST_F(CustodyDocumentsTest, WhatWasClearedIsNotDoubtedAgainByTheSameDocuments) {
    says(expected_given, {{"container", box}}, {{"seals", std::string{"HL7"}}});
    can("seal.verify", checked("HL1", box));
    EXPECT_EQ(said_kinds(), std::vector{custody_mismatch});
    can("seal.clear", by("carla", "HL1", {{"note", "the carrier's papers name another one"}}));
    restarts();
    says(expected_given, {{"container", box}}, {{"seals", std::string{"HL7"}}});
    can("seal.verify", checked("HL1", box));
    EXPECT_EQ(said_kinds(), std::vector{custody_verified});
    // Another document is another doubt.
    can("seal.verify", checked("HL1", box, {{"document", "HL8"}}));
    EXPECT_EQ(said_kinds(), std::vector{custody_mismatch});
    can("seal.clear", by("carla", "HL1", {{"note", "and so does the driver's copy"}}));
    can("seal.remove", removing("HL1", box));
    EXPECT_EQ(said_kinds(), std::vector{custody_removed});
}

TEST_F(CustodyDocumentsTest, AMisreadNumberGoesBackToWhereItWas) {
    receives();
    affixes("HL100001", box);
    affixes("HL100002", other_box);
    // Its neighbour is typed.
    can("seal.verify", checked("HL100002", box, {{"document", "HL100001"}}));
    EXPECT_EQ(said_kinds(), (std::vector{custody_mismatch, custody_duplicate}));
    restarts();
    can("seal.clear", by("carla", "HL100002", {{"note", "mistyped"}, {"misread", true}}));
    EXPECT_EQ(text(said_of(custody_cleared), "state"), "affixed");
    EXPECT_EQ(text(said_of(custody_cleared), "container"), other_box);
    EXPECT_EQ(ids(said_of(custody_cleared), "container"),
              (std::vector<std::string>{box, other_box}));
    can("seal.verify", checked("HL100002", other_box));
    EXPECT_EQ(said_kinds(), std::vector{custody_verified});
    can("seal.verify", checked("HL100001", box));
    EXPECT_EQ(said_kinds(), std::vector{custody_verified});
    // One that nobody has: it was never seen.
    can("seal.verify", checked("QQ100001", box, {{"document", "HL100001"}}));
    can("seal.clear", by("carla", "QQ100001", {{"note", "mistyped"}, {"misread", true}}));
    EXPECT_EQ(text(said_of(custody_cleared), "state"), "unseen");
    can("seal.verify", checked("QQ100001", other_box, {{"document", "QQ100001"}}));
}

}  // namespace
}  // namespace sealwarden
