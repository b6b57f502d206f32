// 200 seeded weeks of one site. A seed that fails is printed; it becomes a unit test in tests/core.
//   core_sim_test --gtest_filter='*Week*/17'
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sim/judge.hpp"

namespace sealwarden::sim {
namespace {

class WeekTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(WeekTest, TheRecordIsWhatTrulyHappened) {
    World world{GetParam()};
    world.run();
    const auto findings = judge(world);
    for (const auto& finding : findings) ADD_FAILURE() << "seed " << GetParam() << ": " << finding;
    EXPECT_GT(world.events.size(), 500U);
    EXPECT_EQ(replay(world), world.events)
        << "seed " << GetParam() << ": the same readings gave other events";
}

INSTANTIATE_TEST_SUITE_P(Seeds, WeekTest, testing::Range<std::uint64_t>(1, 201),
                         [](const auto& seed) { return std::to_string(seed.param); });

TEST(WorldTest, TheSameSeedIsTheSameWeek) {
    World first{7}, again{7}, other{8};
    for (auto* world : {&first, &again, &other}) world->run();
    EXPECT_EQ(first.events, again.events);
    EXPECT_NE(first.events, other.events);
}

// A judge that finds nothing proves nothing: it must see each kind of lie.
class JudgeTest : public testing::Test {
  protected:
    JudgeTest() {
        world.run();
        EXPECT_TRUE(judge(world).empty());
    }
    [[nodiscard]] auto find(EventKind kind, const Subject& subject) {
        const auto found = std::ranges::find_if(world.events, [&](const Event& event) {
            return event.kind == kind && event.subjects.front() == subject &&
                   event.at > Uptime{std::chrono::hours{5}};
        });
        EXPECT_NE(found, world.events.end());
        return found;
    }
    World world{3};
};

TEST_F(JudgeTest, SeesAnOpeningThatIsMissing) {
    world.events.erase(find(EventKind::door_opened, {"door", "d4"}));
    EXPECT_FALSE(judge(world).empty());
}

TEST_F(JudgeTest, SeesAnOpeningByCounterThatIsMissing) {
    world.events.erase(find(EventKind::door_opened_between_polls, {"door", "d3"}));
    EXPECT_FALSE(judge(world).empty());
}

TEST_F(JudgeTest, SeesAnOpeningThatIsInvented) {
    world.events.push_back(*find(EventKind::door_opened, {"door", "d4"}));
    EXPECT_FALSE(judge(world).empty());
}

// All of them: a single one may be an opening of under a second, whose moment only a counter knows.
TEST_F(JudgeTest, SeesForcedDoorsThatAreMissing) {
    std::erase_if(world.events,
                  [](const Event& event) { return event.kind == EventKind::door_forced; });
    EXPECT_FALSE(judge(world).empty());
}

TEST_F(JudgeTest, SeesAGapThatIsMissing) {
    std::erase_if(world.events,
                  [](const Event& event) { return event.kind == EventKind::coverage_lost; });
    EXPECT_FALSE(judge(world).empty());
}

TEST_F(JudgeTest, SeesAGapThatNeverEnds) {
    world.events.erase(find(EventKind::coverage_regained, {"device", "io1"}));
    EXPECT_FALSE(judge(world).empty());
}

TEST_F(JudgeTest, SeesAnAlarmThatSkipsAState) {
    std::erase_if(world.events,
                  [](const Event& event) { return event.kind == EventKind::alarm_cleared; });
    EXPECT_FALSE(judge(world).empty());
}

}  // namespace
}  // namespace sealwarden::sim
