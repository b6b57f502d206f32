// What a bundle holds, without asking a verifier: tests/evidence/bundle_verified_test.cpp does
// that.
#include "firmware/evidence/bundle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "firmware/evidence/zip.hpp"
#include "tests/evidence/memory_log.hpp"

namespace sealwarden::evidence {
namespace {

using test::MemoryLog;
using test::Story;
using test::two_days_at_a_dock;

class BundleTest : public testing::Test {
  protected:
    Files built() {
        if (story_.export_entry == 0) story_.export_entry = story_.log.export_is_made();
        return build(story_.query, story_.log, story_.log.options(story_.export_entry), story_.log);
    }
    static nlohmann::json manifest_of(const Files& files) {
        return nlohmann::json::parse(files.at("manifest.json"));
    }
    Story story_ = two_days_at_a_dock();
};

TEST_F(BundleTest, TheSameInputGivesTheSameBytes) {
    const auto first = zip_of(built());
    auto again = two_days_at_a_dock();
    const auto made = again.log.export_is_made();
    EXPECT_EQ(first, zip_of(build(again.query, again.log, again.log.options(made), again.log)));
}

TEST_F(BundleTest, TheWindowLiesBetweenTheClosingsOfItsEpochs) {
    const auto files = built();
    const auto& log = story_.log;
    const auto window = manifest_of(files).at("window");
    EXPECT_EQ(window.at("first_epoch"), 24);
    EXPECT_EQ(window.at("last_epoch"), 47);
    EXPECT_EQ(window.at("from"), log.closing(23));
    EXPECT_EQ(window.at("to"), log.closing(47));
    EXPECT_TRUE(files.contains("checkpoints/" + std::to_string(*log.closing(23)) + ".txt"));
}

TEST_F(BundleTest, AnEntryWhoseClockWasWrongStaysInTheAnswer) {
    MemoryLog log;
    log.passes_to(90);
    log.clock_is_unsynchronised();
    const auto entry = log.add("door.opened", {Story::door});
    log.passes_to(200);
    const auto made = log.export_is_made();
    // Asked for is the hour of its position; the time it claims plays no part.
    const auto files = build({.subject = Story::door, .since = log.at(60), .until = log.at(120)},
                             log, log.options(made), log);
    EXPECT_TRUE(files.contains("leaves/" + std::to_string(entry) + ".bin"));
}

TEST_F(BundleTest, GivesTheNeighboursOfEachSubjectBesides) {
    const auto manifest = manifest_of(built());
    EXPECT_EQ(manifest.at("records"), 5);
    // The device was last heard of in entry 1, long before the window.
    EXPECT_THAT(manifest.at("context").get<std::vector<std::uint64_t>>(), testing::Contains(1));
}

TEST_F(BundleTest, AReaderWhoMayNotSeePersonsGetsNoPayloadAndIsToldSo) {
    story_.export_entry = story_.log.export_is_made();
    auto options = story_.log.options(story_.export_entry);
    options.personal = false;
    const auto files = build(story_.query, story_.log, options, story_.log);
    EXPECT_EQ(manifest_of(files).at("withheld"), std::vector{story_.badge_entry});
    for (const auto& [name, bytes] : files) {
        EXPECT_FALSE(name.starts_with("payload/")) << name;
        EXPECT_EQ(bytes.find("Núñez"), std::string::npos) << name;
        // The report is packed, and its offsets are such numbers themselves: readers_test.py reads
        // it.
        if (name != "report.pdf") EXPECT_EQ(bytes.find("004711"), std::string::npos) << name;
    }
}

TEST_F(BundleTest, AnErasedPayloadBringsTheEntryThatErasedIt) {
    story_.log.erase(story_.badge_entry, "after 90 days");
    const auto erasing = story_.log.size() - 1;
    const auto manifest = manifest_of(built());
    EXPECT_EQ(manifest.at("erased"), std::vector{story_.badge_entry});
    EXPECT_THAT(manifest.at("context").get<std::vector<std::uint64_t>>(),
                testing::Contains(erasing));
}

TEST_F(BundleTest, QuotesFieldsOfTheTableThatNeedIt) {
    const auto files = built();
    EXPECT_THAT(files.at("records.csv"),
                testing::HasSubstr(R"(,"{""note"":""gate, \""north\""""}",)"
                                   R"("{""badge"":""004711"",""name"":""José Núñez""}")"
                                   "\n"));
    EXPECT_THAT(files.at("gaps.csv"), testing::HasSubstr(",coverage.lost,device:io1 door:d07,,"));
    EXPECT_THAT(files.at("gaps.csv"), testing::HasSubstr(",log.held_back,gateway:gw1,"));
    EXPECT_THAT(files.at("gaps.csv"), testing::HasSubstr(",log.signed,gateway:gw1,"));
    EXPECT_THAT(files.at("gaps.csv"), testing::Not(testing::HasSubstr("visit.began")));
}

TEST_F(BundleTest, InSpanishTheProcedureHasTheSameCommandsAndNoPlaceIsLeftOpen) {
    story_.export_entry = story_.log.export_is_made();
    auto options = story_.log.options(story_.export_entry);
    const auto english = build(story_.query, story_.log, options, story_.log);
    options.language = Language::spanish;
    const auto spanish = build(story_.query, story_.log, options, story_.log);
    const auto commands = [](const Files& files) {
        const auto& text = files.at("VERIFY.txt");
        return text.substr(text.find("    set -eu"));
    };
    EXPECT_EQ(commands(spanish), commands(english));
    EXPECT_NE(spanish.at("VERIFY.txt"), english.at("VERIFY.txt"));
    for (const auto* name : {"VERIFY.txt", "START-HERE.html", "timeline.svg"}) {
        EXPECT_EQ(spanish.at(name).find("{{"), std::string::npos) << name;
    }
    EXPECT_THAT(spanish.at("START-HERE.html"), testing::HasSubstr("<html lang=\"es\">"));
}

// What the report draws is the scene of the records and of nothing else: no clock, no zone.
TEST_F(BundleTest, TheTimelineIsDrawnFromTheGivenRecordsInUtc) {
    const auto files = built();
    const auto& svg = files.at("timeline.svg");
    EXPECT_THAT(svg, testing::HasSubstr(">Visit<"));
    EXPECT_THAT(svg, testing::HasSubstr(">UTC<"));
    EXPECT_THAT(svg, testing::Not(testing::HasSubstr("Site time")));
    // Of no camera anything is given: an empty lane would say that nothing happened there.
    EXPECT_THAT(svg, testing::Not(testing::HasSubstr(">Camera<")));
}

TEST_F(BundleTest, TheTimelineOfASiteHasItsTimeBesideUtc) {
    story_.export_entry = story_.log.export_is_made();
    auto options = story_.log.options(story_.export_entry);
    options.ahead = [](std::int64_t) { return -std::int64_t{6 * 3'600'000}; };
    const auto files = build(story_.query, story_.log, options, story_.log);
    EXPECT_THAT(files.at("timeline.svg"), testing::HasSubstr("Site time"));
    EXPECT_THAT(files.at("timeline.svg"), testing::HasSubstr(">UTC<"));
    EXPECT_EQ(files.at("report.pdf"),
              build(story_.query, story_.log, options, story_.log).at("report.pdf"));
}

// The device was silent from 06:02 to 06:12 of the second day.
TEST_F(BundleTest, TheTimelineHatchesWhatNobodyWatched) {
    story_.query.subject = Story::door;
    const auto files = built();
    const auto& svg = files.at("timeline.svg");
    EXPECT_THAT(svg, testing::HasSubstr("io1 · 06:02:00 – 06:12:00"));
    EXPECT_THAT(svg, testing::HasSubstr("unknown · 06:02:00 – 06:12:00"));
    EXPECT_THAT(svg, testing::HasSubstr("fill=\"url(#hatch)\""));
}

TEST_F(BundleTest, TheTimelineHatchesTheTimeBeforeTheLogBegan) {
    MemoryLog log;
    log.passes_to(30);
    log.add("boot", {MemoryLog::gateway}, {.data = {{"ended", "first_start"}}});
    log.passes_to(40);
    log.add("coverage.regained", {MemoryLog::device, Story::door});
    log.add("door.opened", {Story::door});
    log.passes_to(200);
    const auto made = log.export_is_made();
    auto options = log.options(made);
    options.watched = {MemoryLog::device};
    const auto files = build({.subject = Story::door, .since = log.at(0), .until = log.at(120)},
                             log, options, log);
    EXPECT_THAT(files.at("timeline.svg"),
                testing::HasSubstr("not begun · io1 · 00:00:00 – 00:40:00"));
}

TEST_F(BundleTest, AStepOfTheClockBreaksTheAxisOfTheTimeline) {
    MemoryLog log;
    log.passes_to(90);
    log.add("door.opened", {Story::door});
    log.add("clock.step", {MemoryLog::gateway}, {.data = {{"by_ms", -120'000}}});
    log.passes_to(200);
    const auto made = log.export_is_made();
    const auto files = build({.subject = Story::door, .since = log.at(60), .until = log.at(120)},
                             log, log.options(made), log);
    EXPECT_THAT(files.at("timeline.svg"), testing::HasSubstr("clock set back by 2 min 0 s"));
}

class CosignedBundleTest : public BundleTest {
  protected:
    CosignedBundleTest() {
        story_.log.has_witnesses({"office", "yard", "gate"});  // the story ends behind its window
    }
    std::uint64_t is_cosigned_by(const std::vector<std::string>& witnesses) {
        story_.log.add("door.opened", {Story::door});
        std::uint64_t size = 0;
        for (const auto& witness : witnesses) size = story_.log.is_cosigned(witness);
        return size;
    }
    static bool has(const Files& files, std::uint64_t size) {
        return files.contains("checkpoints/" + std::to_string(size) + ".txt");
    }
};

TEST_F(CosignedBundleTest, TheFirstCheckpointOfAQuorumBehindTheWindowIsGiven) {
    const auto too_few = is_cosigned_by({"gate"});
    const auto first = is_cosigned_by({"office", "yard"});
    const auto later = is_cosigned_by({"office", "yard", "gate"});
    const auto files = built();
    EXPECT_TRUE(has(files, first));
    EXPECT_TRUE(files.contains("consistency/" + std::to_string(first) + "-" +
                               std::to_string(story_.log.size()) + ".txt"));
    EXPECT_THAT(files.at("checkpoints/" + std::to_string(first) + ".txt"),
                testing::HasSubstr("\u2014 yard "));
    EXPECT_FALSE(has(files, too_few));
    EXPECT_FALSE(has(files, later));
    EXPECT_EQ(missing_witnesses(files, story_.log.sheet()), 0U);
}

TEST_F(CosignedBundleTest, WithoutAQuorumTheFirstWithMostWitnessesTellsHowManyAreMissing) {
    story_.log.has_witnesses({"roof", "cellar"});
    const auto fewer = is_cosigned_by({"office"});
    const auto first = is_cosigned_by({"office", "yard"});
    const auto later = is_cosigned_by({"gate", "roof"});
    const auto files = built();
    EXPECT_TRUE(has(files, first));
    EXPECT_FALSE(has(files, fewer));
    EXPECT_FALSE(has(files, later));
    EXPECT_EQ(missing_witnesses(files, story_.log.sheet()), 1U);
}

TEST_F(CosignedBundleTest, TheThousandthHeadIsStillTriedForAQuorum) {
    for (int i = 0; i < 999; ++i) is_cosigned_by({"office"});
    const auto last_tried = is_cosigned_by({"office", "yard"});
    EXPECT_TRUE(has(built(), last_tried));
}

TEST_F(CosignedBundleTest, AfterAThousandHeadsTheFirstIsGiven) {
    const auto first = is_cosigned_by({"office"});
    for (int i = 0; i < 999; ++i) is_cosigned_by({"office"});
    const auto not_tried = is_cosigned_by({"office", "yard"});
    const auto files = built();
    EXPECT_TRUE(has(files, first));
    EXPECT_FALSE(has(files, not_tried));
}

class StampedBundleTest : public BundleTest {
  protected:
    std::uint64_t is_stamped() {
        story_.log.add("door.opened", {Story::door});
        story_.log.is_stamped([](const std::string&) { return "a stamp"; });
        return story_.log.size();
    }
    static std::vector<std::string> stamps_in(const Files& files) {
        std::vector<std::string> names;
        for (const auto& [name, bytes] : files) {
            if (name.ends_with(".tsr")) names.push_back(name);
        }
        return names;
    }
};

TEST_F(StampedBundleTest, OfTheStampsBehindTheWindowTheFirstIsGiven) {
    const auto first = is_stamped();
    is_stamped();
    is_stamped();
    const auto files = built();
    EXPECT_THAT(stamps_in(files),
                testing::ElementsAre("anchors/" + std::to_string(first) + ".tsr"));
    EXPECT_TRUE(files.contains("checkpoints/" + std::to_string(first) + ".txt"));
}

TEST_F(StampedBundleTest, EachStampWithinTheWindowIsGivenAndTheFirstBehindIt) {
    story_.query.until = story_.log.at(90 * 60);
    story_.log.passes_to(50 * 60 + 10);
    const auto one = is_stamped(), two = is_stamped();
    story_.log.passes_to(91 * 60);
    const auto behind = is_stamped();
    is_stamped();
    const auto files = built();
    EXPECT_EQ(stamps_in(files).size(), 3U);
    for (const auto size : {one, two, behind}) {
        EXPECT_TRUE(files.contains("anchors/" + std::to_string(size) + ".tsr")) << size;
    }
}

TEST_F(CosignedBundleTest, WhenNobodyCosignedTheWholeQuorumIsMissing) {
    EXPECT_EQ(missing_witnesses(built(), story_.log.sheet()), 2U);
    auto none = story_.log.sheet();
    none.witnesses.clear();
    EXPECT_EQ(missing_witnesses(built(), none), 0U);
}

TEST_F(CosignedBundleTest, WhatStrangersCosignedIsNotGiven) {
    const auto size = is_cosigned_by({"stranger"});
    EXPECT_FALSE(has(built(), size));
}

TEST_F(BundleTest, AnEmptyTimeAndAnUnsignedHeadAreRefused) {
    story_.query.until = story_.query.since;
    EXPECT_THROW(built(), CannotBuild);
    story_.query.until = story_.log.at(48 * 60);
    story_.log.add("door.opened", {Story::door});
    EXPECT_THROW(built(), CannotBuild);
}

TEST(ZipTest, OneMemberIsWrittenByteForByteAsTheFormatSays) {
    const auto zip = zip_of({{"a", "hi"}});
    using namespace std::string_literals;
    const auto shared = "\x14\0\0\0\0\0\0\0\x21\0\xac\x2a\x93\xd8\2\0\0\0\2\0\0\0\1\0\0\0"s;
    EXPECT_EQ(zip, "PK\3\4" + shared + "ahi" + "PK\1\2\x14\0"s + shared + std::string(14, '\0') +
                       "a" + "PK\5\6\0\0\0\0\1\0\1\0\x2f\0\0\0\x21\0\0\0\0\0"s);
}

}  // namespace
}  // namespace sealwarden::evidence
