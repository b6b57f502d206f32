// Real files in a real folder; the gateway is one that says what the test told it to.
#include "firmware/drop/inbox.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "tests/support/temporary_directory.hpp"

namespace sealwarden::drop {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

struct Cut : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct FakeDoor final : ImportDoor {
    std::map<std::string, std::uint64_t> log;  // ref -> entry
    std::vector<std::string> texts, names;
    std::string refusal;
    bool cut_before = false, cut_behind = false;

    std::optional<std::uint64_t> taken(const std::string& ref) override {
        const auto found = log.find(ref);
        return found == log.end() ? std::nullopt : std::optional{found->second};
    }
    Answer import(const std::string& act, const Claimed& file, const std::string& text) override {
        EXPECT_EQ(act, "visit.import");
        if (cut_before) throw Cut{"before"};
        if (!refusal.empty()) return {.index = 4711, .refused = refusal};
        texts.push_back(text);
        names.push_back(file.name);
        log[file.ref] = 40 + log.size();
        if (cut_behind) throw Cut{"behind"};
        return {.index = log[file.ref], .refused = {}};
    }
};

class InboxTest : public testing::Test {
  protected:
    void SetUp() override { fs::create_directory(folder_); }

    void puts(const std::string& name, const std::string& text) const {
        std::ofstream{folder_ / name, std::ios::binary} << text;
    }
    void passes(std::chrono::milliseconds time) {
        now_ += time;
        inbox_.look(door_, now_);
    }
    void looks_twice() {
        passes(0ms);
        passes(2s);
    }
    // The program ended wherever it was, and another one begins.
    void starts_anew() {
        inbox_ = Inbox{options(), [this] { return ++nonce_; }};
    }

    [[nodiscard]] std::vector<std::string> in(const fs::path& where) const {
        std::vector<std::string> names;
        for (const auto& file : fs::directory_iterator{folder_ / where})
            if (!file.is_directory()) names.push_back(file.path().filename().string());
        std::ranges::sort(names);
        return names;
    }
    [[nodiscard]] std::string content(const fs::path& file) const {
        std::ifstream in{folder_ / file, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    [[nodiscard]] std::string why() const {
        for (const auto& name : in("refused"))
            if (name.ends_with(".why")) return content(fs::path{"refused"} / name);
        return {};
    }
    [[nodiscard]] InboxOptions options() const {
        return {.folder = folder_,
                .act = "visit.import",
                .language = language_,
                .limit = 1000,
                .quiet = 2s};
    }

    test::TemporaryDirectory directory_;
    fs::path folder_ = directory_.path() / "drop";
    Language language_ = Language::english;
    std::uint64_t nonce_ = 0;
    FakeDoor door_;
    Uptime now_{100s};
    Inbox inbox_{options(), [this] { return ++nonce_; }};
};

TEST_F(InboxTest, AWholeFileIsTakenAndLiesWithItsEntry) {
    puts("expected.csv", "container\nMSCU6639870\n");
    looks_twice();
    EXPECT_THAT(door_.texts, ElementsAre("container\nMSCU6639870\n"));
    EXPECT_THAT(door_.names, ElementsAre("expected.csv"));
    EXPECT_THAT(in(""), IsEmpty());
    EXPECT_THAT(in("work"), IsEmpty());
    EXPECT_THAT(in("done"), ElementsAre("40-expected.csv"));
}

TEST_F(InboxTest, AFileThatStillGrowsWaits) {
    puts("slow.csv", "container\n");
    passes(0ms);
    puts("slow.csv", "container\nMSCU66");
    passes(2s);
    EXPECT_THAT(door_.texts, IsEmpty());
    puts("slow.csv", "container\nMSCU6639870\n");
    passes(1900ms);
    EXPECT_THAT(door_.texts, IsEmpty());
    passes(2s);
    EXPECT_THAT(door_.texts, ElementsAre("container\nMSCU6639870\n"));
}

TEST_F(InboxTest, ARefusedFileLiesWithItsReasonOneComplaintALine) {
    door_.refusal =
        "line 3: `container`: no check digit; line 7: `seals`: HL1 is there twice; and 2 more";
    puts("bad.csv", "container\nX\n");
    looks_twice();
    EXPECT_THAT(in("done"), IsEmpty());
    EXPECT_THAT(in("refused"), SizeIs(2));
    EXPECT_THAT(why(), HasSubstr("bad.csv was not taken; nothing of it was imported."));
    EXPECT_THAT(why(), HasSubstr("\nline 3: `container`: no check digit\n"
                                 "line 7: `seals`: HL1 is there twice\nand 2 more\n"));
    EXPECT_THAT(why(), HasSubstr("entry 4711"));
}

TEST_F(InboxTest, TheReasonIsInTheSitesLanguage) {
    language_ = Language::spanish;
    starts_anew();
    puts("largo.csv", std::string(1001, 'x'));
    looks_twice();
    EXPECT_THAT(why(), HasSubstr("largo.csv no fue aceptado"));
    EXPECT_THAT(why(), HasSubstr("tiene más de 1000 bytes"));
}

TEST_F(InboxTest, CutOffBeforeTheActTheFileIsTakenOnce) {
    door_.cut_before = true;
    puts("expected.csv", "a");
    passes(0ms);
    EXPECT_THROW(passes(2s), Cut);
    EXPECT_THAT(in("work"), SizeIs(1));
    door_.cut_before = false;
    starts_anew();
    passes(0ms);
    EXPECT_THAT(door_.texts, ElementsAre("a"));
    EXPECT_THAT(in("done"), ElementsAre("40-expected.csv"));
}

TEST_F(InboxTest, CutOffBetweenTheActAndTheMoveTheFileIsNotTakenAgain) {
    door_.cut_behind = true;
    puts("expected.csv", "a");
    passes(0ms);
    EXPECT_THROW(passes(2s), Cut);
    door_.cut_behind = false;
    starts_anew();
    passes(0ms);
    passes(2s);
    EXPECT_THAT(door_.texts, ElementsAre("a"));
    EXPECT_THAT(in("work"), IsEmpty());
    EXPECT_THAT(in("done"), ElementsAre("40-expected.csv"));
}

TEST_F(InboxTest, WhatTheWriterChangesInAClaimedFileDoesNotMakeItAnother) {
    door_.cut_behind = true;
    puts("expected.csv", "a");
    const int writer = ::open((folder_ / "expected.csv").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    passes(0ms);
    EXPECT_THROW(passes(2s), Cut);
    EXPECT_EQ(::write(writer, "b", 1), 1);
    ::close(writer);
    door_.cut_behind = false;
    starts_anew();
    passes(0ms);
    EXPECT_THAT(door_.texts, ElementsAre("a"));
}

TEST_F(InboxTest, TheSameBytesPutThereAgainAreTakenAgain) {
    for (int day = 0; day < 2; ++day) {
        puts("shuttles.csv", "container\nT1\n");
        looks_twice();
    }
    EXPECT_THAT(door_.texts, SizeIs(2));
    EXPECT_THAT(in("done"), ElementsAre("40-shuttles.csv", "41-shuttles.csv"));
}

TEST_F(InboxTest, NoLinkIsFollowed) {
    std::ofstream{directory_.path() / "secret"} << "secret";
    fs::create_symlink(directory_.path() / "secret", folder_ / "link.csv");
    looks_twice();
    EXPECT_THAT(door_.texts, IsEmpty());
    EXPECT_TRUE(fs::is_symlink(folder_ / "link.csv"));
}

TEST_F(InboxTest, AFileWithASecondNameIsRefused) {
    std::ofstream{directory_.path() / "secret"} << "secret";
    fs::create_hard_link(directory_.path() / "secret", folder_ / "hard.csv");
    looks_twice();
    EXPECT_THAT(door_.texts, IsEmpty());
    EXPECT_THAT(why(), HasSubstr("second name"));
}

TEST_F(InboxTest, WhatIsNoPlainFileOrIsHiddenOrIsNoCsvStays) {
    ASSERT_EQ(::mkfifo((folder_ / "pipe.csv").c_str(), 0600), 0);
    fs::create_directory(folder_ / "folder.csv");
    puts(".hidden.csv", "a");
    puts("readme.txt", "a");
    looks_twice();
    EXPECT_THAT(door_.texts, IsEmpty());
    EXPECT_THAT(in(""), ElementsAre(".hidden.csv", "pipe.csv", "readme.txt"));
}

TEST_F(InboxTest, AHostileNameBecomesAHarmlessOne) {
    puts("x\n\x1b[31m\xff.csv", "a");
    looks_twice();
    EXPECT_THAT(door_.names, ElementsAre("x\\n\\u001b[31m\\xff.csv"));
    EXPECT_THAT(in("done"), ElementsAre("40-x\\n\\u001b[31m\\xff.csv"));
    const std::string longest(251, 'n');
    puts(longest + ".CSV", "b");
    looks_twice();
    EXPECT_THAT(door_.texts, ElementsAre("a", "b"));
}

TEST_F(InboxTest, AByteThatIsNoUtf8IsRefusedWithItsLine) {
    puts("latin.csv", "container,carrier\nMSCU6639870,Camiones Mu\xf1oz\n");
    looks_twice();
    EXPECT_THAT(door_.texts, IsEmpty());
    EXPECT_THAT(why(), HasSubstr("line 2: there is a byte that is not UTF-8"));
}

TEST_F(InboxTest, OneBadFileHoldsNobodyUp) {
    puts("a.csv", std::string(1001, 'x'));
    puts("b.csv", "good");
    looks_twice();
    EXPECT_THAT(door_.texts, ElementsAre("good"));
}

TEST_F(InboxTest, AFolderThatIsMissingIsMade) {
    fs::remove(folder_);
    passes(0ms);
    EXPECT_TRUE(fs::is_directory(folder_ / "refused"));
}

TEST_F(InboxTest, AFolderThatCannotBeUsedIsSaidOnceAndUsedAsSoonAsItCan) {
    fs::remove_all(folder_);
    std::ofstream{folder_} << "a file in its place";
    testing::internal::CaptureStderr();
    for (int i = 0; i < 5; ++i) passes(1s);
    const auto said = testing::internal::GetCapturedStderr();
    EXPECT_EQ(said.find("the drop folder cannot be used"),
              said.rfind("the drop folder cannot be used"));
    EXPECT_NE(said.find("the drop folder cannot be used"), std::string::npos);
    fs::remove(folder_);
    fs::create_directory(folder_);
    puts("a.csv", "a");
    looks_twice();
    EXPECT_THAT(door_.texts, ElementsAre("a"));
}

}  // namespace
}  // namespace sealwarden::drop
