// Bundles of our own, given to the auditor's verifier, which shares no code with the builder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>

#include "firmware/evidence/zip.hpp"
#include "tests/evidence/memory_log.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::evidence {
namespace {

using test::MemoryLog;
using test::Story;
using test::two_days_at_a_dock;
using testing::HasSubstr;

struct Answer {
    int code = -1;
    std::string words;
};

class VerifiedTest : public testing::Test {
  protected:
    Answer verified(const Story& story, const Options& options) {
        return verified(build(story.query, story.log, options, story.log), story.log.sheet());
    }
    Answer verified(Story& story) {
        const auto made = story.log.export_is_made();
        return verified(story, story.log.options(made));
    }
    Answer verified(const Files& files, const tlog::Sheet& sheet) {
        write("bundle.zip", zip_of(files));
        write("sheet.txt", tlog::text_of(sheet));
        const auto at = directory_.path().string();
        const auto command =
            std::string{SEALWARDEN_BINARY_DIR "/firmware/verify/sealwarden-verify "} + at +
            "/bundle.zip --sheet " + at + "/sheet.txt 2>&1";
        Answer answer;
        auto* pipe = popen(command.c_str(), "r");
        std::array<char, 4096> buffer{};
        while (const auto got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
            answer.words.append(buffer.data(), got);
        }
        answer.code = WEXITSTATUS(pclose(pipe));
        return answer;
    }
    void write(const std::string& name, const std::string& bytes) {
        std::ofstream{directory_.path() / name, std::ios::binary} << bytes;
    }
    test::TemporaryDirectory directory_;
};

constexpr int verified_code = 0, changed_code = 3, gaps_code = 4, not_provable_code = 5;

TEST_F(VerifiedTest, ADayWithASilentDeviceIsVerifiedWithGaps) {
    auto story = two_days_at_a_dock();
    const auto answer = verified(story);
    EXPECT_EQ(answer.code, gaps_code) << answer.words;
    EXPECT_THAT(answer.words, HasSubstr("coverage.lost"));
}

TEST_F(VerifiedTest, AnUneventfulDayIsVerified) {
    auto story = two_days_at_a_dock();
    story.query = {.subject = Story::door,
                   .since = story.log.at(24 * 60 + 1),
                   .until = story.log.at(29 * 60 + 59)};
    const auto answer = verified(story);
    EXPECT_EQ(answer.code, verified_code) << answer.words;
}

TEST_F(VerifiedTest, AContainerThatWasNeverHereIsProvenAbsent) {
    auto story = two_days_at_a_dock();
    story.query.subject = {"container", "TGHU1234567"};
    const auto answer = verified(story);
    EXPECT_EQ(answer.code, gaps_code) << answer.words;
}

TEST_F(VerifiedTest, TheHourThatStillRunsIsAGapAndNoFailure) {
    auto story = two_days_at_a_dock();
    story.query.until = story.log.at(60 * 60);
    const auto stale = verified(story);
    EXPECT_EQ(stale.code, not_provable_code) << stale.words;
    story.query.until = story.log.at(49 * 60 + 40);
    const auto open = verified(story);
    EXPECT_EQ(open.code, gaps_code) << open.words;
}

TEST_F(VerifiedTest, NineHoursWithoutPowerAreToldAndRaiseNoFalseAlarm) {
    auto story = two_days_at_a_dock();
    story.log.is_off_until(58 * 60 + 30);
    story.log.add("door.opened", {Story::door, Story::container});
    story.log.passes_to(61 * 60);
    story.query.until = story.log.at(60 * 60);
    const auto answer = verified(story);
    EXPECT_EQ(answer.code, gaps_code) << answer.words;
    EXPECT_THAT(answer.words, HasSubstr("closed late"));
}

TEST_F(VerifiedTest, AnErasedOrWithheldPayloadAndALostPictureAreTold) {
    auto story = two_days_at_a_dock();
    story.log.lose(story.picture);
    const auto made = story.log.export_is_made();
    auto options = story.log.options(made);
    options.personal = false;
    const auto withheld = verified(story, options);
    EXPECT_EQ(withheld.code, gaps_code) << withheld.words;
    EXPECT_THAT(withheld.words, HasSubstr("withheld"));
    story.log.erase(story.badge_entry, "after 90 days");
    const auto erased = verified(story);
    EXPECT_EQ(erased.code, gaps_code) << erased.words;
    EXPECT_THAT(erased.words, HasSubstr("after 90 days"));
}

TEST_F(VerifiedTest, AWindowFromTheVeryBeginningIsVerifiedToo) {
    auto story = two_days_at_a_dock();
    story.query = {
        .subject = MemoryLog::gateway, .since = story.log.at(-500), .until = story.log.at(10)};
    const auto answer = verified(story);
    EXPECT_EQ(answer.code, gaps_code) << answer.words;
}

TEST_F(VerifiedTest, AChangedByteIsNoticed) {
    auto story = two_days_at_a_dock();
    const auto made = story.log.export_is_made();
    auto files = build(story.query, story.log, story.log.options(made), story.log);
    files["custody.json"].back() = ']';
    EXPECT_EQ(verified(files, story.log.sheet()).code, changed_code);
}

}  // namespace
}  // namespace sealwarden::evidence
