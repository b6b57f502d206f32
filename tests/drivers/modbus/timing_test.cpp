#include <gtest/gtest.h>

#include <random>

#include "drivers/modbus/back_off.hpp"
#include "drivers/modbus/serial_timing.hpp"
#include "drivers/modbus/tick_grid.hpp"
#include "tests/support/modbus_site.hpp"

namespace sealwarden::modbus {
namespace {

using namespace std::chrono_literals;

TEST(SerialTiming, SilenceIsThreeAndAHalfCharactersUpTo19200BaudAndFixedAbove) {
    EXPECT_EQ(frame_silence(9'600), 4'011us);  // 38.5 bits
    EXPECT_EQ(frame_silence(19'200), 2'006us);
    EXPECT_EQ(frame_silence(38'400), 1'750us);
    EXPECT_EQ(frame_silence(115'200), 1'750us);
}

TEST(SerialTiming, ACharacterHasElevenBitsOrTenWithoutParityAndSecondStopBit) {
    EXPECT_EQ(character_bits(true, 1), 11);
    EXPECT_EQ(character_bits(false, 2), 11);
    EXPECT_EQ(character_bits(false, 1), 10);
    EXPECT_EQ(wire_time(8, 9'600), 9'167us);
    EXPECT_EQ(wire_time(8, 9'600, 10), 8'334us);
}

TEST(SerialTiming, TheLongestAnswerFollowsFromTheRequest) {
    const auto of = [](Function function, std::uint16_t count) {
        return longest_answer(
            {.unit = 1, .function = function, .address = 0, .count = count, .values = {}});
    };
    EXPECT_EQ(of(Function::read_discrete_inputs, 16), 7U);
    EXPECT_EQ(of(Function::read_coils, 17), 8U);
    EXPECT_EQ(of(Function::read_holding_registers, 125), 255U);
    EXPECT_EQ(of(Function::write_single_coil, 0), 8U);
    EXPECT_EQ(of(Function::read_device_identification, 1), 256U);
}

TEST(SerialTiming, AnUnknownBaudRateIsNotTakenForAnother) {
    EXPECT_TRUE(known_baud(19'200));
    EXPECT_FALSE(known_baud(12'345));
    EXPECT_FALSE(known_baud(0));
}

TEST(BackOffTest, DoublesUpToItsLimitAndStartsAgain) {
    BackOff back_off{250ms, 1s};
    EXPECT_EQ(back_off.next(), 250ms);
    EXPECT_EQ(back_off.next(), 500ms);
    EXPECT_EQ(back_off.next(), 1s);
    EXPECT_EQ(back_off.next(), 1s);
    back_off.reset();
    EXPECT_EQ(back_off.next(), 250ms);
}

TEST(BackOffTest, FullJitterSpreadsOverTheWholeWait) {
    std::minstd_rand random{1};
    auto least = 1'000ms;
    auto most = 0ms;
    for (int i = 0; i < 1'000; ++i) {
        BackOff back_off{1s, 1s};
        const auto wait = back_off.next_jittered(random);
        least = std::min(least, wait);
        most = std::max(most, wait);
    }
    EXPECT_LT(least, 20ms);
    EXPECT_GT(most, 980ms);
    EXPECT_LE(most, 1s);
}

std::vector<TcpBuses::Endpoint> polled_every(std::chrono::milliseconds period) {
    const auto profile = test::row_profile(Table::coil, 1);
    return {{.tcp = {}, .bus = test::bus("b", {test::device("d", 1, profile, period)})}};
}

TEST(TickGrid, IsATenthOfTheShortestPeriodFromOneToFiveMilliseconds) {
    EXPECT_EQ(tick_grid(polled_every(2ms)), 1ms);
    EXPECT_EQ(tick_grid(polled_every(10ms)), 1ms);
    EXPECT_EQ(tick_grid(polled_every(30ms)), 3ms);
    EXPECT_EQ(tick_grid(polled_every(100ms)), 5ms);
    EXPECT_EQ(tick_grid({}), 5ms);
}

TEST(TickGrid, AFasterPollGroupCountsToo) {
    auto profile = *test::row_profile(Table::coil, 1);
    profile.groups.push_back({.name = "quick", .period = 20ms, .priority = 0});
    auto endpoints = polled_every(100ms);
    endpoints[0].bus.devices[0].profile = std::make_shared<const Profile>(profile);
    EXPECT_EQ(tick_grid(endpoints), 2ms);
}

TEST(TickGrid, RoundsUpAndLeavesWhatIsOnIt) {
    EXPECT_EQ(ceil_to(5ms, Uptime{10'000us}), Uptime{10'000us});
    EXPECT_EQ(ceil_to(5ms, Uptime{10'001us}), Uptime{15'000us});
}

}  // namespace
}  // namespace sealwarden::modbus
