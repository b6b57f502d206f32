// Polling in virtual time: what is asked when, and what becomes a value.
#include <gtest/gtest.h>

#include "tests/drivers/fake_line.hpp"
#include "tests/drivers/fake_profiles.hpp"

namespace sealwarden::modbus {
namespace {

const What no_answer = Fault::no_answer;

TEST(PollerTest, ADoorIsReadEveryPeriodAndSaidWhenItChanges) {
    FakeLine line{one_device(door_profile(), 100ms)};
    line.devices[1] = door_device();
    line.passes(350ms);
    EXPECT_EQ(line.of("io.di0").size(), 1U);
    EXPECT_EQ(line.last("io.di0")->what, What{Value{false}});
    EXPECT_EQ(line.last("io.online")->what, What{Value{true}});

    const auto before = line.now;
    line.devices[1].discrete[0] = true;
    line.passes(100ms);
    ASSERT_EQ(line.of("io.di0").size(), 2U);
    const auto opened = *line.last("io.di0");
    EXPECT_EQ(opened.what, What{Value{true}});
    EXPECT_EQ(opened.raw, 1U);
    EXPECT_LE(opened.at - before, 100ms);
    ASSERT_TRUE(opened.after);
    EXPECT_LE(*opened.after, before);  // the last good look, while it was still closed
}

TEST(PollerTest, AnUnchangedPointIsSaidAgainEverySecond) {
    FakeLine line{one_device(door_profile(), 100ms)};
    line.devices[1] = door_device();
    line.passes(10s);
    const auto said = line.of("io.di0");
    EXPECT_GE(said.size(), 10U);
    EXPECT_LE(said.size(), 12U);
    for (std::size_t i = 1; i < said.size(); ++i) EXPECT_LE(said[i].at - said[i - 1].at, 1100ms);
}

TEST(PollerTest, ThePeriodDoesNotDrift) {
    FakeLine line{one_device(door_profile(), 100ms)};
    line.devices[1] = door_device();
    line.devices[1].latency = 7ms;
    line.passes(1000s);
    EXPECT_NEAR(static_cast<double>(line.exchanges), 10'000, 2);
    EXPECT_EQ(line.report().late_polls, 0U);
}

TEST(PollerTest, AStallOfHalfAMinuteIsCountedAndNotMadeUpFor) {
    FakeLine line{one_device(door_profile(), 100ms)};
    line.devices[1] = door_device();
    line.passes(1s);
    line.exchanges = 0;
    line.now += 30s;
    line.passes(1s);
    EXPECT_LE(line.exchanges, 12U);
    EXPECT_NEAR(static_cast<double>(line.report().late_polls), 300, 2);
}

TEST(PollerTest, OneLostAnswerMakesNoDoorUnknown) {
    FakeLine line{one_device(door_profile(), 100ms)};
    line.devices[1] = door_device();
    line.passes(1s);
    line.devices[1].lose_next = 2;
    line.passes(1s);
    for (const auto& reading : line.readings) EXPECT_EQ(reading.fault(), nullptr);
    EXPECT_EQ(line.report().timeouts, 2U);
}

TEST(PollerTest, TheReportCountsWhatCameOfEveryExchange) {
    FakeLine line{one_device(door_profile(), 100ms)};
    line.devices[1] = door_device();
    line.devices[1].latency = 3ms;
    std::size_t asked = 0;
    line.wire = [&](const Request& request, std::vector<std::uint8_t>& pdu) {
        pdu = line.devices[1].answer(request);
        switch (++asked) {
            case 2: return Outcome::Kind::no_answer;
            case 4: return Outcome::Kind::bad_frame;
            case 6: pdu = {0x82, 6}; break;  // busy
            case 8: pdu.pop_back(); break;
            default: break;
        }
        return Outcome::Kind::answer;
    };
    line.passes(2s);
    const auto report = line.report();
    EXPECT_EQ(report.timeouts, 1U);
    EXPECT_EQ(report.bad_answers, 2U);
    EXPECT_EQ(report.exceptions, 1U);
    EXPECT_EQ(report.exchanges, asked - 4);
    ASSERT_TRUE(report.last_good);
    EXPECT_LE(line.now - *report.last_good, 110ms);
    EXPECT_EQ(report.round_trips[3], asked - 3) << "3 ms lies between 2 and 5; a no is an answer";
}

TEST(PollerTest, ASilentDeviceIsUnknownAndFoundAgainWithinTenSeconds) {
    FakeLine line{one_device(door_profile(), 100ms)};
    line.devices[1] = door_device();
    line.passes(1s);
    line.devices[1].alive = false;
    line.passes(1s);
    EXPECT_EQ(line.last("io.di0")->what, no_answer);
    EXPECT_EQ(line.last("io.online")->what, What{Value{false}});
    EXPECT_FALSE(line.report().last_error.empty());
    line.passes(300s);
    line.devices[1].alive = true;
    line.passes(10s);
    EXPECT_EQ(line.last("io.di0")->what, What{Value{false}});
    EXPECT_EQ(line.last("io.online")->what, What{Value{true}});
    EXPECT_TRUE(line.report().last_error.empty());
}

}  // namespace
}  // namespace sealwarden::modbus
