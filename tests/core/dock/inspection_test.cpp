#include "firmware/core/dock/inspection.hpp"

#include <gtest/gtest.h>

namespace sealwarden {
namespace {

Inspection good(const std::string& list, const std::vector<std::string>& failed,
                const std::vector<std::string>& skipped) {
    auto found = inspection_of(list, failed, skipped);
    if (auto* wrong = std::get_if<std::string>(&found)) {
        ADD_FAILURE() << *wrong;
        return {};
    }
    return std::get<Inspection>(found);
}
std::string complaint(const std::string& list, const std::vector<std::string>& failed,
                      const std::vector<std::string>& skipped) {
    const auto found = inspection_of(list, failed, skipped);
    const auto* wrong = std::get_if<std::string>(&found);
    return wrong == nullptr ? "" : *wrong;
}

TEST(InspectionTest, TheListsHaveTheirPointsInTwoLanguages) {
    ASSERT_EQ(inspection_lists().size(), 3U);
    for (const auto& list : inspection_lists()) {
        EXPECT_FALSE(list.version.empty());
        EXPECT_FALSE(list.source.empty());
        for (const auto& point : list.points) {
            EXPECT_FALSE(point.en.empty());
            EXPECT_FALSE(point.es.empty());
        }
    }
    ASSERT_NE(inspection_list("container-7"), nullptr);
    EXPECT_EQ(inspection_list("container-7")->points.size(), 7U);
    EXPECT_EQ(inspection_list("reefer-8")->points.size(), 8U);
    EXPECT_EQ(inspection_list("reefer-8")->points.back().en, "Fan housing");
    EXPECT_EQ(inspection_list("tractor-trailer-17")->points.size(), 17U);
    EXPECT_EQ(inspection_list("nonsense"), nullptr);
}

TEST(InspectionTest, TheListOf17IsTractor7AndTrailer10) {
    std::size_t tractor = 0, trailer = 0;
    for (const auto& point : inspection_list("tractor-trailer-17")->points) {
        tractor += point.en.starts_with("Tractor: ") ? 1 : 0;
        trailer += point.en.starts_with("Trailer: ") ? 1 : 0;
    }
    EXPECT_EQ(tractor, 7U);
    EXPECT_EQ(trailer, 10U);
}

TEST(InspectionTest, OneWithSkippedPointsIsNotComplete) {
    const auto all = good("container-7", {}, {});
    EXPECT_TRUE(all.complete());
    EXPECT_TRUE(all.passed());
    EXPECT_EQ(all.areas, (std::vector<std::string>{"1", "2", "3", "4", "5", "6", "7"}));

    const auto part = good("container-7", {}, {"7", "5"});
    EXPECT_FALSE(part.complete());
    EXPECT_FALSE(part.passed());
    EXPECT_EQ(part.skipped, (std::vector<std::string>{"5", "7"}));
    EXPECT_EQ(part.areas, (std::vector<std::string>{"1", "2", "3", "4", "6"}));
}

TEST(InspectionTest, OneWithFailedPointsIsCompleteAndNotPassed) {
    const auto found = good("reefer-8", {"8", "8"}, {});
    EXPECT_TRUE(found.complete());
    EXPECT_FALSE(found.passed());
    EXPECT_EQ(found.failed, (std::vector<std::string>{"8"}));
    EXPECT_EQ(found.areas.size(), 8U);
}

TEST(InspectionTest, NoInspectionIsNotComplete) {
    EXPECT_FALSE(Inspection{}.complete());
}

TEST(InspectionTest, WrongPointsAndListsAreToldWithTheRightOnes) {
    EXPECT_EQ(complaint("container-8", {}, {}),
              "there is no list `container-8`; there are container-7, reefer-8 and "
              "tractor-trailer-17");
    EXPECT_EQ(complaint("container-7", {"8"}, {}),
              "`8` is no point of container-7: they are 1 to 7");
    EXPECT_EQ(complaint("container-7", {}, {"floor"}),
              "`floor` is no point of container-7: they are 1 to 7");
    EXPECT_EQ(complaint("container-7", {"3"}, {"3"}), "point 3 cannot be failed and not looked at");
}

}  // namespace
}  // namespace sealwarden
