// What readers of electronic seals say of them.
#include "tests/core/dock/custody_fixture.hpp"
#include "tests/support/carried.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class CustodyReadersTest : public CustodyFixture {
  protected:
    // Its reader sees it closed, and then cut.
    void is_cut(const char* number) {
        reads("eseal.number", number);
        reads(PointId{"eseal.intact"}, Value{true});
        reads(PointId{"eseal.tamper"}, Value{false});
        passes(1s);
        reads(PointId{"eseal.intact"}, Value{false});
        passes(1s);
    }
    void waits(std::chrono::seconds grace) {
        options_.dock.cut_grace = grace;
        restarts();
    }
    // A seal of ours, put on and verified.
    void seals(const char* number, const char* container) {
        affixes(number, container);
        can("seal.verify", checked(number, container));
    }
    // Behind a power cut the clock of the machine counts from zero again.
    void boots_again(std::chrono::milliseconds down) {
        SiteMemory memory;
        memory.records = records();
        const auto up = now_.time_since_epoch() + down;
        memory.wall = wall;
        memory.wall.at_zero_ms += std::chrono::floor<std::chrono::milliseconds>(up).count();
        now_ = Uptime{};
        SiteTest::restarts(std::move(memory));
        keep(site_->tick(now_));
    }
    [[nodiscard]] std::size_t found() const { return events(custody_tampered).size(); }
};

TEST_F(CustodyReadersTest, AReaderThatSaysTamperedDoubtsTheSealOfThatNumber) {
    receives();
    affixes("HL100001", box);
    reads("eseal.number", "HL-100001");
    reads(PointId{"eseal.intact"}, Value{true});
    reads(PointId{"eseal.tamper"}, Value{false});
    passes(1s);
    EXPECT_EQ(state_of("HL100001"), "affixed");
    forget();
    reads(PointId{"eseal.tamper"}, Value{true});
    passes(1s);
    const auto tampered = the(custody_tampered);
    EXPECT_EQ(
        tampered.subjects,
        (std::vector<Subject>{
            {"seal_number", "HL100001"}, {"container", box}, {"door", "d07"}, {"seal", "s07"}}));
    EXPECT_EQ(text(tampered, "found_by"), "s07");
    EXPECT_EQ(text(tampered, "reader_says"), "tampered");
    EXPECT_EQ(text(tampered, "person"), "");
    EXPECT_EQ(text(tampered, "state"), "tampered");
    restarts();
    cannot("in_doubt", "seal.remove", removing("HL100001", box));
}

TEST_F(CustodyReadersTest, AReaderThatSaysOpenDoubtsOnlyWhatShouldBeClosed) {
    receives();
    affixes("HL100001", box);
    can("seal.remove", removing("HL100001", box));
    reads("eseal.number", "HL100001");
    reads(PointId{"eseal.intact"}, Value{true});
    reads(PointId{"eseal.tamper"}, Value{false});
    passes(1s);
    reads(PointId{"eseal.intact"}, Value{false});
    passes(1s);
    EXPECT_EQ(state_of("HL100001"), "removed");
    EXPECT_TRUE(events(custody_tampered).empty());
    EXPECT_EQ(datum(the(seal_open), "taken_off"), Datum{true});
    EXPECT_TRUE(site_->alarms().empty());
    says(seal_open, {{"seal", "s07"}}, {{"number", std::string{"HL100002"}}});
    says(seal_open, {{"seal", "s07"}}, {});
    EXPECT_TRUE(events(custody_tampered).empty());
}

TEST_F(CustodyReadersTest, ASealThatIsCutFirstAndEnteredThenWasCutWithAuthority) {
    waits(2min);
    receives();
    seals("HL100001", box);
    seals("HL100002", other_box);
    is_cut("HL100001");
    EXPECT_FALSE(site_->alarms().empty()) << "that its reader says so is told at once";
    EXPECT_EQ(text(the(custody_cut_seen), "reader_says"), "open");
    EXPECT_EQ(text(the(custody_cut_seen), "state"), "verified");
    EXPECT_EQ(the(custody_cut_seen).source, PointId{"eseal.intact"});
    passes(1min);
    can("seal.remove", removing("HL100001", box));
    EXPECT_EQ(datum(said_of(custody_removed), "cut_until_ts"), Datum{});
    passes(5min);
    EXPECT_EQ(found(), 0U);
    EXPECT_EQ(state_of("HL100001"), "removed");

    is_cut("HL100002");
    const auto seen = now_ - 1s;
    passes(118s);
    EXPECT_EQ(found(), 0U) << "whoever cut it may still say so";
    passes(3s);
    const auto tampered = the(custody_tampered);
    EXPECT_EQ(tampered.at, seen + 2min);
    EXPECT_EQ(datum(tampered, "reader_said_ts"), Datum{wall_ms(seen)});
    EXPECT_EQ(datum(tampered, "cut_until_ts"), Datum{});
    EXPECT_EQ(tampered.subjects, (std::vector<Subject>{{"seal_number", "HL100002"},
                                                       {"container", other_box},
                                                       {"door", "d07"},
                                                       {"seal", "s07"}}));
    cannot("in_doubt", "seal.remove", removing("HL100002", other_box));
}

TEST_F(CustodyReadersTest, AnotherCheckMeanwhileDoesNotEndTheWait) {
    waits(2min);
    receives();
    seals("HL100001", box);
    is_cut("HL100001");
    can("seal.verify", checked("HL100001", box));
    restarts();
    passes(2min);
    EXPECT_EQ(found(), 1U);
}

TEST_F(CustodyReadersTest, ASealThatWasCutIsNotWaitedForWhenItsContainerLeaves) {
    waits(2min);
    receives();
    seals("HL100001", box);
    is_cut("HL100001");
    EXPECT_EQ(found(), 0U);
    departs(box);
    EXPECT_EQ(found(), 1U);
    passes(5min);
    EXPECT_EQ(found(), 1U);
}

TEST_F(CustodyReadersTest, ASealThatWasCutIsNotWaitedForWhenItsDoorOpens) {
    waits(2min);
    receives();
    seals("HL100001", box);
    is_cut("HL100001");
    EXPECT_EQ(found(), 0U);
    says(visit_opened, {{"visit", "v-1"}, {"container", box}}, {});
    EXPECT_EQ(found(), 1U);
}

TEST_F(CustodyReadersTest, ASiteGivesNoTimeToEnterACutUnlessItSaysSo) {
    receives();
    seals("HL100001", box);
    is_cut("HL100001");
    EXPECT_TRUE(events(custody_cut_seen).empty());
    EXPECT_EQ(found(), 1U);
}

TEST_F(CustodyReadersTest, ARestartForgetsNoCutThatIsWaitedFor) {
    waits(2min);
    receives();
    seals("HL100001", box);
    seals("HL100002", other_box);
    is_cut("HL100001");
    const auto seen = now_ - 1s;
    boots_again(30s);
    forget();
    passes(88s);
    EXPECT_EQ(found(), 0U);
    passes(2s);
    EXPECT_EQ(the(custody_tampered).at, Uptime{89s}) << "two minutes after its reader saw it";
    EXPECT_EQ(datum(the(custody_tampered), "reader_said_ts"), Datum{wall_ms(seen)});
    EXPECT_EQ(text(the(custody_tampered), "found_by"), "s07");
}

TEST_F(CustodyReadersTest, ACutMayStillBeEnteredBehindARestart) {
    waits(2min);
    receives();
    seals("HL100001", box);
    is_cut("HL100001");
    boots_again(30s);
    can("seal.remove", removing("HL100001", box));
    passes(10min);
    EXPECT_EQ(found(), 0U);
}

TEST_F(CustodyReadersTest, AGraceThatRanOutWhileTheGatewayWasDownIsOverAtOnce) {
    waits(2min);
    receives();
    seals("HL100001", box);
    is_cut("HL100001");
    boots_again(1h);
    EXPECT_EQ(the(custody_tampered).at, Uptime{});
}

TEST_F(CustodyReadersTest, AWallClockThatWasSetBackMakesTheWaitNoLonger) {
    waits(2min);
    receives();
    seals("HL100001", box);
    is_cut("HL100001");
    boots_again(-24h);
    passes(2min);
    EXPECT_EQ(found(), 1U);
}

TEST_F(CustodyReadersTest, ALogThatBeginsAnewCarriesTheWait) {
    waits(2min);
    receives();
    seals("HL100001", box);
    is_cut("HL100001");
    for (const auto& event : test::carried(*site_))
        if (event.subjects.front().id == "HL100001") {
            EXPECT_EQ(datum(event, "cut_until_ts"), Datum{wall_ms(now_ - 1s + 2min)});
            EXPECT_EQ(text(event, "cut_seen_by"), "s07");
            return;
        }
    FAIL() << "it was not carried";
}

TEST_F(CustodyReadersTest, ASealThatOpensLongAfterItWasTakenOffIsAnAlarm) {
    receives();
    affixes("HL100001", box);
    can("seal.remove", removing("HL100001", box));
    reads("eseal.number", "HL100001");
    reads(PointId{"eseal.intact"}, Value{true});
    reads(PointId{"eseal.tamper"}, Value{false});
    passes(31min);
    reads(PointId{"eseal.intact"}, Value{false});
    passes(1s);
    EXPECT_EQ(datum(the(seal_open), "taken_off"), Datum{});
    EXPECT_EQ(site_->alarms().size(), 1U);
}

}  // namespace
}  // namespace sealwarden
