#include "firmware/picture_event.hpp"

#include <gtest/gtest.h>

namespace sealwarden {
namespace {

using namespace std::chrono_literals;

const std::string zeros(64, '0');

SiteOptions site() {
    SiteOptions options;
    options.gateway = "gw1";
    CameraOptions camera;
    camera.id = "c07";
    options.cameras = {camera};
    return options;
}

local::PictureTaken taken() {
    return {.camera = "c07",
            .stored = false,
            .bytes = 12'345,
            .taken_ms = 1'795'500'000'000,
            .clock_offset_ms = 60'000,
            .cause = 41,
            .about = {{"door", "d07"}},
            .skipped = 2};
}

TEST(PictureEventTest, APictureNamesItsHashItsCauseAndWhatTheCauseIsAbout) {
    const auto event = std::get<Event>(picture_event(taken(), site(), Uptime{5s}));
    EXPECT_EQ(event.kind, EventKind::camera_picture);
    EXPECT_EQ(event.at, Uptime{5s});
    EXPECT_EQ(event.subjects,
              (std::vector<Subject>{{"camera", "c07"}, {"picture", zeros}, {"door", "d07"}}));
    EXPECT_EQ(event.pictures,
              (std::vector<Picture>{{.name = "c07-live", .sha256 = zeros, .bytes = 12'345}}));
    EXPECT_EQ(event.data.at("sha256"), Datum{zeros});
    EXPECT_EQ(event.data.at("cause"), Datum{std::int64_t{41}});
    EXPECT_EQ(event.data.at("skipped"), Datum{std::int64_t{2}});
    EXPECT_FALSE(event.data.contains("clock_off")) << "a camera's own clock dates nothing";
}

TEST(PictureEventTest, ARecordersClockIsJudgedByThreeSeconds) {
    auto stored = taken();
    stored.stored = true;
    const auto off = [&](std::optional<std::int64_t> ms) {
        stored.clock_offset_ms = ms;
        const auto event = std::get<Event>(picture_event(stored, site(), Uptime{}));
        const auto found = event.data.find("clock_off");
        return found == event.data.end() ? Datum{} : found->second;
    };
    EXPECT_EQ(off(3000), Datum{false});
    EXPECT_EQ(off(3001), Datum{true});
    EXPECT_EQ(off(-3001), Datum{true});
    EXPECT_EQ(off({}), Datum{}) << "not known is not right";
}

TEST(PictureEventTest, ACameraThatIsNotConfiguredIsRefused) {
    auto other = taken();
    other.camera = "c99";
    EXPECT_TRUE(std::holds_alternative<std::string>(picture_event(other, site(), Uptime{})));
    EXPECT_TRUE(std::holds_alternative<std::string>(picture_event(
        local::PictureFailed{.camera = "c99", .stored = true, .why = "x"}, site(), Uptime{})));
}

TEST(PictureEventTest, WhatWasErasedIsToldOfTheGatewayAndThePicture) {
    const auto event = std::get<Event>(
        picture_event(local::PictureErased{.sha256 = {}, .entry = 9, .rule = "older than 90 days"},
                      site(), Uptime{}));
    EXPECT_EQ(event.kind, EventKind::picture_erased);
    EXPECT_EQ(event.subjects, (std::vector<Subject>{{"gateway", "gw1"}, {"picture", zeros}}));
    EXPECT_EQ(event.data.at("ref"), Datum{std::int64_t{9}});
    EXPECT_EQ(event.data.at("rule"), Datum{std::string{"older than 90 days"}});
}

}  // namespace
}  // namespace sealwarden
