// Devices, their identity, and what was watched.
#include "tests/core/site_fixture.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

class CoverageTest : public SiteTest {
  protected:
    // A module with twelve doors.
    void module(std::size_t doors = 12) {
        SiteOptions options;
        DeviceWatch device;
        device.id = "io";
        for (std::size_t i = 0; i < doors; ++i) {
            DoorOptions door;
            door.id = "d" + std::to_string(i);
            door.contact.point = point(i);
            options.doors.push_back(door);
            device.points.push_back(point(i));
        }
        options.devices = {device};
        builds(options);
    }
    static PointId point(std::size_t i) { return "io.di" + std::to_string(i); }
    [[nodiscard]] std::size_t doors() const { return options_.doors.size(); }
    void online(bool on) { reads("io.online", Value{on}); }
    void answers() {
        online(true);
        for (std::size_t i = 0; i < doors(); ++i) reads(point(i), Value{false});
    }
    void dies() {
        for (std::size_t i = 0; i < doors(); ++i) reads(point(i), Fault::no_answer);
        online(false);
    }
    void keeps_answering(std::chrono::seconds time) {
        for (auto left = time; left > 0s; left -= 1s) {
            passes(1s);
            answers();
        }
    }
};

TEST_F(CoverageTest, BeginsAtTheFirstGoodReading) {
    module();
    passes(2s);
    answers();
    const auto regained = the(coverage_regained);
    EXPECT_EQ(regained.at, now_);
    EXPECT_EQ(regained.data.at("start"), Datum{true});
    EXPECT_EQ(regained.data.at("gap_ms"), Datum{std::int64_t{2000}});
    EXPECT_EQ(regained.data.at("points"), Datum{std::int64_t{12}});
}

TEST_F(CoverageTest, ADeadModuleIsOneGapAndOneAlarmAndTwelveUnknownDoors) {
    module();
    answers();
    keeps_answering(2s);
    const auto last_look = now_;
    forget();
    passes(100ms);
    dies();
    passes(2s);
    const auto lost = the(coverage_lost);
    EXPECT_EQ(lost.after, last_look);
    EXPECT_EQ(lost.data.at("points"), Datum{std::int64_t{12}});
    EXPECT_EQ(lost.data.at("reason"), text("no_answer"));
    EXPECT_EQ(events(door_unknown).size(), 12U);
    EXPECT_EQ(alarms(), std::vector<std::string>{"raised device-offline-io"});
    EXPECT_EQ(state("device", "io", "lost"), Datum{std::int64_t{12}});
    forget();
    answers();
    EXPECT_EQ(the(coverage_regained).data.at("gap_ms"), Datum{std::int64_t{2100}});
    EXPECT_EQ(the(coverage_regained).data.at("still_lost"), Datum{std::int64_t{0}});
    EXPECT_EQ(alarms(), std::vector<std::string>{"cleared device-offline-io"});
}

TEST_F(CoverageTest, OnePointOfALivingDeviceIsAnAlarmOfItsOwn) {
    module();
    answers();
    keeps_answering(2s);
    forget();
    reads(point(3), Fault::refused);
    passes(2s);
    EXPECT_EQ(the(coverage_lost).data.at("list"), text("di3"));
    EXPECT_EQ(alarms(), std::vector<std::string>{"raised coverage-lost-io"});
    reads(point(3), Value{false});
    EXPECT_EQ(alarms().back(), "cleared coverage-lost-io");
}

TEST_F(CoverageTest, ADriverThatSaysNothingIsAGap) {
    module();
    answers();
    passes(1s);
    forget();
    const auto last_word = site_->last(point(0))->at;
    passes(10s);
    EXPECT_EQ(the(device_offline).data.at("reason"), text("silent"));
    EXPECT_EQ(the(device_offline).at, last_word + 5s);
    EXPECT_EQ(the(coverage_lost).after, last_word);
    EXPECT_EQ(the(coverage_lost).data.at("reason"), text("silent"));
    EXPECT_EQ(events(door_unknown).size(), 12U);
    EXPECT_NE(site_->last(point(0))->fault(), nullptr);
    forget();
    answers();
    passes(1s);
    EXPECT_EQ(events(door_closed).size(), 12U);
    EXPECT_EQ(events(device_online).size(), 1U);
}

TEST_F(CoverageTest, APointThatIsNeverReadIsLost) {
    module(2);
    online(true);
    reads(point(0), Value{false});
    for (int i = 0; i < 8; ++i) {
        passes(1s);
        reads(point(0), Value{false});
    }
    EXPECT_EQ(the(coverage_lost).data.at("reason"), text("never_read"));
    EXPECT_EQ(the(coverage_lost).after, std::nullopt);
}

TEST_F(CoverageTest, APointThatFlapsIsOneGapNeverShorterThanTheTruth) {
    module(1);
    answers();
    keeps_answering(2s);
    forget();
    const auto last_look = now_;
    for (int i = 0; i < 20; ++i) {
        passes(100ms);
        reads(point(0), Fault::bad_answer);
        passes(100ms);
        reads(point(0), Value{false});
        // Only one point: it is back at once, and lost again.
    }
    passes(2s);
    auto lost_at = std::optional<Uptime>{};
    for (const auto& event : events_) {
        if (event.kind == coverage_lost && !lost_at) lost_at = event.after;
    }
    EXPECT_EQ(lost_at, last_look);
    EXPECT_EQ(events(coverage_lost).size(), events(coverage_regained).size());
}

TEST_F(CoverageTest, ALongListIsLeftOutOfTheEntry) {
    module(40);
    answers();
    EXPECT_FALSE(the(coverage_regained).data.contains("list"));
}

TEST_F(CoverageTest, ADeviceIsIdentifiedOnceAndThenKnown) {
    module(1);
    answers();
    reads("io.identity", "model=E1210;mac=1");
    EXPECT_EQ(the(device_identified).data.at("identity"), text("model=E1210;mac=1"));
    forget();
    restarts();
    reads("io.identity", "model=E1210;mac=1");
    EXPECT_EQ(events(device_identified).size(), 0U);
    EXPECT_EQ(site_->memory().identities.at("io"), "model=E1210;mac=1");
}

TEST_F(CoverageTest, AnotherIdentityIsAReplacedDevice) {
    module(1);
    answers();
    reads("io.identity", "mac=1");
    restarts();
    reads("io.identity", "mac=2");
    EXPECT_EQ(the(device_replaced).data.at("previous"), text("mac=1"));
    EXPECT_EQ(site_->alarms()[0].kind, "device-replaced");
    EXPECT_EQ(site_->alarms()[0].priority, Priority::high);
    EXPECT_EQ(site_->alarms()[0].state, AlarmState::rtn_unack);
}

TEST_F(CoverageTest, WhatChangedIsTakenOnce) {
    module(3);
    answers();
    passes(1s);
    (void)site_->take_changes();
    reads(point(1), Value{true});
    passes(1s);
    const auto changes = site_->take_changes();
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].subject, (Subject{"door", "d1"}));
    EXPECT_EQ(changes[0].values.at("open"), Datum{true});
    EXPECT_TRUE(site_->take_changes().empty());
}

TEST_F(CoverageTest, HowLateTheLoopIsChangesNothing) {
    const auto story = [&](UptimeClock::duration step) {
        now_ = Uptime{100s};
        module(4);
        events_.clear();
        answers();
        reads(point(2), Value{true});
        for (UptimeClock::duration passed{}; passed < 20s; passed += step) passes(step);
        return events_;
    };
    EXPECT_EQ(story(1ms), story(20s));
}

}  // namespace
}  // namespace sealwarden
