// The picture of an evening at one door, kept beside as JSON and as the SVG it must become.
#include "firmware/timeline/scene.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "firmware/timeline/svg.hpp"

namespace sealwarden::timeline {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string file(const std::string& name) {
    std::ifstream in{SEALWARDEN_SOURCE_DIR "/tests/timeline/" + name};
    std::stringstream all;
    all << in.rdbuf();
    return all.str();
}

class TimelineScene : public testing::Test {
  protected:
    json told = json::parse(file("evening.json"));
    View view{.width = 900, .now = told.at("until_ts"), .ahead = [](std::int64_t) {
                  return std::int64_t{-6} * 3'600'000;
              }};

    [[nodiscard]] std::string svg() const {
        return svg_of(scene_of(told, view), "door d07", "An evening");
    }
    [[nodiscard]] std::vector<std::string> words() const {
        std::vector<std::string> all;
        const auto scene = scene_of(told, view);
        for (const auto& group : scene.groups)
            for (const auto& form : group.forms)
                if (const auto* one = std::get_if<Words>(&form)) all.push_back(one->text);
        return all;
    }
    [[nodiscard]] Group group(const std::string& id) const {
        auto scene = scene_of(told, view);
        for (auto& one : scene.groups)
            if (one.id == id) return std::move(one);
        ADD_FAILURE() << "nothing is drawn of " << id;
        return {};
    }
    [[nodiscard]] json& lane(const std::string& id) {
        for (auto& one : told.at("lanes"))
            if (one.at("id") == id) return one;
        throw std::logic_error{"no such lane"};
    }
    // A span of this lane that is alone, an hour long, before any step.
    Look look_of(const std::string& id, json span) {
        lane(id)["spans"] = json::array();
        lane(id)["marks"] = json::array();
        const std::int64_t from = told.at("since_ts");
        span["from_ts"] = from;
        span["to_ts"] = from + 600'000;
        span["index"] = 7;
        span["subject"] = "alarm:x";
        lane(id)["spans"].push_back(span);
        const auto one = group(id + "-7-" + std::to_string(from));
        hollow = one.hollow;
        return one.look;
    }
    bool hollow = false;
};

// To be looked at, and taken over as evening.svg, when the picture is meant to change.
TEST_F(TimelineScene, ThousandsOfYearsHaveNoMoreTicksThanFit) {
    constexpr std::int64_t year_10000 = 253'402'300'799'000;
    int asked = 0;
    view.ahead = [&asked](std::int64_t) { return ++asked, std::int64_t{0}; };
    told = {{"since_ts", 0},
            {"until_ts", year_10000},
            {"steps", json::array()},
            {"lanes", json::array()}};
    EXPECT_THAT(words(), testing::Contains("1970-01-01"));
    EXPECT_LT(asked, 50);
}

TEST_F(TimelineScene, IsTheOneThatWasAgreedOn) {
    const auto path = std::string{SEALWARDEN_BINARY_DIR} + "/evening.svg";
    std::ofstream{path} << svg();
    EXPECT_EQ(svg(), file("evening.svg")) << "what came out is in " << path;
}

TEST_F(TimelineScene, AStepOfTheClockIsABreakThatSaysItsSize) {
    EXPECT_THAT(words(), testing::Contains("clock set forward by 20 min 0 s, #118"));
    EXPECT_THAT(words(), testing::Contains("clock set back by 10 min 0 s, #131"));
    view.language = Language::spanish;
    EXPECT_THAT(words(), testing::Contains("reloj adelantado 20 min 0 s, #118"));
}

TEST_F(TimelineScene, WithoutAZoneThereIsOnlyUtc) {
    view.ahead = {};
    EXPECT_THAT(words(), testing::Not(testing::Contains("Site time")));
    EXPECT_THAT(words(), testing::Contains("UTC"));
}

TEST_F(TimelineScene, TheSameSaysTheSameTwice) {
    EXPECT_EQ(to_json(scene_of(told, view)), to_json(scene_of(told, view)));
}

TEST_F(TimelineScene, ADoorThatIsClosedIsALineAnOpenOneABarAnUnwatchedOneHatched) {
    EXPECT_EQ(look_of("door", {{"state", "closed"}}), Look::quiet);
    EXPECT_EQ(look_of("door", {{"state", "open"}}), Look::strong);
    EXPECT_EQ(look_of("door", {{"state", "unknown"}}), Look::hatch);
    EXPECT_EQ(look_of("watched", {{"state", "no_answer"}}), Look::hatch);
}

TEST_F(TimelineScene, AnAlarmLooksLikeItsPriorityAndIsHollowOnceAcknowledged) {
    EXPECT_EQ(look_of("alarms", {{"state", "unack_active"}, {"prio", "high"}}), Look::high);
    EXPECT_FALSE(hollow);
    EXPECT_EQ(look_of("alarms", {{"state", "rtn_unack"}, {"prio", "low"}}), Look::low);
    EXPECT_EQ(look_of("alarms", {{"state", "ack_active"}, {"prio", "high"}}), Look::high);
    EXPECT_TRUE(hollow);
    EXPECT_EQ(look_of("alarms", {{"state", "shelved"}, {"prio", "high"}}), Look::soft);
}

TEST_F(TimelineScene, ALookIsToldByADigitWhereColourIsMissing) {
    EXPECT_THAT(svg(), HasSubstr(">1 tampered with"));
}

TEST_F(TimelineScene, AlarmsAtTheSameTimeLieUnderEachOther) {
    const std::int64_t from = told.at("since_ts");
    const auto span = [&](std::int64_t begin, std::int64_t end, int index) {
        return json{{"from_ts", from + begin}, {"to_ts", from + end},  {"state", "unack_active"},
                    {"index", index},          {"subject", "alarm:x"}, {"prio", "low"}};
    };
    lane("alarms")["marks"] = json::array();
    lane("alarms")["spans"] = {span(0, 120'000, 1), span(60'000, 240'000, 2),
                               span(120'000, 180'000, 3)};
    const auto top = [&](int index, std::int64_t begin) {
        return group("alarms-" + std::to_string(index) + "-" + std::to_string(from + begin))
            .reach.y;
    };
    EXPECT_LT(top(1, 0), top(2, 60'000));
    EXPECT_EQ(top(1, 0), top(3, 120'000));
}

TEST_F(TimelineScene, APhoneGetsNoMoreTicksThanItHasRoomFor) {
    view.width = 320;
    const auto scene = scene_of(told, view);
    EXPECT_LE(std::ranges::count(scene.groups, Look::tick, &Group::look), 4);
    for (const auto& group : scene.groups)
        for (const auto& form : group.forms)
            if (const auto* box = std::get_if<Box>(&form)) EXPECT_LE(box->x + box->width, 322);
}

}  // namespace
}  // namespace sealwarden::timeline
