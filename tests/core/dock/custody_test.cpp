#include "tests/core/dock/custody_fixture.hpp"
#include "tests/support/carried.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class CustodyTest : public CustodyFixture {};

TEST_F(CustodyTest, ASealGoesItsWayFromTheStockToTheBin) {
    receives();
    issues("HL100001");
    can("seal.affix", affixing("HL-100001", box, {{"door", "d07"}, {"picture", "ab12"}}));
    const auto affixed = said_of(custody_affixed);
    EXPECT_EQ(
        affixed.subjects,
        (std::vector<Subject>{
            {"seal_number", "HL100001"}, {"container", box}, {"door", "d07"}, {"person", "ana"}}));
    EXPECT_EQ(text(affixed, "state"), "affixed");
    EXPECT_EQ(text(affixed, "as_read"), "HL-100001");
    EXPECT_EQ(text(affixed, "tug"), "good");
    EXPECT_EQ(text(affixed, "picture"), "ab12");
    EXPECT_EQ(text(affixed, "read_by"), "typed");
    EXPECT_EQ(datum(affixed, "complete"), Datum{true});
    EXPECT_EQ(datum(affixed, "hardware_checked"), Datum{true});
    EXPECT_EQ(datum(affixed, "high_security"), Datum{true});
    EXPECT_EQ(datum(affixed, "by_holder"), Datum{true});
    EXPECT_EQ(datum(affixed, "foreign"), Datum{false});
    can("seal.verify", checked("HL100001", box, {{"document", "hl 100001"}, {"place", "gate"}}));
    const auto verified = said_of(custody_verified);
    EXPECT_EQ(text(verified, "state"), "verified");
    EXPECT_EQ(text(verified, "compared"), "document");
    EXPECT_EQ(text(verified, "document"), "HL100001");
    EXPECT_EQ(text(verified, "place"), "gate");
    can("seal.remove", removing("HL100001", box));
    EXPECT_EQ(text(said_of(custody_removed), "authority"), "warehouse manager");
    EXPECT_EQ(said_of(custody_removed).personal.at("reason"), "unloading");
    can("seal.dispose", by("ana", "HL100001"));
    EXPECT_EQ(text(said_of(custody_disposed), "state"), "disposed");
    EXPECT_EQ(said_kinds(), std::vector{custody_disposed});
    cannot("wrong_state", "seal.dispose", by("ana", "HL100001"));
}

TEST_F(CustodyTest, WhatIsLeftOfASealCanBeKept) {
    can("seal.remove", removing("XX100", box));
    can("seal.dispose", by("ana", "XX100", {{"kept", true}}));
    EXPECT_EQ(text(said_of(custody_disposed), "state"), "retained");
    // Looked at again, it turns out to be a copy.
    can("seal.tampered", by("ana", "XX100", {{"note", "no maker's mark"}}));
    EXPECT_EQ(state_of("XX100"), "tampered");
}

TEST_F(CustodyTest, OnlyTrainedPeopleWithTheRightPutSealsOn) {
    receives();
    issues("HL100001");
    cannot("not_allowed", "seal.affix", affixing("HL100001", box, {{"person", "dora"}}));
    cannot("not_allowed", "seal.affix", affixing("HL100001", box, {{"person", "beto"}}));
    cannot("unknown_person", "seal.affix", affixing("HL100001", box, {{"person", "zoe"}}));
    cannot("not_allowed", "seal.verify", checked("HL100001", box, {{"person", "dora"}}));
    passes(24h * 365);  // the training runs out
    cannot("not_allowed", "seal.affix", affixing("HL100001", box));
}

TEST_F(CustodyTest, WhatIsNotIssuedIsNotPutOn) {
    receives();
    cannot("not_issued", "seal.affix", affixing("HL100001", box));
    cannot("unknown_seal", "seal.affix", affixing("XX100", box));
    cannot("unknown_seal", "seal.affix", affixing("HLI0OOO1", box));
    EXPECT_NE(message().find("`HL100001`"), std::string::npos);
    issues("HL100001");
    can("seal.affix", affixing("HL100001", box));
    cannot("wrong_state", "seal.affix", affixing("HL100001", box));
}

TEST_F(CustodyTest, NumbersContainersAndDoorsAreLookedAt) {
    cannot("bad_number", "seal.verify", checked("HL/1", box));
    cannot("bad_container", "seal.verify", checked("HL1", "a"));
    cannot("bad_container", "seal.verify", checked("HL1", "MSCU,6639870"));
    cannot("unknown_door", "seal.verify", checked("HL1", box, {{"door", "d99"}}));
}

TEST_F(CustodyTest, ASealThatDoesNotStandItsCheckIsNotPutOn) {
    receives();
    issues("HL100001");
    cannot("bad_check", "seal.affix", affixing("HL100001", box, {{"tug", "bad"}}));
    cannot("nothing_checked", "seal.affix",
           affixing("HL100001", box,
                    {{"view", "not_done"},
                     {"verify", "not_done"},
                     {"tug", "not_done"},
                     {"twist", "not_done"}}));
    can("seal.void", by("beto", "HL100001", {{"reason", "does not lock"}}));
}

TEST_F(CustodyTest, WhatIsOddAboutAnAffixingIsTold) {
    receives();
    can("seal.issue",
        {{"seal", "HL100001"}, {"to", "ana"}, {"container", other_box}, {"person", "beto"}});
    can("seal.affix",
        affixing("HL100001", box,
                 {{"person", "eva"}, {"hardware_checked", false}, {"twist", "not_done"}}));
    const auto affixed = said_of(custody_affixed);
    EXPECT_EQ(datum(affixed, "by_holder"), Datum{false});
    EXPECT_EQ(text(affixed, "holder"), "ana");
    EXPECT_EQ(text(affixed, "issued_for"), other_box);
    EXPECT_EQ(datum(affixed, "hardware_checked"), Datum{false});
    EXPECT_EQ(datum(affixed, "complete"), Datum{false});
    issues("HL100002");
    can("seal.affix", affixing("HL100002", box));
    EXPECT_EQ(text(said_of(custody_affixed), "others_on"), "HL100001");
}

TEST_F(CustodyTest, AShippersSealIsVerifiedWithoutALot) {
    can("seal.verify", checked("ml-cn 0815", box, {{"document", "MLCN0815"}}));
    const auto verified = said_of(custody_verified);
    EXPECT_EQ(verified.subjects.front().id, "MLCN0815");
    EXPECT_EQ(datum(verified, "foreign"), Datum{true});
    EXPECT_EQ(text(verified, "lot"), "");
    EXPECT_EQ(text(verified, "stock"), "none");
}

TEST_F(CustodyTest, ACheckOfWhichNothingWasDoneIsRefusedAndAPartialOneIsTold) {
    const Arguments nothing{
        {"view", "not_done"}, {"verify", "not_done"}, {"tug", "not_done"}, {"twist", "not_done"}};
    cannot("nothing_checked", "seal.verify", checked("XX100", box, nothing));
    cannot("nothing_checked", "seal.remove", removing("XX100", box, nothing));
    can("seal.verify", checked("XX100", box, {{"tug", "not_done"}, {"document", "XX100"}}));
    EXPECT_EQ(datum(said_of(custody_verified), "complete"), Datum{false});
    EXPECT_EQ(text(said_of(custody_verified), "tug"), "not_done");
}

TEST_F(CustodyTest, EveryCheckLeadsToWhatItFound) {
    // Each of the four in each of its results, with the number right and wrong: what must come out.
    int box_number = 0;
    for (const auto* view : {"not_done", "good", "bad"})
        for (const auto* verify : {"not_done", "good", "bad"})
            for (const auto* tug : {"not_done", "good", "bad"})
                for (const auto* twist : {"not_done", "good", "bad"})
                    for (const bool right : {true, false}) {
                        const std::string seal = "XX" + std::to_string(1000 + ++box_number);
                        const std::vector<std::string> all{view, verify, tug, twist};
                        const Arguments arguments =
                            checked(seal, "BOX" + std::to_string(box_number),
                                    {{"view", view},
                                     {"verify", verify},
                                     {"tug", tug},
                                     {"twist", twist},
                                     {"document", right ? seal : std::string{"YY77"}}});
                        does("seal.verify", arguments);
                        const auto count = [&](const char* result) {
                            return std::ranges::count(all, std::string{result});
                        };
                        const std::string where = seal + " " + view + verify + tug + twist;
                        if (count("not_done") == 4) {
                            EXPECT_EQ(refusal(), "nothing_checked");
                        } else if (all[0] == "bad" || all[2] == "bad" || all[3] == "bad") {
                            EXPECT_EQ(said_kinds(), std::vector{custody_tampered}) << where;
                        } else if (all[1] == "bad" || !right) {
                            EXPECT_EQ(said_kinds(), std::vector{custody_mismatch}) << where;
                        } else {
                            EXPECT_EQ(said_kinds(), std::vector{custody_verified}) << where;
                            EXPECT_EQ(datum(said.front(), "complete"), Datum{count("good") == 4});
                        }
                    }
}

TEST_F(CustodyTest, AHoldNeverClosesByItself) {
    can("seal.verify", checked("HL1", box, {{"twist", "bad"}}));
    EXPECT_EQ(text(said_of(custody_tampered), "state"), "tampered");
    cannot("in_doubt", "seal.remove", removing("HL1", box));
    can("seal.hold", by("ana", "HL1", {{"place", "evidence safe, shelf 2"}}));
    EXPECT_EQ(text(said_of(custody_held), "held_at"), "evidence safe, shelf 2");
    passes(24h * 200);
    restarts();
    registers("ana", "seal", true);
    for (const auto* act : {"seal.verify", "seal.break", "seal.remove"}) {
        auto arguments = std::string{act} == "seal.break"    ? breaking("HL1", box)
                         : std::string{act} == "seal.remove" ? removing("HL1", box)
                                                             : checked("HL1", box);
        cannot("in_doubt", act, arguments);
    }
    cannot("in_doubt", "seal.clear", by("carla", "HL1", {{"note", "no"}}));
    cannot("not_allowed", "seal.release", by("ana", "HL1", {{"result", "nothing"}}));
    can("seal.release", by("carla", "HL1", {{"result", "handed to CBP"}}));
    EXPECT_EQ(text(said_of(custody_released), "state"), "closed");
    EXPECT_EQ(said_of(custody_released).personal.at("result"), "handed to CBP");
    cannot("wrong_state", "seal.release", by("carla", "HL1", {{"result", "again"}}));
}

TEST_F(CustodyTest, WhatIsInDoubtIsNotCoveredUpBySeeingItElsewhere) {
    can("seal.verify", checked("HL1", box, {{"tug", "bad"}}));
    can("seal.hold", by("ana", "HL1", {{"place", "safe"}}));
    can("seal.verify", checked("HL1", other_box));
    EXPECT_EQ(said_kinds(), std::vector{custody_duplicate});
    EXPECT_EQ(text(said.front(), "state"), "hold");
    EXPECT_EQ(text(said.front(), "found_on"), other_box);
    const auto opened = said_of(case_opened);
    EXPECT_EQ(text(opened, "container"), other_box) << "nor does the copy leave";
    EXPECT_EQ(datum(opened, "hold"), Datum{true});
    can("seal.affix", affixing("HL1", other_box, {{"foreign", true}}));
    EXPECT_EQ(said_kinds(), std::vector{custody_duplicate});
    EXPECT_EQ(state_of("HL1"), "hold");
    can("seal.release", by("carla", "HL1", {{"result", "cloned"}}));
}

TEST_F(CustodyTest, SomebodyFindsASealTamperedWith) {
    receives();
    affixes("HL100001", box);
    can("seal.tampered", by("carla", "HL100001", {{"note", "glued"}, {"picture", "cd34"}}));
    const auto tampered = said_of(custody_tampered);
    EXPECT_EQ(ids(tampered, "container"), std::vector<std::string>{box});
    EXPECT_EQ(text(tampered, "picture"), "cd34");
    EXPECT_EQ(tampered.personal.at("note"), "glued");
    cannot("in_doubt", "seal.tampered", by("ana", "HL100001", {{"note", "glued"}}));
    // One that was never used is made void.
    cannot("wrong_state", "seal.tampered", by("ana", "HL100002", {{"note", "bent"}}));
}

TEST_F(CustodyTest, CustomsCutASealAndPutOnTheirs) {
    receives();
    affixes("HL100001", box);
    expects(box, "HL100001");
    can("seal.break", breaking("HL100001", box));
    const auto broken = said_of(custody_broken);
    EXPECT_EQ(text(broken, "authority"), "CBP");
    EXPECT_EQ(broken.personal.at("officer"), "J. Doe");
    restarts();
    can("seal.affix",
        affixing("CBP 0001", box,
                 {{"foreign", true}, {"replaces", "hl-100001"}, {"inside_found", true}}));
    EXPECT_EQ(said_kinds(), (std::vector{custody_replaced, custody_affixed}));
    const auto replaced = said_of(custody_replaced);
    EXPECT_EQ(replaced.subjects.front().id, "HL100001");
    EXPECT_EQ(text(replaced, "replaced_by"), "CBP0001");
    EXPECT_EQ(datum(replaced, "inside_found"), Datum{true});
    EXPECT_EQ(text(replaced, "authority"), "CBP");
    const auto affixed = said_of(custody_affixed);
    EXPECT_EQ(affixed.subjects.front().id, "CBP0001");
    EXPECT_EQ(text(affixed, "replaces"), "HL100001");
    EXPECT_EQ(datum(affixed, "foreign"), Datum{true});
    EXPECT_EQ(datum(affixed, "inside_found"), Datum{true});
    EXPECT_EQ(datum(affixed, "high_security"), Datum{});
    EXPECT_EQ(ids(affixed, "seal_number"), (std::vector<std::string>{"CBP0001", "HL100001"}));
    // The papers still name the old one; the new one is expected now.
    can("seal.verify", checked("CBP0001", box));
    EXPECT_EQ(said_kinds(), std::vector{custody_verified});
    EXPECT_EQ(state_of("HL100001"), "replaced");
}

TEST_F(CustodyTest, AnInsideSealThatWasNotFoundIsTold) {
    can("seal.break", breaking("XX1", box));
    can("seal.affix", affixing("CBP1", box, {{"foreign", true}, {"replaces", "XX1"}}));
    EXPECT_EQ(datum(said_of(custody_replaced), "inside_found"), Datum{false});
    EXPECT_EQ(datum(said_of(custody_affixed), "inside_found"), Datum{false});
}

TEST_F(CustodyTest, OnlyABrokenSealOfThatContainerIsReplaced) {
    receives();
    affixes("HL100001", box);
    issues("HL100002");
    cannot("not_broken", "seal.affix", affixing("HL100002", box, {{"replaces", "HL100001"}}));
    can("seal.break", breaking("HL100001", box));
    cannot("other_container", "seal.affix",
           affixing("HL100002", other_box, {{"replaces", "HL100001"}}));
    cannot("bad_number", "seal.affix", affixing("HL100002", box, {{"replaces", "?"}}));
    can("seal.affix", affixing("HL100002", box, {{"replaces", "HL100001"}}));
    cannot("wrong_state", "seal.break", breaking("HL100001", box));
}

TEST_F(CustodyTest, AReplacementExplainsAMismatchWhenASupervisorSaysSo) {
    expects(box, "XX1");
    can("seal.verify", checked("CBP1", box));
    EXPECT_EQ(said_kinds(), std::vector{custody_mismatch});
    can("seal.break", breaking("XX1", box));
    const auto explains =
        affixing("CBP1", box, {{"foreign", true}, {"replaces", "XX1"}, {"inside_found", true}});
    cannot("in_doubt", "seal.affix", affixing("CBP1", box, {{"foreign", true}}));
    cannot("not_allowed", "seal.affix", explains);
    registers("maria", "seal,supervise", true);
    auto signed_by = explains;
    signed_by["person"] = "maria";
    can("seal.affix", signed_by);
    EXPECT_EQ(said_kinds(), (std::vector{custody_replaced, custody_affixed}));
}

TEST_F(CustodyTest, ARemovalStopsAtASealThatIsNotAsItShouldBe) {
    receives();
    affixes("HL100001", box);
    can("seal.remove", removing("HL100001", box, {{"view", "bad"}}));
    EXPECT_EQ(said_kinds(), std::vector{custody_tampered});
    EXPECT_EQ(text(said.front(), "removal"), "stopped");
    EXPECT_EQ(state_of("HL100001"), "tampered");
    affixes("HL100002", other_box);
    can("seal.remove", removing("ZZ1", other_box));
    EXPECT_EQ(said_kinds(), std::vector{custody_mismatch});
    can("seal.remove", removing("HL100002", other_box));
    cannot("wrong_state", "seal.remove", removing("HL100002", other_box));
}

TEST_F(CustodyTest, TheSameNumberOnTwoContainersIsTold) {
    receives();
    affixes("HL100001", box);
    restarts();
    can("seal.verify", checked("HL100001", other_box, {{"document", "HL100001"}}));
    EXPECT_EQ(said_kinds(), (std::vector{custody_verified, custody_duplicate}));
    const auto duplicate = said_of(custody_duplicate);
    EXPECT_EQ(ids(duplicate, "container"), (std::vector<std::string>{other_box, box}));
    EXPECT_EQ(text(duplicate, "found_as"), "verified");
    EXPECT_EQ(text(duplicate, "found_on"), other_box);
    EXPECT_EQ(text(duplicate, "before"), "affixed");
    EXPECT_EQ(text(duplicate, "before_container"), box);
    EXPECT_EQ(datum(said_of(custody_verified), "duplicate"), Datum{true});
    // And the first one is still there.
    can("seal.verify", checked("HL100001", box, {{"document", "HL100001"}}));
    EXPECT_EQ(said_kinds(), (std::vector{custody_verified, custody_duplicate}));
}

TEST_F(CustodyTest, ANumberThatEverEndedIsTold) {
    receives();
    affixes("HL100001", box);
    can("seal.remove", removing("HL100001", box));
    affixes("HL100002", box);
    can("seal.break", breaking("HL100002", box));
    can("seal.void", by("beto", "HL100003", {{"reason", "bent"}}));
    can("seal.lose", by("beto", "HL100004", {{"reason", "gone"}}));
    issues("HL100005");
    affixes("HL100007", box);
    can("seal.break", breaking("HL100007", box));
    can("seal.affix", affixing("CBP7", box, {{"foreign", true}, {"replaces", "HL100007"}}));
    restarts();
    const std::map<std::string, std::string> ended{
        {"HL100001", "removed"}, {"HL100002", "broken"}, {"HL100003", "void"},
        {"HL100004", "lost"},    {"HL100005", "issued"}, {"HL100006", "in_stock"},
        {"HL100007", "replaced"}};
    int container = 0;
    for (const auto& [seal, state] : ended) {
        can("seal.verify",
            checked(seal, "BOX" + std::to_string(++container), {{"document", seal}}));
        EXPECT_EQ(said_kinds(), (std::vector{custody_verified, custody_duplicate})) << seal;
        EXPECT_EQ(text(said_of(custody_duplicate), "before"), state);
        EXPECT_EQ(text(said_of(custody_duplicate), "was"), state);
    }
}

TEST_F(CustodyTest, ARemovedSealThatIsOnItsContainerAgainIsTold) {
    can("seal.remove", removing("XX1", box));
    can("seal.verify", checked("XX1", box));
    EXPECT_EQ(said_kinds(), (std::vector{custody_checked, custody_duplicate}));
    can("seal.remove", removing("XX1", box));
    can("seal.affix", affixing("XX1", box, {{"foreign", true}}));
    EXPECT_EQ(said_kinds(), (std::vector{custody_affixed, custody_duplicate}));
    can("seal.verify", checked("XX1", box, {{"tug", "bad"}}));
    EXPECT_EQ(said_kinds(), std::vector{custody_tampered});
}

TEST_F(CustodyTest, AForeignSealWithANumberOfOursIsTold) {
    receives();
    can("seal.affix", affixing("HL100001", box, {{"foreign", true}}));
    EXPECT_EQ(said_kinds(), (std::vector{custody_affixed, custody_duplicate}));
    issues("HL100002");
    can("seal.affix", affixing("HL100002", box, {{"foreign", true}}));
    EXPECT_EQ(said_kinds(), (std::vector{custody_affixed, custody_duplicate}));
    can("seal.break", breaking("HL100003", other_box));
    EXPECT_EQ(said_kinds(), (std::vector{custody_broken, custody_duplicate}));
    can("seal.remove", removing("HL100004", other_box));
    EXPECT_EQ(said_kinds(), (std::vector{custody_removed, custody_duplicate}));
    can("seal.tampered", by("ana", "HL100005", {{"container", other_box}, {"note", "x"}}));
    EXPECT_EQ(said_kinds(), (std::vector{custody_tampered, custody_duplicate}));
}

TEST_F(CustodyTest, EveryStateIsTheSameBehindARestart) {
    receives();
    issues("HL100001");
    affixes("HL100002", box);
    can("seal.verify", checked("HL100002", box));
    affixes("HL100003", other_box);
    can("seal.verify", checked("HL100003", other_box, {{"tug", "bad"}}));
    can("seal.break", breaking("XX1", "ABCU1"));
    issues("HL100004");
    can("seal.return", by("beto", "HL100004"));
    const auto before = records();
    // Every act that may be done is done behind a restart as without one.
    const std::vector<std::pair<std::string, Arguments>> acts{
        {"seal.return", by("beto", "HL100001")},
        {"seal.issue", {{"seal", "HL100004"}, {"to", "eva"}, {"person", "beto"}}},
        {"seal.remove", removing("HL100002", box)},
        {"seal.hold", by("ana", "HL100003", {{"place", "safe"}})},
        {"seal.affix", affixing("CBP1", "ABCU1", {{"foreign", true}, {"replaces", "XX1"}})},
        {"seal.sample", {{"count", 5}, {"seed", "s"}, {"person", "beto"}}},
        {"lot.count", {{"lot", "l1"}, {"counted", 7}, {"person", "beto"}}},
        {"seal.affix", affixing("HL100001", box)}};
    const auto tell = [&] {
        std::vector<Events> all;
        for (const auto& [act, arguments] : acts) {
            does(act, arguments);
            all.push_back(said);
        }
        return all;
    };
    const auto twice = [&](auto begin) {
        SiteMemory memory;
        memory.wall = wall;
        memory.records = begin;
        builds(options_, memory);
        return tell();
    };
    const auto without = tell();
    auto backwards = before;
    std::ranges::reverse(backwards);
    EXPECT_EQ(twice(before), without);
    EXPECT_EQ(twice(backwards), without);
}

TEST_F(CustodyTest, ALogThatBeginsAnewCarriesEverySealAndLot) {
    receives();
    issues("HL100001");
    affixes("HL100002", box);
    can("seal.verify", checked("XX1", other_box, {{"tug", "bad"}}));
    can("seal.hold", by("ana", "XX1", {{"place", "safe"}}));
    can("lot.count", {{"lot", "l1"}, {"counted", 8}, {"person", "beto"}});
    const auto before = records();
    passes(1h);
    SiteMemory memory;
    memory.wall = wall;
    for (const auto& event : test::carried(*site_)) {
        ASSERT_EQ(event.kind, record_carried);
        const auto kind = event_kind(text(event, "last_kind"));
        ASSERT_TRUE(kind.has_value());
        auto data = event.data;
        data.erase("last_kind");
        memory.records.push_back(
            {kind.value_or(boot), event.subjects.front(), event.at, data, event.personal});
    }
    for (const auto& record : before) {
        if (record.subject.kind != "seal_number" && record.subject.kind != "lot") {
            if (record.subject.kind == "person") memory.records.push_back(record);
            continue;
        }
        const auto carried = std::ranges::find(memory.records, record.subject, &Record::subject);
        ASSERT_NE(carried, memory.records.end()) << record.subject.id;
        EXPECT_EQ(carried->kind, record.kind) << record.subject.id;
        for (const auto& [key, datum] : carried->data) {
            const auto* before_it = record.data.find(key);
            ASSERT_NE(before_it, nullptr) << record.subject.id << " " << key;
            EXPECT_EQ(*before_it, datum) << record.subject.id << " " << key;
        }
    }
    builds(options_, memory);
    can("seal.affix", affixing("HL100001", box));
    EXPECT_EQ(text(said_of(custody_affixed), "others_on"), "HL100002");
    can("seal.release", by("carla", "XX1", {{"result", "cloned"}}));
    can("lot.count", {{"lot", "l1"}, {"counted", 8}, {"person", "beto"}});
    EXPECT_EQ(datum(said_of(lot_counted), "opening"), Datum{std::int64_t{8}});
}

TEST_F(CustodyTest, AReloadForgetsNothing) {
    receives();
    affixes("HL100001", box);
    reloads();
    can("seal.verify", checked("HL100001", other_box, {{"document", "HL100001"}}));
    EXPECT_EQ(said_kinds(), (std::vector{custody_verified, custody_duplicate}));
}

}  // namespace
}  // namespace sealwarden
