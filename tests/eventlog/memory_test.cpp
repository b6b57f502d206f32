// What a start learns from the log.
#include <fmt/format.h>

#include "firmware/core/alarm.hpp"
#include "tests/eventlog/log_fixture.hpp"

namespace sealwarden::eventlog {
namespace {

using namespace std::chrono_literals;

class MemoryTest : public LogTest {
  protected:
    void SetUp() override { start(); }
    [[nodiscard]] Alarm alarm(const std::string& kind, AlarmState state) const {
        return {.id = kind + "-d07",
                .kind = kind,
                .source = {"door", "d07"},
                .priority = Priority::high,
                .state = state,
                .active = state == AlarmState::unack_active || state == AlarmState::ack_active,
                .count = 3,
                .raised_at = clock.uptime() - 90s,
                .cleared_at = std::nullopt,
                .acknowledged_by = state == AlarmState::ack_active ? "uid:1000(ana)" : ""};
    }
    [[nodiscard]] Event event(EventKind kind, const Alarm& alarm) const {
        auto event = door_event(kind, "d07", clock.uptime());
        event.subjects = {{"alarm", alarm.id}, {"door", "d07"}};
        event.data = alarm_data(alarm, event.at);
        return event;
    }
    [[nodiscard]] std::vector<Alarm> remembered() const {
        return log->memory(clock.sample()).alarms;
    }
    // Off for `how_long`, and up again for a minute when the log is asked.
    void reboot(std::chrono::microseconds how_long) {
        auto now = clock.sample();
        now.wall += how_long + 60s;
        now.uptime = Uptime{60s};
        clock.set(now);
        options.boot_id = "5d0c6b3e-0000-4000-8000-000000000002";
        start();
    }
};

TEST_F(MemoryTest, AlarmsThatAreNotNormalComeBackAsTheyWere) {
    const auto forced = alarm("door-forced", AlarmState::unack_active);
    const auto held = alarm("door-held", AlarmState::ack_active);
    append_and_wait({event(EventKind::alarm_raised, forced),
                     event(EventKind::alarm_raised, alarm("door-held", AlarmState::unack_active)),
                     event(EventKind::alarm_raised, alarm("door-stuck", AlarmState::unack_active)),
                     event(EventKind::alarm_acknowledged, held),
                     event(EventKind::alarm_cleared, alarm("door-stuck", AlarmState::normal))});
    start();
    EXPECT_EQ(remembered(), (std::vector{forced, held}));
}

TEST_F(MemoryTest, AnAlarmKeepsItsAgeOverARebootAlsoBeforeThisBootBegan) {
    append_and_wait(
        {event(EventKind::alarm_raised, alarm("door-forced", AlarmState::unack_active))});
    reboot(1h);
    ASSERT_EQ(remembered().size(), 1u);
    EXPECT_EQ(remembered()[0].raised_at, clock.uptime() - 60s - 1h - 90s);
    EXPECT_LT(remembered()[0].raised_at, Uptime{});
}

TEST_F(MemoryTest, ARestartWithinABootDoesNotTrustAWallClockThatWasSet) {
    const auto forced = alarm("door-forced", AlarmState::unack_active);
    append_and_wait({event(EventKind::alarm_raised, forced)});
    auto now = clock.sample();
    now.wall += 100h;
    clock.set(now);
    start();
    ASSERT_EQ(remembered().size(), 1u);
    EXPECT_EQ(remembered()[0].raised_at, forced.raised_at);
}

TEST_F(MemoryTest, ARefusedCommandAboutAnAlarmDoesNotHideIt) {
    const auto forced = alarm("door-forced", AlarmState::unack_active);
    auto refused = door_event(EventKind::command_refused, "d07", clock.uptime());
    refused.subjects = {{"alarm", forced.id}};
    append_and_wait({event(EventKind::alarm_raised, forced), refused});
    EXPECT_EQ(remembered(), std::vector{forced});
}

TEST_F(MemoryTest, WhyAnAlarmIsSetAsideComesBackToo) {
    auto worn = alarm("door-forced", AlarmState::unack_active);
    worn.set_aside = SetAside::shelved;
    worn.set_aside_by = "ana";
    worn.until = clock.uptime() + 1h;
    auto shelved = event(EventKind::alarm_shelved, worn);
    shelved.personal["reason"] = "the contact is worn";
    append_and_wait({shelved});
    start();
    worn.reason = "the contact is worn";
    EXPECT_EQ(remembered(), std::vector{worn});
}

TEST_F(MemoryTest, TheLastIdentityOfEachDeviceComesBack) {
    auto identified = door_event(EventKind::device_identified, "", clock.uptime());
    identified.subjects = {{"device", "io1"}};
    identified.data = {{"identity", "serial=1"}};
    auto replaced = identified;
    replaced.kind = EventKind::device_replaced;
    replaced.data = {{"identity", "serial=2"}};
    auto other = identified;
    other.subjects = {{"device", "io2"}};
    auto offline = identified;
    offline.kind = EventKind::device_offline;
    offline.data = {};
    append_and_wait({identified, other, replaced, offline});
    EXPECT_EQ(log->memory(clock.sample()).identities,
              (std::map<std::string, std::string>{{"io1", "serial=2"}, {"io2", "serial=1"}}));
}

}  // namespace
}  // namespace sealwarden::eventlog
