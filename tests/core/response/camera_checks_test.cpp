#include "firmware/core/response/camera_checks.hpp"

#include "tests/core/procedures_fixture.hpp"
#include "tests/support/carried.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

TEST(CameraCheckStateTest, EveryStateHasItsAnswerToEveryInput) {
    using enum CameraCheckState;
    std::size_t states = 0;
    for (const auto state : values(CameraCheckState{})) {
        EXPECT_EQ(next(state, CameraCheckInput::saw_good), good) << to_string(state);
        EXPECT_EQ(next(state, CameraCheckInput::saw_bad), bad) << to_string(state);
        EXPECT_EQ(next(state, CameraCheckInput::time), missed) << to_string(state);
        ++states;
    }
    EXPECT_EQ(states, 4U);
}

// It begins on a Tuesday at 08:00 in the site's zone.
class CameraChecksTest : public ProceduresTest {
  protected:
    static SiteOptions two_cameras() {
        SiteOptions options;
        CameraOptions camera;
        camera.id = "c07";
        camera.stored_picture = true;
        options.cameras = {camera};
        camera.id = "c08";
        camera.stored_picture = false;
        options.cameras.push_back(camera);
        return options;
    }
    void begins(SiteOptions options = two_cameras()) {
        builds(std::move(options));
        can("person.add", {{"person", "ana"}, {"name", "Ana R."}, {"rights", "inspect"}});
        can("person.add", {{"person", "luis"}, {"name", "Luis M."}});
        forget();
    }
    // The front brings a picture of two hours ago.
    void brings(char mark, bool stored = true, const char* camera = "c07") {
        auto event = make_event(camera_picture, {{"camera", camera}}, now_);
        event.data = {{"stored", stored},
                      {"sha256", std::string(64, mark)},
                      {"taken_ts", wall_ms(now_) - 2 * 3600 * 1000}};
        keep(site_->apply(std::move(event)));
    }
    Arguments look(const char* result = "good", const char* camera = "c07") {
        return {{"camera", camera}, {"result", result}, {"person", "ana"}};
    }
    [[nodiscard]] std::vector<std::string> alarms_of(std::string_view kind) const {
        std::vector<std::string> ids;
        for (const auto& alarm : site_->alarms())
            if (alarm.kind == kind && alarm.active) ids.push_back(alarm.id);
        return ids;
    }
    using Ids = std::vector<std::string>;
};

TEST_F(CameraChecksTest, AStoredPictureWaitsAndALookAtItSetsTheNextDate) {
    begins();
    passes(30min);
    brings('a');
    EXPECT_EQ(text(the(camera_check_ready), "picture"), std::string(64, 'a'));
    passes(1h);
    auto arguments = look();
    arguments.emplace("picture", std::string(64, 'a'));
    arguments.emplace("note", "a leaf on the lens");
    can("camera.check", arguments);
    const auto checked = the(camera_checked);
    EXPECT_EQ(
        checked.subjects,
        (std::vector<Subject>{{"camera_check", "c07"}, {"camera", "c07"}, {"person", "ana"}}));
    EXPECT_EQ(text(checked, "result"), "good");
    EXPECT_EQ(text(checked, "state"), "good");
    EXPECT_EQ(text(checked, "person"), "ana");
    EXPECT_EQ(text(checked, "checked_picture"), std::string(64, 'a'));
    EXPECT_EQ(checked.personal.at("note"), "a leaf on the lens");
    EXPECT_FALSE(checked.data.contains("note"));
    EXPECT_EQ(datum(checked, "due_ts"), Datum{wall_ms(now_ + 24h)});
    EXPECT_TRUE(events(case_opened).empty());
}

TEST_F(CameraChecksTest, AMissedLookIsToldOnceAndStandsUntilSomebodyLooks) {
    begins();
    brings('a');
    can("camera.check", look());
    forget();
    passes(24h);
    brings('b');
    passes(2h - 1s);
    EXPECT_TRUE(events(camera_check_missed).empty());
    passes(1s);
    EXPECT_EQ(events(camera_check_missed).size(), 1U);
    EXPECT_EQ(alarms_of("camera-check-missed"), (Ids{"camera-check-missed-c07"}));
    passes(24h);
    restarts();
    passes(24h);
    EXPECT_EQ(events(camera_check_missed).size(), 1U) << "also behind a restart";
    EXPECT_EQ(alarms_of("camera-check-missed"), (Ids{"camera-check-missed-c07"}));
    brings('c');
    can("camera.check", look());
    EXPECT_EQ(alarms_of("camera-check-missed"), Ids{});
}

TEST_F(CameraChecksTest, WhatFallsOnAWeekendIsDueOnMondayAtTheSameHour) {
    begins();
    passes(3 * 24h);  // Friday
    brings('a');
    can("camera.check", look());
    EXPECT_EQ(datum(the(camera_checked), "due_ts"), Datum{wall_ms(now_ + 3 * 24h)});
    auto options = two_cameras();
    options.camera_check.weekends = true;
    forget();
    begins(options);
    passes(24h);
    brings('b');
    can("camera.check", look());
    EXPECT_EQ(datum(the(camera_checked), "due_ts"), Datum{wall_ms(now_ + 24h)});
}

// Nobody is at the office on a holiday either.
TEST_F(CameraChecksTest, WhatFallsOnAHolidayIsDueOnTheNextWorkingDay) {
    auto options = two_cameras();
    options.access.holidays = {20'787};  // the Monday behind that weekend
    begins(options);
    passes(3 * 24h);  // Friday
    brings('a');
    can("camera.check", look());
    EXPECT_EQ(datum(the(camera_checked), "due_ts"), Datum{wall_ms(now_ + 4 * 24h)});
    forget();
    passes(4 * 24h + 1h);
    EXPECT_TRUE(events(camera_check_missed).empty());
    passes(1h);
    EXPECT_EQ(events(camera_check_missed).size(), 1U);
}

TEST_F(CameraChecksTest, WhatWasNeverLookedAtCountsFromAnHourBehindTheStart) {
    begins();
    passes(1h - 1s);
    EXPECT_TRUE(events(camera_check_planned).empty());
    passes(1s);
    ASSERT_EQ(events(camera_check_planned).size(), 1U) << "only where pictures are stored";
    restarts();
    passes(26h - 1s);
    EXPECT_TRUE(events(camera_check_missed).empty());
    passes(1s);
    EXPECT_EQ(events(camera_check_missed).size(), 1U);
    EXPECT_EQ(events(camera_check_planned).size(), 1U);
}

TEST_F(CameraChecksTest, TheSamePictureIsGoodOnlyOnce) {
    begins();
    cannot("no_picture", "camera.check", look());
    brings('a');
    can("camera.check", look());
    passes(24h);
    brings('a');  // the recorder stands still
    cannot("no_picture", "camera.check", look());
    can("camera.check", look("black"));
    cannot("no_picture", "camera.check", look());
    auto old = look();
    brings('b');
    old.emplace("picture", std::string(64, 'a'));
    cannot("unknown_picture", "camera.check", old);
    can("camera.check", look());
}

TEST_F(CameraChecksTest, APictureOfLongAgoSaysNothingOfToday) {
    begins();
    brings('a');
    passes(46h);
    can("camera.check", look());
    brings('b');
    passes(46h + 1s);
    cannot("no_picture", "camera.check", look());
}

TEST_F(CameraChecksTest, ABadPictureIsACaseAndTheNextOneBelongsToIt) {
    begins();
    brings('a');
    can("camera.check", look("wrong_view"));
    const auto opened = the(case_opened);
    EXPECT_EQ(text(opened, "cause"), "camera_check.done");
    EXPECT_EQ(text(opened, "what"), "wrong_view");
    EXPECT_EQ(text(opened, "source_kind"), "camera_check");
    EXPECT_EQ(text(opened, "source_id"), "c07");
    EXPECT_EQ(datum(opened, "hold"), Datum{false});
    passes(24h);
    brings('b');
    can("camera.check", look("blurred"));
    EXPECT_EQ(events(case_opened).size(), 1U);
    EXPECT_EQ(events(case_linked).size(), 1U);
    passes(24h);
    restarts();
    brings('c');
    can("camera.check", look("black"));
    EXPECT_EQ(events(case_opened).size(), 1U) << "also behind a restart";
}

TEST_F(CameraChecksTest, WhoMayNotInspectOrNamesNoCameraIsRefused) {
    begins();
    brings('a');
    auto arguments = look();
    arguments["person"] = "luis";
    cannot("not_allowed", "camera.check", arguments);
    arguments["person"] = "nobody";
    cannot("unknown_person", "camera.check", arguments);
    cannot("unknown_camera", "camera.check", look("good", "c99"));
}

TEST_F(CameraChecksTest, ACameraWithoutStoredPicturesIsNeverDueAndMayBeLookedAtElsewhere) {
    begins();
    passes(1h);
    can("camera.check", look("good", "c08"));
    passes(20 * 24h);
    for (const auto& event : events(camera_check_missed))
        EXPECT_EQ(event.subjects.front().id, "c07");
}

TEST_F(CameraChecksTest, LivePicturesAreNotForTheDailyLook) {
    begins();
    brings('a', false);
    EXPECT_TRUE(events(camera_check_ready).empty());
    cannot("no_picture", "camera.check", look());
}

TEST_F(CameraChecksTest, NoStoredPictureIsAnAlarmUntilOneIsThere) {
    begins();
    const auto fails = [&](bool stored) {
        auto event = make_event(camera_picture_failed, {{"camera", "c07"}}, now_);
        event.data = {{"stored", stored}, {"why", std::string{"it does not answer"}}};
        keep(site_->apply(std::move(event)));
    };
    fails(false);
    EXPECT_EQ(alarms_of("camera-no-stored-picture"), Ids{});
    fails(true);
    EXPECT_EQ(alarms_of("camera-no-stored-picture"), (Ids{"camera-no-stored-picture-c07"}));
    brings('a', false);
    EXPECT_EQ(alarms_of("camera-no-stored-picture"), (Ids{"camera-no-stored-picture-c07"}));
    brings('a');
    EXPECT_EQ(alarms_of("camera-no-stored-picture"), Ids{});
}

TEST_F(CameraChecksTest, ANewLogIsToldWhatWasKnown) {
    begins();
    brings('a');
    can("camera.check", look("blurred"));
    const auto carried = test::carried(*site_);
    const auto found = std::ranges::find_if(carried, [](const Event& event) {
        return event.subjects.front() == Subject{"camera_check", "c07"};
    });
    ASSERT_NE(found, carried.end());
    EXPECT_EQ(text(*found, "last_kind"), "camera_check.done");
    EXPECT_EQ(text(*found, "result"), "blurred");
}

}  // namespace
}  // namespace sealwarden
