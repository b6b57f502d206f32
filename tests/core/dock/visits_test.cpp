// Visits as they should go, and what people may not do with them.
#include "tests/core/dock/visits_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

TEST_F(VisitsTest, ASealedContainerIsUnloadedWithoutADeviation) {
    expects(unit, "HL123456");
    forget();
    arrives();
    passes(2min);
    verifies("HL123456");
    EXPECT_EQ(dock_state(), "verified");
    passes(1min);
    removes("HL123456");
    passes(2min);
    opens();
    EXPECT_EQ(dock_state(), "open");
    passes(65min);
    closes();
    passes(5min);
    departs();

    EXPECT_EQ(kinds(), (std::vector{expected_used, visit_arrived, custody_verified, visit_verified,
                                    custody_removed, visit_cut, door_opened, visit_opened,
                                    door_closed, visit_closed, visit_departed}));
    EXPECT_EQ(dock_state(), "free");
    const auto left = the(visit_departed);
    EXPECT_EQ(text(left, "seal_in"), "HL123456");
    EXPECT_EQ(text(left, "verifier"), "ana");
    EXPECT_EQ(text(left, "authority"), "consignee");
    EXPECT_EQ(datum(left, "expected"), Datum{true});
    EXPECT_EQ(datum(left, "vvtt_complete"), Datum{true});
    EXPECT_EQ(text(left, "deviations"), "");
    const std::int64_t arrived = wall.at_zero_ms + 100'000;
    EXPECT_EQ(datum(left, "arrived_ts"), Datum{arrived});
    EXPECT_EQ(datum(left, "verified_ts"), Datum{arrived + 120'000});
    EXPECT_EQ(datum(left, "cut_ts"), Datum{arrived + 180'000});
    EXPECT_EQ(datum(left, "opened_ts"), Datum{arrived + 300'000});
    EXPECT_EQ(datum(left, "closed_ts"), Datum{arrived + 4'200'000});
}

TEST_F(VisitsTest, AnEmptyContainerIsLoadedAndSealedWithoutADeviation) {
    arrives("load");
    inspects();
    opens();
    loads();
    passes(65min);
    closes();
    passes(48s);
    affixes("HL777001");
    EXPECT_EQ(dock_state(), "sealed");
    passes(5min);
    departs();

    EXPECT_EQ(deviations(), Whats{});
    EXPECT_EQ(kinds(), (std::vector{visit_arrived, visit_inspected, door_opened, visit_opened,
                                    visit_loading, door_closed, visit_closed, custody_affixed,
                                    visit_sealed, visit_departed}));
    const auto left = the(visit_departed);
    EXPECT_EQ(datum(left, "gap_s"), Datum{std::int64_t{48}});
    EXPECT_EQ(text(left, "seal_out"), "HL777001");
    EXPECT_EQ(text(left, "sealer"), "ana");
    EXPECT_EQ(text(left, "departed_by"), "luis");
}

TEST_F(VisitsTest, WhatComesForBothIsUnloadedAndLoaded) {
    expects(unit, "HL1 2");
    arrives("both");
    verifies("HL12");
    removes("HL12");
    opens();
    can("visit.load", {{"visit", text("d01")}, {"unloading", true}, {"person", text("luis")}});
    passes(30min);
    closes();
    passes(2h);  // nothing is loaded yet: nothing is late
    inspects();
    loads();
    opens();
    passes(30min);
    closes();
    passes(30s);
    affixes("HL777001");
    departs();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(VisitsTest, TheEventsOfAVisitAreAboutItsContainerAndItsDoorToo) {
    arrives();
    const auto arrived = the(visit_arrived);
    EXPECT_EQ(arrived.subjects,
              (std::vector<Subject>{
                  {"visit", "v-20261124-140140-000-d01"}, {"container", unit}, {"door", "d01"}}));
    EXPECT_EQ(text(arrived, "arrived_by"), "luis");
    EXPECT_EQ(text(arrived, "by"), "uid:1000(ana)");
}

TEST_F(VisitsTest, IdsNeverRepeatEvenWhenTheClockIsSetBack) {
    std::set<std::string> ids;
    for (int i = 0; i < 5; ++i) {
        site_->set_wall({wall.at_zero_ms - i * 3'600'000, wall.zone});
        arrives();
        ids.insert(newest().subjects.front().id);
        can("visit.cancel",
            {{"visit", text("d01")}, {"reason", text("wrong")}, {"person", text("luis")}});
    }
    EXPECT_EQ(ids.size(), 5U);
}

TEST_F(VisitsTest, ATrailerIsKnownByItsPlateHoweverItIsWritten) {
    can("visit.arrive", {{"door", text("d01")},
                         {"container", text("12-ab-3c")},
                         {"kind", text("trailer")},
                         {"person", text("luis")}});
    EXPECT_EQ(state("dock", "d01", "container"), text("12AB3C"));
    cannot("unit_here", "visit.arrive",
           {{"door", text("d02")},
            {"container", text("12AB 3C")},
            {"kind", text("trailer")},
            {"person", text("luis")}});
}

TEST_F(VisitsTest, ATrailerThatIsExpectedNeedNotBeCalledOneAgain) {
    can("visit.expect",
        {{"person", text("ana")}, {"container", text("12-AB-3C")}, {"kind", text("trailer")}});
    arrives("load", "12AB3C");
    EXPECT_EQ(text(the(visit_arrived), "kind"), "trailer");
}

TEST_F(VisitsTest, OneStandsAtADoorAtATimeAndNowhereElse) {
    arrives();
    cannot("door_taken", "visit.arrive",
           {{"door", text("d01")}, {"container", text("CSQU3054383")}, {"person", text("luis")}});
    EXPECT_NE(message().find(unit), std::string::npos);
    cannot("unit_here", "visit.arrive",
           {{"door", text("d02")}, {"container", text(unit)}, {"person", text("luis")}});
    arrives("load", "CSQU3054383", "d02");
    departs();
    arrives();
}

TEST_F(VisitsTest, AWrongNumberAWrongDoorAndAWrongPersonAreRefused) {
    const auto arrive = [&](const char* reason, const char* at, const char* container,
                            const char* person) {
        cannot(reason, "visit.arrive",
               {{"door", text(at)}, {"container", text(container)}, {"person", text(person)}});
    };
    arrive("bad_number", "d01", "MSCU6639871", "luis");
    arrive("unknown_door", "d09", unit, "luis");
    arrive("unknown_door", "side", unit, "luis");
    arrive("unknown_person", "d01", unit, "eva");
    can("person.revoke", {{"person", text("luis")}, {"reason", text("left")}});
    arrive("not_allowed", "d01", unit, "luis");
    EXPECT_EQ(said_kinds(), std::vector{command_refused});
}

TEST_F(VisitsTest, WhileNobodyIsRegisteredTheRefusalSaysHow) {
    builds(site());
    cannot("unknown_person", "visit.arrive",
           {{"door", text("d01")}, {"container", text(unit)}, {"person", text("ana")}});
    EXPECT_NE(message().find("sealwarden person add"), std::string::npos);
}

TEST_F(VisitsTest, AVisitIsNamedByItsIdOrItsDoor) {
    arrives();
    const auto id = newest().subjects.front().id;
    can("visit.load", {{"visit", Datum{id}}, {"person", text("luis")}});
    can("visit.load", {{"visit", text("d01")}, {"person", text("luis")}});
    cannot("unknown_visit", "visit.load", {{"visit", text("d02")}, {"person", text("luis")}});
    EXPECT_EQ(message(), "no visit stands at `d02`");
    cannot("unknown_visit", "visit.load", {{"visit", text("v-1")}, {"person", text("luis")}});
}

TEST_F(VisitsTest, AnInspectionKeepsItsFieldsAndTheRemarkStaysBesideTheEntry) {
    arrives("load");
    can("visit.inspect", {{"visit", text("d01")},
                          {"list", text("reefer-8")},
                          {"failed", text("3")},
                          {"skipped", text("8,7")},
                          {"procedure", text("SOP-12 v3")},
                          {"note", text("dent")},
                          {"person", text("ana")}});
    const auto inspected = the(visit_inspected);
    EXPECT_EQ(inspected.subjects[1].id, unit);
    EXPECT_EQ(inspected.at, now_);
    EXPECT_EQ(text(inspected, "inspector"), "ana");
    EXPECT_EQ(text(inspected, "inspection_list"), "reefer-8");
    EXPECT_EQ(text(inspected, "inspection_version"), "1");
    EXPECT_EQ(text(inspected, "inspection_areas"), "1,2,3,4,5,6");
    EXPECT_EQ(text(inspected, "inspection_failed"), "3");
    EXPECT_EQ(text(inspected, "inspection_skipped"), "7,8");
    EXPECT_EQ(text(inspected, "procedure"), "SOP-12 v3");
    EXPECT_EQ(datum(inspected, "complete"), Datum{false});
    EXPECT_EQ(inspected.personal.at("note"), "dent");
    EXPECT_EQ(inspected.data.count("note"), 0U);
    EXPECT_EQ(state("dock", "d01", "inspected"), Datum{false});
    inspects();
    EXPECT_EQ(state("dock", "d01", "inspected"), Datum{true});
}

TEST_F(VisitsTest, WhoInspectsIsTrainedHasTheRightAndDoesNotSignForHimself) {
    arrives("load");
    Arguments inspection{{"visit", text("d01")}, {"list", text("container-7")}};
    const auto by = [&](const char* person, const char* supervisor) {
        auto arguments = inspection;
        arguments["person"] = text(person);
        arguments["supervisor"] = text(supervisor);
        return arguments;
    };
    cannot("not_allowed", "visit.inspect", by("luis", ""));
    cannot("not_allowed", "visit.inspect", by("ana", "ana"));
    cannot("not_allowed", "visit.inspect", by("ana", "luis"));
    cannot("unknown_person", "visit.inspect", by("ana", "eva"));
    can("person.add",
        {{"person", text("iris")}, {"name", text("Iris")}, {"rights", text("inspect")}});
    cannot("not_allowed", "visit.inspect", by("iris", ""));
    EXPECT_NE(message().find("training"), std::string::npos);
    registers("iris", "inspect");
    can("visit.inspect", by("iris", "ana"));
    EXPECT_EQ(text(the(visit_inspected), "supervisor"), "ana");
    inspection["list"] = text("container-9");
    cannot("bad_argument", "visit.inspect", by("ana", ""));
}

TEST_F(VisitsTest, WhatCameToBeLoadedIsNotUnloaded) {
    arrives("load");
    cannot("bad_argument", "visit.load",
           {{"visit", text("d01")}, {"unloading", true}, {"person", text("luis")}});
}

TEST_F(VisitsTest, OnlyWhatWasNeitherCutNorOpenedIsCancelled) {
    const Arguments cancel{
        {"visit", text("d01")}, {"reason", text("wrong dock")}, {"person", text("luis")}};
    arrives();
    verifies("HL1");
    can("visit.cancel", cancel);
    EXPECT_EQ(the(visit_cancelled).personal.at("reason"), "wrong dock");
    EXPECT_EQ(dock_state(), "free");
    arrives();
    removes("HL1");
    cannot("under_way", "visit.cancel", cancel);
    departs();
    arrives("load");
    opens();
    closes();
    cannot("under_way", "visit.cancel", cancel);
    EXPECT_EQ(dock_state(), "closed");
}

TEST_F(VisitsTest, AUnitThatIsHeldDoesNotLeaveUnlessItHasLeft) {
    arrives();
    case_is(case_opened, "c-1", true);
    EXPECT_EQ(state("dock", "d01", "hold"), Datum{true});
    cannot("held", "visit.depart", {{"visit", text("d01")}, {"person", text("luis")}});
    EXPECT_NE(message().find("c-1"), std::string::npos);
    cannot("held", "visit.cancel",
           {{"visit", text("d01")}, {"reason", text("gone")}, {"person", text("luis")}});
    const Arguments anyway{{"visit", text("d01")}, {"anyway", true}};
    const auto by = [&](const char* person, const char* reason) {
        auto arguments = anyway;
        arguments["person"] = text(person);
        arguments["reason"] = text(reason);
        return arguments;
    };
    cannot("not_allowed", "visit.depart", by("luis", "the carrier drove off"));
    EXPECT_NE(message().find("supervise"), std::string::npos);
    cannot("bad_argument", "visit.depart", by("ana", ""));
    leaves_anyway();
    EXPECT_EQ(the(visit_departed).personal.at("reason"), "the carrier drove off");
    EXPECT_EQ(deviations(), Whats{"left_with_open_case"});
    EXPECT_EQ(text(the(visit_deviation), "cases"), "c-1");
    EXPECT_EQ(datum(the(visit_deviation), "hold"), Datum{true});
}

TEST_F(VisitsTest, ACaseThatIsClosedOrHoldsNoLongerLetsItGo) {
    arrives();
    case_is(case_opened, "c-1", true);
    case_is(case_notified, "c-1", false);
    EXPECT_EQ(state("dock", "d01", "hold"), Datum{false});
    case_is(case_closed, "c-1", false);
    departs();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(VisitsTest, ACaseOfAnotherUnitIsNoMatter) {
    arrives();
    case_is(case_opened, "c-1", true, "CSQU3054383");
    departs();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(VisitsTest, AGateOpensForWhatPassesIt) {
    reads("io1.di2", Value{false});
    expects(unit, "HL1");
    arrives("unload", unit, "g1");
    opens("io1.di2");
    closes("io1.di2");
    verifies("HL1");
    EXPECT_EQ(dock_state("g1"), "verified");
    opens("io1.di2");
    can("visit.depart", {{"visit", text("g1")}, {"person", text("luis")}});
    closes("io1.di2");
    opens("io1.di2");
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(VisitsTest, DocksAndGatesAreShownAndOthersAreNot) {
    std::vector<std::string> docks;
    for (const auto& one : site_->states())
        if (one.subject.kind == "dock") docks.push_back(one.subject.id);
    EXPECT_EQ(docks, (std::vector<std::string>{"d01", "d02", "g1"}));
    EXPECT_EQ(state("dock", "d01", "visit"), Datum{});
    EXPECT_EQ(state("dock", "d01", "verified"), Datum{false});
    expects(unit, "HL1");
    arrives();
    verifies("HL1");
    EXPECT_EQ(state("dock", "d01", "visit"), Datum{newest().subjects.front().id});
    EXPECT_EQ(state("dock", "d01", "seal"), text("HL1"));
    EXPECT_EQ(state("dock", "d01", "purpose"), text("unload"));
    EXPECT_EQ(state("dock", "d01", "expected"), Datum{true});
    EXPECT_EQ(state("dock", "d01", "verified"), Datum{true});
    EXPECT_EQ(state("dock", "d01", "deviations"), Datum{std::int64_t{0}});
}

TEST_F(VisitsTest, EachDockThatChangedIsToldOnce) {
    const auto changed = [&] {
        std::vector<std::string> docks;
        for (const auto& one : site_->take_changes())
            if (one.subject.kind == "dock") docks.push_back(one.subject.id);
        return docks;
    };
    EXPECT_EQ(changed(), (std::vector<std::string>{"d01", "d02", "g1"}));
    EXPECT_EQ(changed(), std::vector<std::string>{});
    arrives();
    verifies("HL1");
    EXPECT_EQ(changed(), std::vector<std::string>{"d01"});
    EXPECT_EQ(changed(), std::vector<std::string>{});
    opens("io1.di1");
    EXPECT_EQ(changed(), std::vector<std::string>{});
    loses("io1.di1");
    EXPECT_EQ(changed(), std::vector<std::string>{"d02"});
    case_is(case_opened, "c-1", true);
    EXPECT_EQ(changed(), std::vector<std::string>{"d01"});
    auto options = options_;
    options.doors.push_back(door("d03", DoorKind::dock, "io1.di7"));
    reloads(options);
    EXPECT_EQ(changed(), (std::vector<std::string>{"d01", "d02", "d03", "g1"}));
}

// CTPAT 10.3: drivers are identified before cargo is received or released.
class VisitDriverTest : public VisitsTest {
  protected:
    void SetUp() override {
        VisitsTest::SetUp();
        auto options = site();
        options.dock.identify_driver = true;
        options.dock.inspect_before_loading = false;
        builds(options);
        reads("io1.di0", Value{false});
        can("person.add", {{"person", text("ana")},
                           {"name", text("Ana")},
                           {"rights", text("seal,inspect,supervise,access")},
                           {"trained_until", text("2027-12-31")}});
        registers("luis", "seal");
        forget();
    }
    std::string driver_comes(bool identified) {
        can("driver.in", {{"name", text("D. River")},
                          {"employer", text("Haulage")},
                          {"id_checked", identified},
                          {"person", text("ana")}});
        return said.front().subjects.front().id;
    }
    Arguments arriving(const std::string& driver) {
        return {{"door", text("d01")},
                {"container", text(unit)},
                {"purpose", text("load")},
                {"driver", driver},
                {"person", text("luis")}};
    }
};

TEST_F(VisitDriverTest, OnlyADriverWhoIsHereBringsAVisit) {
    cannot("unknown_driver", "visit.arrive", arriving("drv-20261124-080141-9"));
    const auto driver = driver_comes(true);
    can("visit.arrive", arriving(driver));
    EXPECT_EQ(datum(newest(), "driver_identified"), Datum{true});
    opens();
    loads();
    EXPECT_EQ(deviations(), Whats{});
}

TEST_F(VisitDriverTest, CargoWithoutAnIdentifiedDriverIsTold) {
    can("visit.arrive", arriving(driver_comes(false)));
    opens();
    loads();
    EXPECT_EQ(deviations(), Whats{"driver_not_identified"});
    EXPECT_EQ(site_->alarms().back().kind, "visit-driver-not-identified");
    loads();
    restarts();
    reads("io1.di0", Value{false});
    loads();
    EXPECT_EQ(deviations(), Whats{"driver_not_identified"}) << "told once";
}

TEST_F(VisitDriverTest, WhoTakesItMayBeAnotherDriverAndHasItsSeal) {
    can("visit.arrive", arriving(driver_comes(true)));
    loads();
    opens();
    closes();
    affixes("HL777001");
    passes(1s);
    const auto other = driver_comes(true);
    restarts();
    reads("io1.di0", Value{false});
    departs({{"driver", other}});
    EXPECT_EQ(the(visit_departed).data.at("driver"), Datum{other});
    const auto sealed = events(driver_sealed).back();
    EXPECT_EQ(sealed.subjects.front().id, other);
    EXPECT_EQ(sealed.data.at("seal"), text("HL777001"));
}

TEST_F(VisitDriverTest, ACargoThatNobodySaidIsLoadedStillNeedsADriver) {
    can("visit.arrive", {{"door", text("d01")},
                         {"container", text(unit)},
                         {"purpose", text("load")},
                         {"person", text("luis")}});
    opens();
    closes();
    affixes("HL777001");
    departs();
    EXPECT_EQ(deviations(), Whats{"driver_not_identified"});
}

TEST_F(VisitsTest, AnEntryOfAVisitStaysSmall) {
    // The longest of everything a person can make it hold.
    const std::string longest(128, 'x');
    std::string seals;
    for (int i = 0; i < 8; ++i)
        seals += (i > 0 ? "," : "") + std::string(22, 'A') + std::to_string(10 + i);
    can("visit.expect", {{"person", text("ana")},
                         {"container", text(unit)},
                         {"seals", Datum{seals}},
                         {"document", Datum{longest}}});
    can("visit.arrive",
        {{"door", text("d01")}, {"container", text(unit)}, {"person", text("luis")}});
    for (const auto& seal : split(seals)) {
        verifies(seal.c_str());
        affixes(seal.c_str());
    }
    removes("OTHER", true);
    for (int i = 0; i < 20; ++i) seal_is(custody_tampered, "HL1", {{"authority", Datum{longest}}});
    can("visit.inspect", {{"visit", text("d01")},
                          {"list", text("tractor-trailer-17")},
                          {"procedure", Datum{longest}},
                          {"person", text("ana")}});
    std::size_t size = 0;
    for (const auto& [key, datum] : newest().data) {
        size += key.size() + 8;
        const auto* words = std::get_if<std::string>(&datum);
        size += words == nullptr ? 13 : words->size();
    }
    EXPECT_LT(size, 3500U);
}

}  // namespace
}  // namespace sealwarden
