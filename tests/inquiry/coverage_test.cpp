#include "firmware/inquiry/coverage.hpp"

#include "tests/inquiry/inquiry_fixture.hpp"

namespace sealwarden::test {
namespace {

using namespace std::chrono_literals;

class CoverageInquiry : public Inquiry {
  protected:
    json point(const std::string& name, std::optional<Subject> about = {}) {
        const auto told = finished(inquiry::coverage(ask(), &site, whole(), about));
        for (const auto& one : told.at("points"))
            if (one.at("point") == name) return one;
        ADD_FAILURE() << name << " is not told of: " << told;
        return {};
    }
};

TEST_F(CoverageInquiry, APointThatWasGoodAllTheTimeHasNoGap) {
    boots();
    passes(100s);
    const auto told = point("io1.di0");
    EXPECT_TRUE(told.at("gaps").empty()) << told;
    EXPECT_EQ(told.at("ratio"), 1.0);
    EXPECT_EQ(told.at("subjects"), json::parse(R"([{"k":"door","v":"d07"}])"));
}

TEST_F(CoverageInquiry, WhatWasLostAndRegainedIsOneGapWithItsCause) {
    boots();
    passes(40s);
    loses("io1", "di0");
    passes(10s);
    regains("io1", "di0");
    passes(50s);
    const auto told = point("io1.di0");
    ASSERT_EQ(told.at("gaps").size(), 1U) << told;
    const auto& gap = told.at("gaps")[0];
    EXPECT_EQ(since_begin(gap.at("from_ts")), 40);
    EXPECT_EQ(since_begin(gap.at("to_ts")), 50);
    EXPECT_EQ(gap.at("why"), "no_answer");
    EXPECT_EQ(gap.at("index"), 3);
    EXPECT_DOUBLE_EQ(told.at("ratio").get<double>(), 0.9);
    EXPECT_TRUE(point("io1.di1").at("gaps").empty());
}

// The change lies between the last good look and the moment it was told.
TEST_F(CoverageInquiry, AGapBeginsWithTheLastGoodLook) {
    boots();
    passes(40s);
    const auto index =
        door.say("coverage.lost", {{"device", "io1"}}, {{"list", "di0"}, {"reason", "no_answer"}});
    auto& time = door.entries[index]["t"];
    time["after_us"] = time.at("mono_us").get<std::int64_t>() - 5'000'000;
    passes(60s);
    EXPECT_EQ(since_begin(point("io1.di0").at("gaps")[0].at("from_ts")), 35);
}

TEST_F(CoverageInquiry, AGapThatGoesOnHasNoEnd) {
    boots();
    passes(50s);
    loses("io1", "di0");
    passes(50s);
    const auto told = point("io1.di0");
    EXPECT_TRUE(told.at("gaps")[0].at("to_ts").is_null());
    EXPECT_DOUBLE_EQ(told.at("ratio").get<double>(), 0.5);
}

TEST_F(CoverageInquiry, AnEntryThatListsNoPointsIsAboutAllOfTheDevice) {
    boots();
    passes(10s);
    door.say("coverage.lost", {{"device", "io1"}},
             {{"points", 40}, {"of", 40}, {"reason", "no_answer"}});
    passes(10s);
    EXPECT_EQ(point("io1.di0").at("gaps").size(), 1U);
    EXPECT_EQ(point("io1.di1").at("gaps").size(), 1U);
    EXPECT_TRUE(point("io2.di0").at("gaps").empty());
}

TEST_F(CoverageInquiry, WhileTheGatewayWasOffNothingWasWatched) {
    boots();
    passes(20s);
    door.say("shutdown", {{"gateway", "gw1"}});
    passes(30s);
    boots();
    passes(50s);
    const auto told = point("io2.di1");
    ASSERT_EQ(told.at("gaps").size(), 1U) << told;
    EXPECT_EQ(told.at("gaps")[0].at("why"), "gateway_off");
    EXPECT_EQ(since_begin(told.at("gaps")[0].at("from_ts")), 20);
    EXPECT_EQ(since_begin(told.at("gaps")[0].at("to_ts")), 50);
}

// A power cut says nothing: the last entry is the last that is known.
TEST_F(CoverageInquiry, APowerCutBeginsWithTheLastEntryBeforeIt) {
    boots();
    passes(20s);
    door.say("door.opened", {{"door", "d07"}});
    passes(30s);
    door.say("boot", {{"gateway", "gw1"}}, {{"ended", "cut_off"}});
    passes(5s);
    regains("io1", "di0,di1");
    regains("io2", "di0,di1");
    passes(45s);
    const auto told = point("io1.di0");
    ASSERT_EQ(told.at("gaps").size(), 1U) << told;
    EXPECT_EQ(since_begin(told.at("gaps")[0].at("from_ts")), 20);
    EXPECT_EQ(since_begin(told.at("gaps")[0].at("to_ts")), 55);
}

TEST_F(CoverageInquiry, WhatWasLostBeforeTheWindowIsLostInIt) {
    boots();
    passes(10s);
    loses("io1", "di0");
    passes(100s);
    begin = door.now;
    passes(100s);
    const auto told = point("io1.di0");
    ASSERT_EQ(told.at("gaps").size(), 1U) << told;
    EXPECT_EQ(since_begin(told.at("gaps")[0].at("from_ts")), 0);
    EXPECT_EQ(told.at("ratio"), 0.0);
}

TEST_F(CoverageInquiry, BeforeTheLogBeganNobodyWatched) {
    begin = door.now - 100s;
    boots();
    passes(100s);
    const auto told = point("io1.di0");
    ASSERT_EQ(told.at("gaps").size(), 1U) << told;
    EXPECT_EQ(since_begin(told.at("gaps")[0].at("from_ts")), 0);
    EXPECT_EQ(since_begin(told.at("gaps")[0].at("to_ts")), 100);
    EXPECT_DOUBLE_EQ(told.at("ratio").get<double>(), 0.5);
}

TEST_F(CoverageInquiry, AskedAboutADoorItTellsOfItsPointsOnly) {
    boots();
    passes(10s);
    const Subject d07{.kind = "door", .id = "d07"};
    const auto told = finished(inquiry::coverage(ask(), &site, whole(), d07));
    ASSERT_EQ(told.at("points").size(), 1U) << told;
    EXPECT_EQ(told.at("points")[0].at("point"), "io1.di0");
}

}  // namespace
}  // namespace sealwarden::test
