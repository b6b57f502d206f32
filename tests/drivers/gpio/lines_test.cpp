#include "drivers/gpio/lines.hpp"

#include <gtest/gtest.h>

namespace sealwarden::gpio {
namespace {
using namespace std::chrono_literals;

constexpr Uptime at(std::chrono::microseconds since_boot) {
    return Uptime{since_boot};
}

class LinesTest : public testing::Test {
  protected:
    void looks(Uptime now, std::vector<bool> levels, std::vector<Edge> edges = {}) {
        readings.clear();
        lines.looked(std::move(edges), levels, now, readings);
    }
    // The readings of one line, in order.
    std::vector<Reading> of(PointId point) const {
        std::vector<Reading> found;
        for (const auto& reading : readings)
            if (reading.point == point) found.push_back(reading);
        return found;
    }

    ChipOptions options{.id = "cabinet",
                        .chip = "gpiochip0",
                        .lines = {{.id = "lid", .offset = 3}, {.id = "door", .offset = 4}}};
    Lines lines{options};
    std::vector<Reading> readings;
};

TEST_F(LinesTest, TheFirstLookTellsEveryLevelAndThatTheChipIsThere) {
    looks(at(1s), {true, false});
    ASSERT_EQ(of("cabinet.online").size(), 1u);
    EXPECT_EQ(of("cabinet.online")[0].what, (std::variant<Value, Fault>{Value{true}}));
    ASSERT_EQ(of("cabinet.lid").size(), 1u);
    EXPECT_EQ(*of("cabinet.lid")[0].value(), Value{true});
    EXPECT_FALSE(of("cabinet.lid")[0].after.has_value()) << "nobody looked before";
}

TEST_F(LinesTest, AnEdgeCarriesTheKernelsTimeAndIsExact) {
    looks(at(1s), {false, false});
    looks(at(2s), {true, false}, {{.line = 0, .active = true, .at = at(1500ms)}});
    const auto lid = of("cabinet.lid");
    ASSERT_EQ(lid.size(), 2u) << "the edge, then the level that confirms it";
    EXPECT_EQ(lid[0].at, at(1500ms));
    EXPECT_EQ(lid[0].after, at(1500ms));
    EXPECT_EQ(*lid[1].value(), Value{true});
    EXPECT_FALSE(lid[1].edges_lost);
}

TEST_F(LinesTest, AShortOpeningBetweenTwoLooksIsTwoEdges) {
    looks(at(1s), {false, false});
    looks(at(2s), {false, false},
          {{.line = 0, .active = true, .at = at(1500ms)},
           {.line = 0, .active = false, .at = at(1501ms), .order = 1}});
    const auto lid = of("cabinet.lid");
    ASSERT_EQ(lid.size(), 3u);
    EXPECT_EQ(*lid[0].value(), Value{true});
    EXPECT_EQ(*lid[1].value(), Value{false});
    EXPECT_FALSE(lid[2].edges_lost);
}

TEST_F(LinesTest, WhenTheLevelContradictsTheLastEdgeTheLevelWinsAndTheLossIsMarked) {
    looks(at(1s), {false, false});
    looks(at(2s), {true, false},
          {{.line = 0, .active = true, .at = at(1500ms)},
           {.line = 0, .active = false, .at = at(1501ms), .order = 1}});
    const auto lid = of("cabinet.lid");
    ASSERT_EQ(lid.size(), 3u);
    EXPECT_EQ(*lid[2].value(), Value{true});
    EXPECT_TRUE(lid[2].edges_lost);
}

TEST_F(LinesTest, AFullKernelQueueIsALossEvenWhenTheLevelAgrees) {
    looks(at(1s), {false, false});
    std::vector<Edge> edges;
    for (std::size_t i = 0; i < kernel_queue; ++i) {
        edges.push_back({.line = 0,
                         .active = i % 2 == 0,
                         .at = at(1500ms + std::chrono::microseconds{i}),
                         .order = i});
    }
    looks(at(2s), {false, false}, edges);
    EXPECT_TRUE(of("cabinet.lid").back().edges_lost);
    EXPECT_FALSE(of("cabinet.door").back().edges_lost);
}

TEST_F(LinesTest, EdgesOfSeveralLinesComeInTheOrderInWhichTheyHappened) {
    looks(at(1s), {false, false});
    looks(at(2s), {true, true},
          {{.line = 0, .active = true, .at = at(1600ms)},
           {.line = 1, .active = true, .at = at(1500ms), .order = 1}});
    EXPECT_EQ(readings[0].point, PointId{"cabinet.door"});
    EXPECT_EQ(readings[1].point, PointId{"cabinet.lid"});
}

TEST_F(LinesTest, AChipThatIsGoneMakesItsLinesUnknownOnceAndNeverKeepsALevel) {
    looks(at(1s), {true, true});
    readings.clear();
    lines.gone(at(2s), readings);
    ASSERT_EQ(readings.size(), 3u);
    EXPECT_EQ(readings[0].point, PointId{"cabinet.online"});
    EXPECT_EQ(*readings[1].fault(), Fault::port_gone);
    EXPECT_EQ(readings[1].after, at(1s)) << "the gap begins at the last good look";
    readings.clear();
    lines.gone(at(3s), readings);
    EXPECT_TRUE(readings.empty());

    looks(at(9s), {true, false});
    EXPECT_EQ(*of("cabinet.online")[0].value(), Value{true});
    EXPECT_EQ(*of("cabinet.door")[0].value(), Value{false});
    EXPECT_EQ(of("cabinet.door")[0].after, at(1s));
}

}  // namespace
}  // namespace sealwarden::gpio
