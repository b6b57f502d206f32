#include "drivers/modbus/plan.hpp"

#include <gtest/gtest.h>

#include "tests/drivers/fake_profiles.hpp"

namespace sealwarden::modbus {
namespace {

std::vector<std::size_t> all(const Profile& profile) {
    std::vector<std::size_t> points(profile.points.size());
    for (std::size_t i = 0; i < points.size(); ++i) points[i] = i;
    return points;
}

Profile registers(std::initializer_list<std::uint16_t> addresses) {
    Profile profile;
    for (const auto address : addresses)
        profile.points.push_back(
            word("w" + std::to_string(address), Table::holding_register, address));
    return profile;
}

TEST(PlanTest, NeighboursShareARequest) {
    const auto profile = registers({0, 1, 2, 10});
    const auto reads = plan_reads(profile, all(profile));
    ASSERT_EQ(reads.size(), 1U);
    EXPECT_EQ(reads[0].address, 0);
    EXPECT_EQ(reads[0].count, 11);
}

TEST(PlanTest, ALevelAndItsCounterShareARequest) {
    Profile profile;
    profile.points = {word("inputs", Table::input_register, 0x30),
                      word("count0", Table::input_register, 0x32)};
    profile.points[1].registers = 2;
    EXPECT_EQ(plan_reads(profile, all(profile)).size(), 1U);
}

TEST(PlanTest, AWideGapSeparates) {
    const auto profile = registers({0, 10});
    EXPECT_EQ(plan_reads(profile, all(profile)).size(), 2U);
}

TEST(PlanTest, NoGapIsReadWhereBlockReadsLie) {
    auto profile = registers({0, 1, 3});
    profile.timing.block_reads_lie = true;
    const auto reads = plan_reads(profile, all(profile));
    ASSERT_EQ(reads.size(), 2U);
    EXPECT_EQ(reads[0].count, 2);
    EXPECT_EQ(reads[1].address, 3);
}

TEST(PlanTest, TheDevicesLimitIsKept) {
    auto profile = registers({0, 1, 2, 3, 4, 5, 6, 7});
    profile.timing.max_registers = 3;
    const auto reads = plan_reads(profile, all(profile));
    ASSERT_EQ(reads.size(), 3U);
    for (const auto& read : reads) EXPECT_LE(read.count, 3);
}

TEST(PlanTest, TablesAndGroupsAreKeptApart) {
    Profile profile;
    profile.points = {word("a", Table::holding_register, 0), word("b", Table::input_register, 1),
                      word("c", Table::holding_register, 1, "slow")};
    EXPECT_EQ(plan_reads(profile, all(profile)).size(), 3U);
}

TEST(PlanTest, TheHighestRegisterCanBeRead) {
    const auto profile = registers({65534, 65535});
    const auto reads = plan_reads(profile, all(profile));
    ASSERT_EQ(reads.size(), 1U);
    EXPECT_EQ(reads[0].count, 2);
}

TEST(PlanTest, ARefusedReadIsHalvedUntilPointsAreLeft) {
    const auto profile = registers({0, 1, 2, 7});
    const auto halves = bisect(profile, plan_reads(profile, all(profile))[0]);
    ASSERT_TRUE(halves);
    EXPECT_EQ(halves->first.count, 2);
    EXPECT_EQ(halves->second.address, 2);
    EXPECT_EQ(halves->second.count, 6);
    const auto quarters = bisect(profile, halves->second);
    ASSERT_TRUE(quarters);
    EXPECT_EQ(quarters->second.address, 7);
    EXPECT_FALSE(bisect(profile, quarters->second));
}

TEST(PlanTest, BitsOfOneRegisterStayTogether) {
    auto profile = registers({5, 5, 5});
    const auto reads = plan_reads(profile, all(profile));
    ASSERT_EQ(reads.size(), 1U);
    EXPECT_FALSE(bisect(profile, reads[0]));
}

}  // namespace
}  // namespace sealwarden::modbus
