// Many devices on one line: dead ones, urgent ones, and what neither may cost the others.
#include <gtest/gtest.h>

#include "tests/drivers/fake_line.hpp"
#include "tests/drivers/fake_profiles.hpp"

namespace sealwarden::modbus {
namespace {

// 19,200 baud: a character takes 573 µs, the silence before a request 2 ms.
constexpr FakeLine::Options serial{.gap = 2'005us, .character = 573us, .drains = true};

BusOptions many(unsigned count, std::chrono::milliseconds period) {
    BusOptions bus{.id = "line", .confirm_after_silence = true, .character_time = 573us};
    for (unsigned unit = 1; unit <= count; ++unit)
        bus.devices.push_back(device_of("io" + std::to_string(unit),
                                        static_cast<std::uint8_t>(unit), door_profile(), period));
    return bus;
}

FakeLine sixteen() {
    FakeLine line{many(16, 300ms), serial};
    for (std::uint8_t unit = 1; unit <= 16; ++unit) {
        line.devices[unit] = door_device();
        line.devices[unit].latency = 3ms;
    }
    return line;
}

TEST(LineTest, DeadUnitsTogetherCostAtMostATwentiethOfTheLine) {
    auto line = sixteen();
    line.passes(5s);
    line.devices[5].alive = line.devices[11].alive = false;
    line.passes(5s);  // the moment of dying apart
    line.busy.clear();
    line.passes(1000s);
    const auto dead = line.busy[5] + line.busy[11];
    EXPECT_LE(dead, 50s) << dead.count();
    EXPECT_EQ(line.last("io5.di0")->what, What{Fault::no_answer});
    EXPECT_EQ(line.last("io6.di0")->what, What{Value{false}});
}

TEST(LineTest, UnitsThatNeverAnsweredCostAtMostATwentiethToo) {
    auto line = sixteen();
    line.devices[5].alive = line.devices[11].alive = false;
    line.passes(20s);
    line.busy.clear();
    line.passes(1000s);
    EXPECT_LE(line.busy[5] + line.busy[11], 50s);
}

TEST(LineTest, EachDeadUnitIsFoundWithinTenSecondsOfComingBack) {
    auto line = sixteen();
    line.passes(5s);
    line.devices[5].alive = line.devices[11].alive = false;
    for (int round = 0; round < 20; ++round) {
        line.passes(100s + round * 377ms);
        line.devices[5].alive = true;
        const auto back = line.now;
        line.passes(10s);
        ASSERT_EQ(line.last("io5.di0")->what, What{Value{false}}) << "round " << round;
        for (const auto& said : line.of("io5.online"))
            if (said.at > back) {
                EXPECT_EQ(said.what, What{Value{true}}) << "round " << round;
            }
        line.devices[5].alive = false;
    }
}

// Dead units beyond what a twentieth can pay for: the share yields, the ten seconds do not.
TEST(LineTest, WithFifteenDeadUnitsOneThatIsBackIsStillFound) {
    auto line = sixteen();
    line.passes(5s);
    for (std::uint8_t unit = 2; unit <= 16; ++unit) line.devices[unit].alive = false;
    line.passes(100s);
    line.devices[9].alive = true;
    line.passes(10s);
    EXPECT_EQ(line.last("io9.online")->what, What{Value{true}});
    EXPECT_EQ(line.report(0).last_error, "");
}

TEST(LineTest, ADyingUnitDoesNotMakeTheOthersOld) {
    auto line = sixteen();
    line.passes(5s);
    std::map<std::uint8_t, Uptime> last;
    std::chrono::microseconds oldest{0};
    line.watch = [&](const Request& request) {
        if (request.unit != 5 && last.contains(request.unit))
            oldest = std::max<std::chrono::microseconds>(oldest, line.now - last[request.unit]);
        last[request.unit] = line.now;
    };
    line.devices[5].alive = false;
    line.passes(60s);
    EXPECT_LE(oldest, 450ms) << oldest.count();
}

TEST(LineTest, DoorsGoBeforeHealth) {
    auto profile = door_profile();
    profile.groups.push_back({.name = "health", .period = 100ms, .priority = 2});
    profile.points.push_back(word("battery", Table::input_register, 0, "health"));
    FakeLine line{one_device(std::move(profile), 100ms)};
    line.devices[1] = door_device();
    line.devices[1].input[0] = 1;
    line.passes(2s);
    ASSERT_GE(line.devices[1].asked.size(), 10U);
    for (std::size_t i = 4; i + 1 < line.devices[1].asked.size(); i += 2)
        EXPECT_EQ(line.devices[1].asked[i].function, Function::read_discrete_inputs);
}

// An item that waited for four of its periods goes first.
TEST(LineTest, AnOverloadedLineStillReadsHealth) {
    auto profile = door_profile();
    profile.groups.push_back({.name = "health", .period = 500ms, .priority = 2});
    profile.points.push_back(word("battery", Table::input_register, 0, "health"));
    FakeLine line{one_device(std::move(profile), 10ms)};
    line.devices[1] = door_device();
    line.devices[1].input[0] = 1;
    line.devices[1].latency = 15ms;  // doors alone are more than the line carries
    line.passes(30s);
    std::size_t health = 0;
    for (const auto& request : line.devices[1].asked)
        health += request.function == Function::read_input_registers;
    EXPECT_GE(health, 11U);  // four periods, and the next slot: each 2.5 s
    EXPECT_GT(line.report().late_polls, 0U);
}

TEST(LineTest, TimeoutsAreLearntPerDevice) {
    auto line = sixteen();
    line.devices[7].latency = 60ms;
    line.passes(20s);
    EXPECT_LT(line.report(0).timeout, 10ms);
    EXPECT_GE(line.report(6).timeout, 60ms);
    EXPECT_LT(line.report(6).timeout, 120ms);
    EXPECT_EQ(line.report(6).timeouts, 0U);
}

TEST(LineTest, ADeviceThatGrowsSlowIsFollowed) {
    auto line = sixteen();
    line.passes(20s);
    line.devices[7].latency = 40ms;
    line.passes(300s);
    EXPECT_EQ(line.last("io7.di0")->what, What{Value{false}});
    EXPECT_GE(line.report(6).timeout, 40ms);
}

}  // namespace
}  // namespace sealwarden::modbus
