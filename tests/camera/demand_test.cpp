#include "firmware/camera/demand.hpp"

#include <gtest/gtest.h>

namespace sealwarden::camera {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

class DemandTest : public testing::Test {
  protected:
    static config::Config site() {
        config::Config config;
        CameraOptions camera;
        camera.id = "c07";
        camera.doors = {"d07"};
        config.site.cameras = {camera};
        camera.id = "yard";
        camera.doors = {"d07", "d08"};
        config.site.cameras.push_back(camera);
        SealOptions seal;
        seal.id = "s08";
        seal.door = "d08";
        config.site.seals = {seal};
        config.pictures.sources = {
            {.camera = "c07", .live = "http://a/", .stored = "http://r/{unix}"},
            {.camera = "yard", .live = "http://b/", .stored = {}}};
        return config;
    }
    static json entry(const char* kind, std::vector<Subject> subjects, json data = json::object()) {
        static std::uint64_t index = 100;
        auto list = json::array();
        for (const auto& [k, v] : subjects) list.push_back({{"k", k}, {"v", v}});
        return {{"i", index++}, {"kind", kind}, {"subj", list}, {"data", std::move(data)}};
    }
    static json opened(const char* door = "d07") { return entry("door.opened", {{"door", door}}); }
    // Everything that is due now, live ones only.
    std::vector<std::string> live() {
        std::vector<std::string> cameras;
        while (auto shot = demand.next(now)) {
            last = *shot;
            if (!shot->stored) cameras.push_back(shot->camera);
        }
        return cameras;
    }
    // The recorder's first picture is there, so only live ones follow.
    void stored_is_done() {
        const auto shot = demand.next(now);
        ASSERT_TRUE(shot && shot->stored);
        ASSERT_TRUE(demand.ended(*shot, {}, now));
    }
    using Cameras = std::vector<std::string>;

    Uptime now{1000s};
    Demand demand{site(), now};
    Shot last;
};

TEST_F(DemandTest, EveryCameraThatSeesADoorIsAskedWhenItOpens) {
    stored_is_done();
    const auto entry = opened();
    demand.take(entry, 0ms, now);
    const auto first = demand.next(now);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->camera, "c07");
    EXPECT_EQ(first->cause, (Cause{.index = entry.at("i"), .about = {{"door", "d07"}}}));
    EXPECT_EQ(live(), Cameras{"yard"});
    demand.take(opened("d09"), 0ms, now + 10s);
    EXPECT_EQ(live(), Cameras{}) << "no camera looks at it";
}

TEST_F(DemandTest, SealsAndHighAlarmsAtADoorAreCausesAndOthersAreNot) {
    stored_is_done();
    const auto asked_for = [&](const json& record) {
        now += 10s;
        demand.take(record, 0ms, now);
        const auto cameras = live();
        for (const auto& camera : cameras)
            EXPECT_TRUE(demand.ended({.camera = camera, .stored = false, .cause = {}}, {}, now));
        return cameras;
    };
    EXPECT_EQ(asked_for(entry("seal.absent", {{"seal", "s08"}})), Cameras{"yard"});
    EXPECT_EQ(asked_for(entry("custody.affixed", {{"seal_number", "HL1"}, {"door", "d08"}})),
              Cameras{"yard"});
    EXPECT_EQ(last.cause->about, (std::vector<Subject>{{"seal_number", "HL1"}, {"door", "d08"}}));
    EXPECT_EQ(
        asked_for(entry("alarm.raised", {{"alarm", "x"}, {"door", "d08"}}, {{"priority", "high"}})),
        Cameras{"yard"});
    EXPECT_EQ(asked_for(entry("alarm.raised", {{"alarm", "x"}, {"door", "d08"}},
                              {{"priority", "medium"}})),
              Cameras{});
    EXPECT_EQ(asked_for(entry("door.closed", {{"door", "d08"}})), Cameras{});
    EXPECT_EQ(asked_for(entry("camera.picture", {{"camera", "yard"}, {"door", "d08"}})), Cameras{});
}

TEST_F(DemandTest, ADoorThatChattersGetsOnePictureInFiveSecondsAndTheOthersAreCounted) {
    stored_is_done();
    demand.take(opened("d08"), 0ms, now);
    EXPECT_EQ(live(), Cameras{"yard"});
    for (int i = 0; i < 20; ++i) demand.take(opened("d08"), 0ms, now + 100ms * i);
    EXPECT_EQ(live(), Cameras{}) << "one is under way";
    EXPECT_TRUE(demand.ended(last, {}, now));
    EXPECT_EQ(live(), Cameras{}) << "too soon";
    EXPECT_EQ(demand.due(), now + 5s);
    now += 5s;
    EXPECT_EQ(live(), Cameras{"yard"});
    EXPECT_EQ(last.skipped, 19);
    now += 5s;
    EXPECT_TRUE(demand.ended(last, {}, now));
    EXPECT_EQ(live(), Cameras{});
}

TEST_F(DemandTest, WhatHappenedLongAgoGetsNoPicture) {
    stored_is_done();
    demand.take(opened("d08"), 31s, now);
    EXPECT_EQ(live(), Cameras{});
    demand.take(opened("d08"), 29s, now);
    now += 2s;
    EXPECT_EQ(live(), Cameras{}) << "it waited for too long";
    demand.take(opened("d08"), 0ms, now);
    EXPECT_EQ(live(), Cameras{"yard"});
    EXPECT_EQ(last.skipped, 2);
}

TEST_F(DemandTest, AStoredPictureComesEveryDayAndAFailureIsTriedAgainLaterAndLater) {
    auto shot = demand.next(now);
    ASSERT_TRUE(shot);
    EXPECT_EQ(*shot, (Shot{.camera = "c07", .stored = true, .cause = {}, .skipped = 0}));
    EXPECT_TRUE(demand.ended(*shot, "it does not answer in time", now));
    for (const auto wait : {5min, 10min, 20min, 40min, 60min, 60min}) {
        EXPECT_FALSE(demand.next(now + wait - 1s));
        now += wait;
        shot = demand.next(now);
        ASSERT_TRUE(shot) << wait.count();
        EXPECT_FALSE(demand.ended(*shot, "it does not answer in time", now)) << "told already";
    }
    now += 60min;
    shot = demand.next(now);
    EXPECT_TRUE(demand.ended(*shot, "it does not take user and password", now)) << "another one";
    now += 60min;
    shot = demand.next(now);
    EXPECT_TRUE(demand.ended(*shot, {}, now));
    EXPECT_EQ(demand.due(), now + 24h);
    now += 24h;
    shot = demand.next(now);
    EXPECT_TRUE(demand.ended(*shot, "x", now));
    EXPECT_EQ(demand.due(), now + 5min) << "the first pause again";
}

TEST_F(DemandTest, BehindARestartItGoesOnWhereTheLogEnds) {
    demand.learn("c07", 20h, false, true);
    EXPECT_FALSE(demand.next(now));
    EXPECT_EQ(demand.due(), now + 4h);
    now += 4h;
    const auto shot = demand.next(now);
    ASSERT_TRUE(shot);
    EXPECT_FALSE(demand.ended(*shot, "it does not answer in time", now)) << "the log says so";
}

TEST_F(DemandTest, ACauseWhosePictureFailedIsCountedInTheNextOne) {
    stored_is_done();
    demand.take(opened("d08"), 0ms, now);
    EXPECT_EQ(live(), Cameras{"yard"});
    EXPECT_TRUE(demand.ended(last, "it does not answer in time", now));
    now += 1min;
    demand.take(opened("d08"), 0ms, now);
    EXPECT_EQ(live(), Cameras{"yard"});
    EXPECT_EQ(last.skipped, 1);
}

TEST(DemandLimitTest, AtMostFourAreUnderWay) {
    config::Config config;
    for (int i = 0; i < 9; ++i)
        config.pictures.sources.push_back(
            {.camera = "c" + std::to_string(i), .live = {}, .stored = "http://r/{unix}"});
    const Uptime now{1s};
    Demand demand{config, now};
    std::vector<Shot> shots;
    while (auto shot = demand.next(now)) shots.push_back(*shot);
    EXPECT_EQ(shots.size(), 4U);
    EXPECT_FALSE(demand.due());
    EXPECT_TRUE(demand.ended(shots.front(), {}, now));
    EXPECT_TRUE(demand.next(now));
    EXPECT_FALSE(demand.next(now));
}

}  // namespace
}  // namespace sealwarden::camera
