// Seeded weeks at the docks, with people, seals, badges and adversaries. A seed that fails is
// printed; it becomes a unit test in tests/core.
//   dock_sim_test --gtest_filter='*DockWeek*/17'
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tests/sim/adversaries.hpp"
#include "tests/sim/dock_judge.hpp"

namespace sealwarden::sim {
namespace {

constexpr std::size_t false_alarms_a_week = 1;

std::unique_ptr<DockWorld> week(std::uint64_t seed, std::optional<Uptime> restart = {}) {
    auto world = std::make_unique<DockWorld>(seed, restart);
    DockPeople people{*world};
    Adversaries{*world, people}.plan();
    people.carry_out();
    world->run();
    return world;
}

class DockWeekTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(DockWeekTest, FindsWhatIsPlantedAndHardlyAnythingElse) {
    const auto world = week(GetParam());
    const auto verdict = judge(*world);
    for (const auto& complaint : world->complaints) ADD_FAILURE() << complaint;
    for (const auto& missed : verdict.missed) ADD_FAILURE() << "missed: " << missed;
    if (!verdict.false_alarms.empty())
        std::cout << "seed " << GetParam() << ": " << verdict.false_alarms.size()
                  << " false alarms\n";
    for (const auto& alarm : verdict.false_alarms) std::cout << "    " << alarm << "\n";
    EXPECT_LE(verdict.false_alarms.size(), false_alarms_a_week);
    EXPECT_GT(verdict.found, 35U);
    EXPECT_EQ(replay(*world), world->events) << "the same inputs gave other events";
    EXPECT_FALSE(HasFailure()) << "seed " << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Seeds, DockWeekTest, testing::Range<std::uint64_t>(1, 41),
                         [](const auto& seed) { return std::to_string(seed.param); });

// Security alarms that were raised, by kind and thing, in their order.
std::vector<std::string> raised(const DockWorld& world, Uptime from) {
    std::vector<std::string> all;
    for (const auto& event : world.events)
        if (event.at >= from &&
            (event.kind == EventKind::alarm_raised || event.kind == EventKind::alarm_repeated))
            all.push_back(event.subjects.front().id);
    return all;
}

// In the middle of the week, with visits at the docks, and in whatever the seed has there.
class DockRestartTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(DockRestartTest, KnowsBehindARestartWhatItKnewAndFindsTheSame) {
    const auto without = week(GetParam());
    const auto restart = without->on(2, std::chrono::hours{12}) +
                         std::chrono::minutes{7 * static_cast<int>(GetParam())};
    const auto with = week(GetParam(), restart);
    for (const auto& complaint : with->complaints) ADD_FAILURE() << complaint;
    const auto verdict = judge(*with);
    for (const auto& missed : verdict.missed) ADD_FAILURE() << "missed: " << missed;
    for (const auto& alarm : verdict.false_alarms) std::cout << "    " << alarm << "\n";
    EXPECT_LE(verdict.false_alarms.size(), false_alarms_a_week);
    EXPECT_EQ(raised(*with, restart), raised(*without, restart));
    EXPECT_EQ(replay(*with), with->events) << "the same inputs gave other events";
    EXPECT_FALSE(HasFailure()) << "seed " << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Seeds, DockRestartTest, testing::Range<std::uint64_t>(1, 11),
                         [](const auto& seed) { return std::to_string(seed.param); });

// What is planted so that a restart comes in between.
class DockViolationOverARestartTest : public testing::TestWithParam<std::uint64_t> {
  protected:
    static void is_found(void (Adversaries::*violation)()) {
        DockWorld world{GetParam()};
        DockPeople people{world};
        Adversaries adversaries{world, people};
        (adversaries.*violation)();
        adversaries.plan();
        people.carry_out();
        world.run();
        const auto verdict = judge(world);
        for (const auto& complaint : world.complaints) ADD_FAILURE() << complaint;
        for (const auto& missed : verdict.missed) ADD_FAILURE() << "missed: " << missed;
        for (const auto& alarm : verdict.false_alarms) std::cout << "    " << alarm << "\n";
        EXPECT_LE(verdict.false_alarms.size(), false_alarms_a_week);
        EXPECT_EQ(replay(world), world.events) << "the same inputs gave other events";
        EXPECT_FALSE(HasFailure()) << "seed " << GetParam();
    }
};

TEST_P(DockViolationOverARestartTest, FindsACutThatNobodyEntered) {
    is_found(&Adversaries::cut_before_a_restart);
}
TEST_P(DockViolationOverARestartTest, FindsAnOpeningBehindADeadModule) {
    is_found(&Adversaries::opened_over_a_restart);
}
TEST_P(DockViolationOverARestartTest, FindsWhatWasSealedBehindADoorThatNeverOpened) {
    is_found(&Adversaries::sealed_without_opening_over_a_restart);
}

INSTANTIATE_TEST_SUITE_P(Seeds, DockViolationOverARestartTest, testing::Range<std::uint64_t>(1, 6),
                         [](const auto& seed) { return std::to_string(seed.param); });

TEST(DockWorldTest, TheSameSeedIsTheSameWeek) {
    const auto first = week(7), again = week(7), other = week(8);
    EXPECT_EQ(first->events, again->events);
    EXPECT_NE(first->events, other->events);
}

// A judge that finds nothing proves nothing: it must see each kind of lie.
class DockJudgeTest : public testing::Test {
  protected:
    static void SetUpTestSuite() { world_ = week(3); }
    static void TearDownTestSuite() { world_.reset(); }
    inline static std::unique_ptr<DockWorld> world_;
};

TEST_F(DockJudgeTest, MissesEachSignThatIsNotTold) {
    ASSERT_TRUE(judge(*world_).missed.empty());
    for (const auto& planted : world_->planted)
        for (const auto& sign : planted.signs) {
            const auto whole = world_->events;
            std::erase_if(world_->events, [&](const Event& event) {
                return event.at >= planted.from && event.at <= planted.to && sign.matches(event);
            });
            EXPECT_FALSE(judge(*world_).missed.empty()) << planted.what;
            world_->events = whole;
        }
}

TEST_F(DockJudgeTest, SeesAnAlarmAboutNothing) {
    const auto before = judge(*world_).false_alarms.size();
    auto alarm = *std::ranges::find_if(world_->events, [](const Event& event) {
        return event.kind == EventKind::alarm_raised &&
               event.data.at("kind") == Datum{std::string{"door-forced"}};
    });
    alarm.at = world_->on(6, std::chrono::hours{12});
    world_->events.push_back(alarm);
    EXPECT_EQ(judge(*world_).false_alarms.size(), before + 1);
    world_->events.pop_back();
}

}  // namespace
}  // namespace sealwarden::sim
