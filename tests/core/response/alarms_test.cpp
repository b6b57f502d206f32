#include "tests/core/procedures_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class AlarmLifeTest : public ProceduresTest {
  protected:
    // A dock door that is held after a minute, in a zone, with a seal reader; ana may shelve, luis
    // is registered and may not.
    void one_dock(AlarmOptions alarm = {}, bool with_device = false) {
        SiteOptions options;
        DoorOptions door;
        door.id = "d07";
        door.contact.point = "io.di0";
        door.held_open_after = 60s;
        options.doors = {door};
        door.id = "d08";
        door.contact.point = "io.di1";
        options.doors.push_back(door);
        SealOptions seal;
        seal.id = "s07";
        seal.door = "d07";
        seal.intact = "io.di2";
        options.seals = {seal};
        if (with_device) options.devices = {{.id = "io", .points = {"io.di0", "io.di1", "io.di2"}}};
        options.zones = {{.id = "east", .name = {}, .doors = {"d07"}, .readers = {}, .exits = {}}};
        options.dock.opened_without_visit = false;
        options.alarm = std::move(alarm);
        builds(options);
        can("person.add", {{"person", "ana"}, {"name", "Ana R."}, {"rights", "alarms,test"}});
        can("person.add", {{"person", "luis"}, {"name", "Luis M."}});
        reads("io.di0", Value{false});
        reads("io.di1", Value{false});
        passes(1s);
        forget();
    }
    void opens() {
        reads("io.di0", Value{true});
        passes(1s);
    }
    void stays_open_too_long() {
        opens();
        passes(60s);
    }
    void closes() {
        reads("io.di0", Value{false});
        passes(1s);
    }
    void acknowledges_as(const std::string& by, const std::string& alarm) {
        const auto before = events_.size();
        keep(site_->apply(Command{.at = now_,
                                  .id = "c2",
                                  .by = by,
                                  .channel = "console",
                                  .what = AcknowledgeAlarm{alarm}}));
        said.assign(events_.begin() + static_cast<std::ptrdiff_t>(before), events_.end());
    }
    // The gateway itself says something, as other rules would.
    void says(EventKind kind, std::vector<Subject> subjects,
              std::map<std::string, Datum> data = {}) {
        Event event;
        event.kind = kind;
        event.at = now_;
        event.subjects = std::move(subjects);
        event.data = std::move(data);
        keep(site_->apply(event));
    }
    void shelves(std::int64_t minutes = 30) {
        can("alarm.shelve", {{"alarm", held},
                             {"minutes", minutes},
                             {"reason", "the contact is worn"},
                             {"person", "ana"}});
    }
    void disables() {
        can("alarm.disable", {{"alarm", held},
                              {"authority", "ana"},
                              {"reason", "the door is replaced"},
                              {"person", "luis"}});
    }
    [[nodiscard]] Alarm the_alarm() const {
        const auto all = site_->alarms();
        EXPECT_EQ(all.size(), 1U);
        return all.empty() ? Alarm{} : all.front();
    }
    using Lines = std::vector<std::string>;
    static constexpr const char* held = "door-held-d07";
};

TEST_F(AlarmLifeTest, AShelvedAlarmIsSilentAndComesBackByItself) {
    one_dock();
    stays_open_too_long();
    shelves();
    auto alarm = the_alarm();
    EXPECT_EQ(alarm.set_aside, SetAside::shelved);
    EXPECT_EQ(alarm.set_aside_by, "ana");
    EXPECT_EQ(alarm.reason, "the contact is worn");
    EXPECT_EQ(alarm.until, now_ + 30min);
    EXPECT_FALSE(alarm.waits());
    EXPECT_EQ(state("door", "d07", "unacked"), Datum{std::int64_t{0}});
    EXPECT_EQ(state("door", "d07", "alarm"), Datum{false});
    EXPECT_EQ(state("door", "d07", "held"), Datum{true}) << "the door is as it is";

    const auto shelved = the(alarm_shelved);
    EXPECT_EQ(text(shelved, "set_aside"), "shelved");
    EXPECT_EQ(text(shelved, "by"), "uid:1000(ana)");
    EXPECT_EQ(datum(shelved, "until_in_ms"), Datum{std::int64_t{30 * 60 * 1000}});
    EXPECT_EQ(shelved.personal.at("reason"), "the contact is worn");
    EXPECT_EQ(shelved.subjects,
              (std::vector<Subject>{{"alarm", held}, {"door", "d07"}, {"person", "ana"}}));
    forget();
    passes(29min);
    EXPECT_EQ(alarms(), Lines{});
    passes(1min);
    EXPECT_EQ(alarms(), (Lines{"unshelved door-held-d07", "raised door-held-d07"}));
    EXPECT_EQ(text(the(alarm_unshelved), "why"), "time");
    alarm = the_alarm();
    EXPECT_EQ(alarm.state, AlarmState::unack_active);
    EXPECT_EQ(alarm.set_aside, SetAside::none);
    EXPECT_EQ(alarm.announced_at, now_);
    EXPECT_LT(alarm.raised_at, now_ - 29min) << "it keeps its age";
    EXPECT_EQ(state("door", "d07", "unacked"), Datum{std::int64_t{1}});
}

TEST_F(AlarmLifeTest, WhatEndedMeanwhileIsNotAnnounced) {
    one_dock();
    stays_open_too_long();
    shelves();
    forget();
    closes();
    EXPECT_EQ(alarms(), Lines{}) << "followed in silence";
    can("alarm.unshelve", {{"alarm", held}, {"person", "ana"}});
    EXPECT_EQ(alarms(), Lines{"unshelved door-held-d07"});
    EXPECT_EQ(text(the(alarm_unshelved), "why"), "person");
    EXPECT_EQ(text(the(alarm_unshelved), "state"), "normal");
    EXPECT_TRUE(site_->alarms().empty());
}

TEST_F(AlarmLifeTest, WhatIsFoundByTwoSensorsCanBeShelvedBeforeItHappens) {
    one_dock();
    for (const auto* id : {"opened-after-denial-d07", "opened-while-sealed-d07", "camera-gap-d07",
                           "dock-opened-without-visit-d07"}) {
        can("alarm.shelve",
            {{"alarm", id}, {"minutes", 30}, {"reason", "the door is rebuilt"}, {"person", "ana"}});
        cannot("unknown_alarm", "alarm.shelve",
               {{"alarm", std::string{id} + "x"},
                {"minutes", 30},
                {"reason", "x"},
                {"person", "ana"}});
    }
    forget();
    says(visit_deviation, {{"door", "d07"}}, {{"what", "opened_without_visit"}});
    EXPECT_EQ(alarms(), Lines{});
}

TEST_F(AlarmLifeTest, WhatBeginsMeanwhileIsAnnouncedAtTheEnd) {
    one_dock();
    shelves();
    EXPECT_EQ(the_alarm().state, AlarmState::normal) << "a normal one can be shelved, and is kept";
    forget();
    stays_open_too_long();
    EXPECT_EQ(alarms(), Lines{});
    EXPECT_TRUE(the_alarm().active);
    passes(29min);
    EXPECT_EQ(alarms(), (Lines{"unshelved door-held-d07", "raised door-held-d07"}));
}

TEST_F(AlarmLifeTest, ShelvingIsRestricted) {
    one_dock();
    stays_open_too_long();
    const auto shelve = [&](const char* alarm, std::int64_t minutes, const char* person) {
        return Arguments{
            {"alarm", alarm}, {"minutes", minutes}, {"reason", "why not"}, {"person", person}};
    };
    cannot("not_allowed", "alarm.shelve", shelve(held, 30, "luis"));
    cannot("unknown_person", "alarm.shelve", shelve(held, 30, "eve"));
    cannot("bad_time", "alarm.shelve", shelve(held, 0, "ana"));
    cannot("bad_time", "alarm.shelve", shelve(held, 8 * 60 + 1, "ana"));
    cannot("unknown_alarm", "alarm.shelve", shelve("door-held-d99", 30, "ana"));
    cannot("unknown_alarm", "alarm.shelve", shelve("door-ajar-d07", 30, "ana"));
    EXPECT_EQ(the_alarm().set_aside, SetAside::none);
    cannot("not_shelved", "alarm.unshelve", {{"alarm", held}, {"person", "ana"}});
    cannot("unknown_alarm", "alarm.unshelve", {{"alarm", "door-held-d08"}, {"person", "ana"}});
    shelves(8 * 60);
    shelves(10);
    EXPECT_EQ(the_alarm().until, now_ + 10min) << "shelved again: the new time counts";
    cannot("not_allowed", "alarm.unshelve", {{"alarm", held}, {"person", "luis"}});
    acknowledges_as("uid:1000(ana)", held);
    EXPECT_EQ(refusal(), "set_aside");
}

TEST_F(AlarmLifeTest, NobodyCanSetAsideWhileNobodyIsRegistered) {
    SiteOptions options;
    builds(options);
    cannot("unknown_person", "alarm.shelve",
           {{"alarm", "log-unsigned-gw1"},
            {"minutes", std::int64_t{5}},
            {"reason", "why not"},
            {"person", "ana"}});
    EXPECT_NE(message().find("person add"), std::string::npos);
}

TEST_F(AlarmLifeTest, WhatTheGatewayDevicesAndTestsSayCanBeSetAsideInAdvance) {
    one_dock({}, true);
    for (const auto* id : {"log-unsigned-gw1", "coverage-lost-io", "device-offline-io",
                           "seal-open-s07", "test-due-door-d07"})
        can("alarm.shelve", {{"alarm", id},
                             {"minutes", std::int64_t{5}},
                             {"reason", "work on it"},
                             {"person", "ana"}});
    EXPECT_EQ(site_->alarms().size(), 5U);
    passes(5min);
    EXPECT_EQ(events(alarm_unshelved).size(), 5U);
}

TEST_F(AlarmLifeTest, OutOfServiceLastsUntilItIsPutBack) {
    one_dock();
    disables();
    EXPECT_EQ(text(the(alarm_out_of_service), "authority"), "ana");
    EXPECT_EQ(text(the(alarm_out_of_service), "set_aside_by"), "luis");
    cannot("out_of_service", "alarm.shelve",
           {{"alarm", held}, {"minutes", std::int64_t{5}}, {"reason", "x"}, {"person", "ana"}});
    cannot("out_of_service", "alarm.disable",
           {{"alarm", held}, {"authority", "ana"}, {"reason", "x"}, {"person", "ana"}});
    cannot("not_allowed", "alarm.disable",
           {{"alarm", held}, {"authority", "luis"}, {"reason", "x"}, {"person", "ana"}});
    forget();
    stays_open_too_long();
    passes(48h);
    EXPECT_EQ(alarms(), Lines{});
    cannot("not_allowed", "alarm.enable", {{"alarm", held}, {"person", "luis"}});
    can("alarm.enable", {{"alarm", held}, {"person", "ana"}});
    EXPECT_EQ(alarms(), (Lines{"in_service door-held-d07", "raised door-held-d07"}));
    cannot("in_service", "alarm.enable", {{"alarm", held}, {"person", "ana"}});
}

TEST_F(AlarmLifeTest, ARestartKeepsWhatIsSetAsideAndItsTime) {
    one_dock();
    shelves();
    const auto before = the_alarm();
    passes(10min);
    restarts();
    EXPECT_EQ(the_alarm(), before);
    forget();
    passes(20min);
    EXPECT_EQ(alarms(), Lines{"unshelved door-held-d07"});

    disables();
    restarts();
    EXPECT_EQ(the_alarm().set_aside, SetAside::out_of_service);
    EXPECT_EQ(the_alarm().authority, "ana");
    EXPECT_EQ(the_alarm().reason, "the door is replaced");
    forget();
    reads("io.di0", Value{true});
    passes(2min);
    EXPECT_EQ(alarms(), Lines{});
    reloads();
    EXPECT_EQ(the_alarm().set_aside, SetAside::out_of_service);
}

TEST_F(AlarmLifeTest, ATimeThatPassedWhileItWasOffEndsTheShelvingAtTheStart) {
    one_dock();
    shelves();
    now_ += 2h;
    restarts();
    forget();
    passes(1s);
    EXPECT_EQ(alarms().front(), "unshelved door-held-d07");
    EXPECT_GE(the(alarm_unshelved).at, now_ - 1s) << "not before the gateway was there";
}

TEST_F(AlarmLifeTest, AThingThatIsNoLongerThereTakesItsAlarmWithIt) {
    one_dock();
    disables();
    forget();
    auto fewer = options_;
    fewer.doors.erase(fewer.doors.begin());
    fewer.seals.clear();
    fewer.zones.clear();
    reloads(fewer);
    passes(1s);
    EXPECT_TRUE(site_->alarms().empty());
    EXPECT_EQ(text(the(alarm_cleared), "reason"), "removed");
    restarts();
    EXPECT_TRUE(site_->alarms().empty());
}

TEST_F(AlarmLifeTest, WhatIsTestedDoesNotAnnunciate) {
    one_dock();
    says(door_forced, {{"door", "d07"}}, {{"test", true}});
    EXPECT_EQ(alarms(), Lines{"suppressed door-forced-d07"});
    EXPECT_EQ(datum(the(alarm_suppressed), "test"), Datum{true});
    EXPECT_EQ(the_alarm().set_aside_by, "test");
    EXPECT_FALSE(the_alarm().waits());
    says(door_closed, {{"door", "d07"}});
    EXPECT_EQ(alarms().back(), "cleared door-forced-d07");
    EXPECT_TRUE(site_->alarms().empty());
}

TEST_F(AlarmLifeTest, WhatStillHoldsWhenTheTestEndsIsRaisedThen) {
    one_dock();
    says(seal_open, {{"seal", "s07"}, {"door", "d07"}}, {{"drill", true}});
    says(door_forced, {{"door", "d08"}}, {{"maintenance", true}});
    forget();
    says(test_mode_ended, {{"zone", "east"}});
    EXPECT_EQ(alarms(), Lines{}) << "it is a drill";
    says(drill_ended, {{"zone", "east"}});
    EXPECT_EQ(alarms(), (Lines{"unsuppressed seal-open-s07", "raised seal-open-s07"}));
    forget();
    says(maintenance_ended, {{"door", "d07"}});
    EXPECT_EQ(alarms(), Lines{}) << "another door";
    says(maintenance_ended, {{"door", "d08"}});
    EXPECT_EQ(alarms(), (Lines{"unsuppressed door-forced-d08", "raised door-forced-d08"}));
    EXPECT_EQ(text(the(alarm_unsuppressed), "why"), "maintenance");
}

TEST_F(AlarmLifeTest, ATestDoesNotHideWhatStillWaits) {
    one_dock();
    stays_open_too_long();
    closes();
    ASSERT_EQ(the_alarm().state, AlarmState::rtn_unack);
    says(door_held, {{"door", "d07"}}, {{"test", true}});
    EXPECT_EQ(the_alarm().state, AlarmState::unack_active);
    EXPECT_EQ(the_alarm().set_aside, SetAside::none);
}

TEST_F(AlarmLifeTest, ToSilenceIsNotToAcknowledge) {
    one_dock();
    cannot("unknown_alarm", "alarm.silence", {{"alarm", held}, {"person", "luis"}});
    stays_open_too_long();
    can("alarm.silence", {{"alarm", held}, {"person", "luis"}});
    EXPECT_EQ(the_alarm().state, AlarmState::unack_active);
    EXPECT_TRUE(the_alarm().silenced);
    EXPECT_EQ(datum(the(alarm_silenced), "silenced"), Datum{true});
    cannot("silent", "alarm.silence", {{"alarm", held}, {"person", "luis"}});
    closes();
    EXPECT_TRUE(the_alarm().silenced);
    stays_open_too_long();
    EXPECT_FALSE(the_alarm().silenced) << "raised again, it sounds again";
}

TEST_F(AlarmLifeTest, IsRemindedOfWhileNobodyAcknowledges) {
    one_dock({.remind_after = 10min});
    stays_open_too_long();
    can("alarm.silence", {{"alarm", held}, {"person", "luis"}});
    forget();
    passes(10min);
    EXPECT_EQ(alarms(), Lines{"reminded door-held-d07"});
    EXPECT_FALSE(the_alarm().silenced);
    closes();
    passes(10min);
    EXPECT_EQ(alarms().back(), "reminded door-held-d07") << "rtn_unack waits too";
    passes(5min);
    restarts();
    forget();
    passes(5min);
    EXPECT_EQ(alarms(), Lines{"reminded door-held-d07"}) << "a restart does not begin anew";
    acknowledges(held);
    passes(1h);
    EXPECT_EQ(alarms().back(), "acknowledged door-held-d07");
}

TEST_F(AlarmLifeTest, EscalatesEachStepOnce) {
    AlarmOptions options;
    options.escalation = {
        {"medium", 15min, "guards"}, {"high", 1min, "manager"}, {"medium", 5min, "supervisor"}};
    one_dock(options);
    stays_open_too_long();
    forget();
    passes(5min);
    ASSERT_EQ(alarms(), Lines{"escalated door-held-d07"});
    EXPECT_EQ(text(the(alarm_escalated), "group"), "supervisor");
    EXPECT_EQ(datum(the(alarm_escalated), "step"), Datum{std::int64_t{1}});
    closes();
    stays_open_too_long();
    EXPECT_EQ(alarms().back(), "repeated door-held-d07");
    restarts();
    forget();
    passes(10min);
    ASSERT_EQ(alarms().size(), 1U) << "who comes back does not begin anew";
    EXPECT_EQ(text(the(alarm_escalated), "group"), "guards");
    passes(2h);
    EXPECT_EQ(events(alarm_escalated).size(), 1U);
}

TEST_F(AlarmLifeTest, AnAcknowledgedAlarmDoesNotEscalateUntilItIsRaisedAnew) {
    AlarmOptions options;
    options.escalation = {{"medium", 5min, "supervisor"}};
    one_dock(options);
    stays_open_too_long();
    acknowledges(held);
    passes(1h);
    EXPECT_TRUE(events(alarm_escalated).empty());
    closes();
    stays_open_too_long();
    passes(5min);
    EXPECT_EQ(events(alarm_escalated).size(), 1U);
}

TEST_F(AlarmLifeTest, TwoPersonsAcknowledgeWhatTakesTwo) {
    one_dock({.two_persons = {"door-held"}});
    stays_open_too_long();
    acknowledges_as("uid:1000(ana)", held);
    ASSERT_EQ(refusal(), "");
    EXPECT_EQ(datum(said.front(), "needs_second"), Datum{true});
    EXPECT_EQ(the_alarm().state, AlarmState::unack_active);
    acknowledges_as("uid:1000(ana)", held);
    EXPECT_EQ(refusal(), "second_person_needed");
    restarts();
    acknowledges_as("uid:1000(ana)", held);
    EXPECT_EQ(refusal(), "second_person_needed") << "a restart does not forget the first";
    acknowledges_as("uid:1001(luis)", held);
    EXPECT_EQ(refusal(), "");
    EXPECT_EQ(text(said.front(), "acknowledged_first_by"), "uid:1000(ana)");
    EXPECT_EQ(datum(said.front(), "needs_second"), Datum{false});
    EXPECT_EQ(the_alarm().state, AlarmState::ack_active);
    EXPECT_EQ(the_alarm().acknowledged_by, "uid:1001(luis)");
    acknowledges_as("uid:1002(eva)", held);
    EXPECT_EQ(refusal(), "already_acknowledged");
}

TEST_F(AlarmLifeTest, WhatTakesTwoPersonsIsNotShelvedByOneOfThem) {
    one_dock({.two_persons = {"door-held"}});
    stays_open_too_long();
    const Arguments shelving{{"alarm", held},
                             {"minutes", std::int64_t{30}},
                             {"reason", "the contact is worn"},
                             {"person", "ana"}};
    cannot("second_person_needed", "alarm.shelve", shelving);
    acknowledges_as("uid:1000(ana)", held);
    cannot("second_person_needed", "alarm.shelve", shelving);
    acknowledges_as("uid:1001(luis)", held);
    shelves();
    EXPECT_EQ(the_alarm().set_aside, SetAside::shelved);
}

TEST_F(AlarmLifeTest, AnAccountAndItsTokenAreNotTwoPersons) {
    one_dock({.two_persons = {"door-held"}});
    stays_open_too_long();
    acknowledges_as("ana", held);
    ASSERT_EQ(refusal(), "");
    acknowledges_as("ana/turnstile", held);
    EXPECT_EQ(refusal(), "second_person_needed");
    acknowledges_as("luis/turnstile", held);
    EXPECT_EQ(refusal(), "");
    EXPECT_EQ(the_alarm().state, AlarmState::ack_active);
}

TEST_F(AlarmLifeTest, ChatterIsOneRaisingWithACount) {
    one_dock({.off_delay = {{"door-forced", 10s}}});
    const auto flips = [&] {
        says(door_closed, {{"door", "d07"}});
        passes(2s);
        says(door_forced, {{"door", "d07"}});
        passes(2s);
    };
    says(door_forced, {{"door", "d07"}});
    for (int i = 0; i < 5; ++i) flips();
    EXPECT_EQ(alarms(), Lines{"raised door-forced-d07"});
    EXPECT_EQ(events(door_forced).size(), 6U) << "the log keeps every edge";
    EXPECT_EQ(the_alarm().count, 6U);
    const auto ceased = now_;
    says(door_closed, {{"door", "d07"}});
    passes(9s);
    EXPECT_TRUE(the_alarm().active);
    reloads();
    passes(1s);
    EXPECT_EQ(alarms().back(), "cleared door-forced-d07");
    EXPECT_EQ(the_alarm().state, AlarmState::rtn_unack);
    EXPECT_EQ(the_alarm().cleared_at, ceased);
    EXPECT_EQ(the(alarm_cleared).at, ceased + 10s);
}

TEST_F(AlarmLifeTest, ADeadModuleIsOneAlarmThatSaysForHowManyThings) {
    one_dock({}, true);
    reads("io.di2", Value{true});
    passes(1s);
    forget();
    passes(10s);
    EXPECT_EQ(alarms(), Lines{"raised device-offline-io"});
    EXPECT_EQ(datum(the(alarm_raised), "things"), Datum{std::int64_t{3}});
    EXPECT_EQ(the_alarm().things, 3U);
}

TEST_F(AlarmLifeTest, WhatAVisitOrASealSaysIsAnAlarmUntilSomebodyAcknowledges) {
    one_dock();
    says(visit_deviation, {{"visit", "v-1"}, {"container", "MSCU6639870"}},
         {{"what", std::string{"late_sealing"}}});
    EXPECT_EQ(alarms(), (Lines{"raised visit-late-sealing-v-1", "cleared visit-late-sealing-v-1"}));
    forget();
    says(custody_mismatch, {{"seal_number", "HL123456"}});
    EXPECT_EQ(alarms().front(), "raised custody-mismatch-HL123456");
    restarts();
    EXPECT_EQ(site_->alarms().size(), 2U);
    passes(1s);
    acknowledges("custody-mismatch-HL123456");
    acknowledges("visit-late-sealing-v-1");
    EXPECT_TRUE(site_->alarms().empty());
}

}  // namespace
}  // namespace sealwarden
