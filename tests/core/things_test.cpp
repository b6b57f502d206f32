// Seals, badge readers, cameras, power supplies and cabinets.
#include "tests/core/site_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class SealTest : public SiteTest {
  protected:
    void seal(bool with_present = true) {
        SealOptions seal;
        seal.id = "s1";
        seal.door = "d07";
        seal.number = "rf.number";
        if (with_present) seal.present = "rf.present";
        seal.intact = "rf.intact";
        seal.tamper = "rf.tamper";
        seal.battery_low = "rf.battery";
        builds({.seals = {seal}});
    }
    void shows(const char* number, bool present, bool intact, bool tampered) {
        reads("rf.number", number);
        if (options_.seals[0].present) reads("rf.present", Value{present});
        reads("rf.intact", Value{intact});
        reads("rf.tamper", Value{tampered});
        passes(1s);
    }
    void lost() {
        for (const char* point : {"rf.number", "rf.present", "rf.intact", "rf.tamper"})
            reads(point, Fault::no_answer);
    }
    void sealed() {
        seal();
        shows("EU123", true, true, false);
        forget();
    }
};

TEST_F(SealTest, IsToldWithItsNumber) {
    seal();
    shows("EU123", true, true, false);
    EXPECT_EQ(kinds(), (std::vector{seal_present, seal_intact, seal_number}));
    EXPECT_EQ(the(seal_number).data.at("number"), text("EU123"));
    EXPECT_EQ(the(seal_number).data.at("previous"), Datum{});
    EXPECT_EQ(the(seal_intact).subjects, (std::vector<Subject>{{"seal", "s1"}, {"door", "d07"}}));
}

TEST_F(SealTest, ALostReaderIsNotAnAbsentSeal) {
    sealed();
    lost();
    EXPECT_EQ(kinds(), std::vector{seal_unknown});
    EXPECT_EQ(state("seal", "s1", "state"), text("unknown"));
    EXPECT_EQ(alarms(), std::vector<std::string>{});
    shows("EU123", true, true, false);
    EXPECT_EQ(kinds(), (std::vector{seal_unknown, seal_present, seal_intact}));
}

TEST_F(SealTest, AnotherNumberIsAnotherSeal) {
    sealed();
    shows("EU124", true, true, false);
    EXPECT_EQ(kinds(), std::vector{seal_number});
    EXPECT_EQ(the(seal_number).data.at("previous"), text("EU123"));
}

TEST_F(SealTest, ASealChangedWhileNobodyLookedIsTold) {
    sealed();
    lost();
    passes(1min);
    forget();
    shows("EU124", true, true, false);
    EXPECT_EQ(the(seal_number).data.at("previous"), text("EU123"));
}

TEST_F(SealTest, TamperingIsAHighAlarmUntilItEnds) {
    sealed();
    shows("EU123", true, true, true);
    EXPECT_EQ(kinds(), std::vector{seal_tampered});
    EXPECT_EQ(site_->alarms()[0].priority, Priority::high);
    EXPECT_EQ(state("seal", "s1", "state"), text("broken"));
    shows("", false, false, false);
    EXPECT_EQ(kinds(), (std::vector{seal_tampered, seal_absent}));
    EXPECT_EQ(the(seal_absent).data.at("number"), text("EU123"));
    EXPECT_EQ(alarms().back(), "cleared seal-tamper-s1");
}

TEST_F(SealTest, ATamperedSealBehindARestartIsTheSameAlarm) {
    sealed();
    shows("EU123", true, true, true);
    forget();
    restarts();
    shows("EU123", true, true, true);
    EXPECT_EQ(alarms(), std::vector<std::string>{});
    EXPECT_EQ(site_->alarms()[0].count, 1U);
}

TEST_F(SealTest, WhatIsReadOfAnAbsentSealIsNotTold) {
    seal();
    shows("", false, false, true);
    EXPECT_EQ(kinds(), std::vector{seal_absent});
}

TEST_F(SealTest, WithoutAPresentPointTheNumberTells) {
    seal(false);
    shows("EU1", false, true, false);
    shows("", false, true, false);
    EXPECT_EQ(kinds(), (std::vector{seal_present, seal_intact, seal_number, seal_absent}));
}

TEST_F(SealTest, ALowBatteryIsALowAlarm) {
    sealed();
    reads("rf.battery", Value{true});
    passes(1s);
    reads("rf.battery", Value{false});
    passes(1s);
    EXPECT_EQ(kinds(), (std::vector{seal_battery_low, seal_battery_ok}));
    EXPECT_EQ(site_->alarms()[0].priority, Priority::low);
}

TEST_F(SealTest, AFlickerIsNoChange) {
    sealed();
    reads("rf.present", Value{false});
    passes(100ms);
    reads("rf.present", Value{true});
    passes(10s);
    EXPECT_EQ(kinds(), std::vector<EventKind>{});
}

class ReaderTest : public SiteTest {
  protected:
    void reader(bool with_fresh) {
        ReaderOptions reader;
        reader.id = "r1";
        reader.door = "d07";
        reader.number = "rd.number";
        reader.facility = "rd.facility";
        if (with_fresh) reader.fresh = "rd.fresh";
        builds({.readers = {reader}});
        reads("rd.facility", Value{std::int64_t{42}});
        if (with_fresh) reads("rd.fresh", Value{false});
        number(0);
        passes(1s);
        forget();
    }
    void number(std::int64_t badge) { reads("rd.number", Value{badge}); }
    void fresh(bool on) { reads("rd.fresh", Value{on}); }
};

TEST_F(ReaderTest, TheBadgeGoesBesideTheEntryAndNeverIntoIt) {
    reader(false);
    number(4711);
    const auto badge = the(badge_presented);
    EXPECT_EQ(badge.personal,
              (std::map<std::string, std::string>{{"badge", "4711"}, {"facility", "42"}}));
    EXPECT_TRUE(badge.data.empty());
    EXPECT_EQ(badge.raw, std::nullopt);
    EXPECT_EQ(badge.subjects, (std::vector<Subject>{{"reader", "r1"}, {"door", "d07"}}));
}

TEST_F(ReaderTest, ABadgeHeldInTheFieldIsOneEvent) {
    reader(false);
    for (int i = 0; i < 10; ++i) {
        number(4711);
        passes(1s);
    }
    EXPECT_EQ(kinds(), std::vector{badge_presented});
    number(0);
    number(4711);
    EXPECT_EQ(kinds(), (std::vector{badge_presented, badge_presented}));
}

TEST_F(ReaderTest, FreshSaysThatTheSameBadgeCameAgain) {
    reader(true);
    fresh(true);
    number(4711);
    passes(100ms);
    fresh(false);
    passes(5s);
    fresh(true);
    number(4711);
    EXPECT_EQ(kinds(), (std::vector{badge_presented, badge_presented}));
}

TEST_F(ReaderTest, FreshBehindTheNumberIsTheSamePresentation) {
    reader(true);
    number(4711);
    fresh(true);
    passes(5s);
    EXPECT_EQ(kinds(), std::vector{badge_presented});
}

TEST_F(ReaderTest, TheNumberOfTheBadgeBeforeIsNotGivenToThisOne) {
    reader(true);
    number(4711);
    passes(5s);
    forget();
    fresh(true);
    EXPECT_EQ(kinds(), std::vector<EventKind>{});
    passes(200ms);
    number(4712);
    passes(10s);
    EXPECT_EQ(the(badge_presented).personal.at("badge"), "4712");
}

TEST_F(ReaderTest, AnOldNumberFoundAtTheStartIsNoPresentation) {
    reader(false);
    number(4711);
    forget();
    restarts();
    number(4711);
    EXPECT_EQ(kinds(), std::vector{reader_ready});
}

// The device is asked for the number only when `fresh` speaks.
class TransactionReaderTest : public ReaderTest {
  protected:
    TransactionReaderTest() {
        ReaderOptions reader;
        reader.id = "r1";
        reader.number = "rd.number";
        reader.fresh = "rd.fresh";
        builds({.readers = {reader}});
    }
};

TEST_F(TransactionReaderTest, IsReadySinceItsFirstAnswerAndNotSinceItsFirstBadge) {
    EXPECT_EQ(state("reader", "r1", "state"), text("unknown"));
    passes(5s);
    const auto first = now_;
    fresh(false);
    passes(1min);
    EXPECT_EQ(kinds(), std::vector{reader_ready});
    EXPECT_EQ(state("reader", "r1", "state"), text("ready"));
    EXPECT_EQ(the(reader_ready).at, first);
    for (const auto& one : site_->states()) {
        if (one.subject.kind == "reader") EXPECT_EQ(one.since, first);
    }
}

TEST_F(TransactionReaderTest, ItsFirstBadgeIsTold) {
    fresh(false);
    passes(1s);
    fresh(true);
    passes(100ms);
    number(4711);
    EXPECT_EQ(kinds(), (std::vector{reader_ready, badge_presented}));
    EXPECT_EQ(the(badge_presented).personal.at("badge"), "4711");
}

TEST_F(TransactionReaderTest, ComesBackWithoutABadge) {
    fresh(false);
    reads("rd.fresh", Fault::no_answer);
    reads("rd.number", Fault::no_answer);
    passes(1s);
    fresh(false);
    EXPECT_EQ(kinds(), (std::vector{reader_ready, reader_unknown, reader_ready}));
}

TEST_F(TransactionReaderTest, ANumberThatCannotBeReadIsNotMendedByFresh) {
    fresh(false);
    fresh(true);
    reads("rd.number", Fault::refused);
    passes(5s);
    fresh(false);
    EXPECT_EQ(kinds(), (std::vector{reader_ready, reader_unknown, badge_presented}));
    EXPECT_EQ(state("reader", "r1", "state"), text("unknown"));
}

TEST_F(ReaderTest, IsUnknownWhileItIsNotRead) {
    reader(false);
    reads("rd.number", Fault::no_answer);
    reads("rd.number", Fault::port_gone);
    number(0);
    EXPECT_EQ(kinds(), (std::vector{reader_unknown, reader_ready}));
}

class CameraTest : public SiteTest {
  protected:
    void camera(bool normally_energised = true) {
        CameraOptions camera;
        camera.id = "c3";
        camera.operating = "nvr.ok";
        camera.recording = "nvr.rec";
        camera.untampered = "nvr.clear";
        camera.normally_energised = normally_energised;
        builds({.cameras = {camera}});
        for (const char* point : {"nvr.ok", "nvr.rec", "nvr.clear"})
            reads(point, Value{normally_energised});
        passes(3s);
    }
    void relay(const char* point, bool on) {
        reads(point, Value{on});
        passes(3s);
    }
};

TEST_F(CameraTest, ADroppedRelayIsAFault) {
    camera();
    EXPECT_EQ(kinds(), (std::vector{camera_operating, camera_recording, camera_untampered}));
    EXPECT_EQ(state("camera", "c3", "state"), text("ok"));
    forget();
    relay("nvr.rec", false);
    EXPECT_EQ(kinds(), std::vector{camera_not_recording});
    EXPECT_EQ(state("camera", "c3", "recording"), text("no"));
    EXPECT_EQ(state("camera", "c3", "state"), text("not_recording"));
    relay("nvr.ok", false);
    relay("nvr.clear", false);
    EXPECT_EQ(state("camera", "c3", "state"), text("failed"));
    EXPECT_EQ(state("camera", "c3", "tamper"), Datum{true});
    EXPECT_EQ(alarms(),
              (std::vector<std::string>{"raised camera-not-recording-c3", "raised camera-failed-c3",
                                        "raised camera-tamper-c3"}));
}

TEST_F(CameraTest, ARelayWiredTheOtherWayMeansTheFault) {
    camera(false);
    forget();
    relay("nvr.ok", true);
    EXPECT_EQ(kinds(), std::vector{camera_failed});
}

TEST_F(CameraTest, AShortDropIsNoFailure) {
    camera();
    forget();
    reads("nvr.ok", Value{false});
    passes(1s);
    reads("nvr.ok", Value{true});
    passes(10s);
    EXPECT_EQ(kinds(), std::vector<EventKind>{});
}

TEST_F(CameraTest, ALostRelayIsUnknownAndToldAgainWhenItAnswers) {
    camera();
    forget();
    reads("nvr.rec", Fault::no_answer);
    EXPECT_EQ(state("camera", "c3", "recording"), text("unknown"));
    relay("nvr.rec", true);
    EXPECT_EQ(kinds(), (std::vector{camera_unknown, camera_recording}));
}

class PowerTest : public SiteTest {
  protected:
    void supply() {
        PowerOptions power;
        power.id = "ups";
        power.on_battery = "ups.on-battery";
        power.charge = "ups.charge";
        builds({.powers = {power}});
        reads("ups.on-battery", Value{false});
        charge(100);
        forget_start();
    }
    void forget_start() {
        EXPECT_EQ(kinds(), (std::vector{power_mains, power_battery_ok}));
        forget();
    }
    void charge(std::int64_t percent) {
        reads("ups.charge", Value{percent});
        passes(2s);
    }
    void on_battery(bool on) {
        reads("ups.on-battery", Value{on});
        passes(2s);
    }
};

TEST_F(PowerTest, OnBatteryLowAndBack) {
    supply();
    on_battery(true);
    charge(19);
    on_battery(false);
    charge(24);
    charge(26);
    EXPECT_EQ(kinds(),
              (std::vector{power_on_battery, power_low, power_restored, power_battery_ok}));
    EXPECT_EQ(alarms(),
              (std::vector<std::string>{"raised power-on-battery-ups", "raised power-low-ups",
                                        "cleared power-on-battery-ups", "cleared power-low-ups"}));
}

TEST_F(PowerTest, ALostSupplyIsUnknown) {
    supply();
    reads("ups.on-battery", Fault::no_answer);
    EXPECT_EQ(kinds(), std::vector{power_unknown});
    EXPECT_EQ(state("power", "ups", "on_battery"), Datum{});
    on_battery(false);
    EXPECT_EQ(kinds(), (std::vector{power_unknown, power_mains}));
}

class CabinetTest : public SiteTest {
  protected:
    void cabinet() {
        CabinetOptions cabinet;
        cabinet.id = "cab";
        cabinet.lid.point = "gpio.lid";
        cabinet.lid.edge_counter = "gpio.count";
        builds({.cabinets = {cabinet}});
        reads("gpio.count", Value{std::int64_t{0}});
        lid(false);
        forget();
    }
    void lid(bool open) {
        reads("gpio.lid", Value{open});
        passes(1s);
    }
};

TEST_F(CabinetTest, AnOpenedLidIsAHighAlarm) {
    cabinet();
    lid(true);
    EXPECT_EQ(site_->alarms()[0].priority, Priority::high);
    lid(false);
    EXPECT_EQ(kinds(), (std::vector{cabinet_opened, cabinet_closed}));
    EXPECT_EQ(alarms(),
              (std::vector<std::string>{"raised cabinet-open-cab", "cleared cabinet-open-cab"}));
}

TEST_F(CabinetTest, AHiddenOpeningIsOpenedAndClosed) {
    cabinet();
    reads("gpio.count", Value{std::int64_t{1}});
    passes(1s);
    lid(false);
    EXPECT_EQ(kinds(), (std::vector{cabinet_opened, cabinet_closed}));
    EXPECT_EQ(the(cabinet_opened).data.at("between_polls"), Datum{true});
    EXPECT_EQ(site_->alarms()[0].state, AlarmState::rtn_unack);
}

TEST_F(CabinetTest, LostEdgesAreMarkedWithWhatTheyConcern) {
    cabinet();
    Reading reading{.point = "gpio.lid", .at = now_, .what = Value{false}, .after = {}, .raw = {}};
    reading.edges_lost = true;
    const auto events = site_->apply(reading);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, point_lost_edges);
    EXPECT_EQ(events[0].subjects, (std::vector<Subject>{{"device", "gpio"}, {"cabinet", "cab"}}));
}

class LightTest : public SiteTest {
  protected:
    void light(bool with_dark = true) {
        LightOptions light;
        light.id = "yard";
        light.lamp = "io.lamp";
        if (with_dark) light.dark = "io.dark";
        light.settle = 60s;
        builds({.lights = {light}});
    }
    void is(bool lamp, bool dark) {
        reads("io.lamp", Value{lamp});
        if (options_.lights[0].dark) reads("io.dark", Value{dark});
    }
    void at_day() {
        light();
        is(false, false);
        passes(2min);
        forget();
    }
};

// Every answer of lamp and photocell, after it lasted: the state, and what was told of it.
TEST_F(LightTest, FailsOnlyWhenItIsDarkAndTheLampIsOff) {
    struct Case {
        std::optional<bool> lamp, dark;
        const char* state;
        std::vector<EventKind> told;
    };
    const std::vector<Case> cases{
        {false, false, "off", {light_off, light_well}},
        {true, false, "on", {light_on, light_well}},
        {true, true, "on", {light_on, light_well}},
        {false, true, "failed", {light_off, light_failed}},
        {{}, false, "unknown", {light_unknown}},
        {{}, true, "unknown", {light_unknown}},
        {false, {}, "unknown", {light_off, light_unknown}},
        {true, {}, "unknown", {light_on, light_unknown}},
    };
    const auto value = [](std::optional<bool> flag) -> std::variant<Value, Fault> {
        if (!flag) return Fault::no_answer;
        return Value{*flag};
    };
    for (const auto& one : cases) {
        forget();
        light();
        reads("io.lamp", value(one.lamp));
        reads("io.dark", value(one.dark));
        passes(2min);
        EXPECT_EQ(kinds(), one.told) << one.state;
        EXPECT_EQ(state("light", "yard", "state"), text(one.state));
    }
}

TEST_F(LightTest, DuskIsNoFailureWhileTheLampFollowsInTime) {
    at_day();
    for (int i = 0; i < 5; ++i) {
        is(false, i % 2 == 0);
        passes(20s);
    }
    is(true, true);
    passes(10min);
    EXPECT_EQ(kinds(), std::vector{light_on});
    EXPECT_EQ(alarms(), std::vector<std::string>{});
}

TEST_F(LightTest, ALampThatFailsAtNightIsAnAlarmUntilItBurnsAgain) {
    at_day();
    is(true, true);
    passes(10min);
    forget();
    const auto failed = now_;
    is(false, true);
    passes(10min);
    EXPECT_EQ(the(light_failed).at, failed);
    is(true, true);
    passes(10min);
    EXPECT_EQ(kinds(), (std::vector{light_off, light_failed, light_on, light_well}));
    EXPECT_EQ(alarms(),
              (std::vector<std::string>{"raised light-failed-yard", "cleared light-failed-yard"}));
}

TEST_F(LightTest, AFailureLastsOverALostPhotocellAndARestart) {
    at_day();
    is(false, true);
    passes(10min);
    reads("io.dark", Fault::no_answer);
    passes(1h);
    forget();
    restarts();
    is(false, true);
    passes(10min);
    EXPECT_EQ(alarms(), std::vector<std::string>{}) << "it is the same alarm";
    is(false, false);
    passes(10min);
    EXPECT_EQ(alarms(), std::vector<std::string>{"cleared light-failed-yard"});
}

TEST_F(LightTest, WithoutAPhotocellNothingFails) {
    light(false);
    is(false, true);
    passes(1h);
    is(true, true);
    passes(1h);
    EXPECT_EQ(kinds(), (std::vector{light_off, light_on}));
    EXPECT_EQ(state("light", "yard", "dark"), Datum{});
}

TEST_F(LightTest, AReloadTellsNothingAgain) {
    at_day();
    is(false, true);
    passes(10min);
    forget();
    reloads();
    passes(1h);
    EXPECT_EQ(kinds(), std::vector<EventKind>{});
    EXPECT_EQ(state("light", "yard", "state"), text("failed"));
}

}  // namespace
}  // namespace sealwarden
