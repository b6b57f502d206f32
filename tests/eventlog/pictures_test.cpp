#include "firmware/eventlog/pictures.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <system_error>

#include "firmware/tlog/encoding.hpp"
#include "firmware/tlog/hash.hpp"
#include "tests/support/temporary_directory.hpp"

namespace sealwarden::eventlog {
namespace {

namespace fs = std::filesystem;

class PicturesTest : public testing::Test {
  protected:
    test::TemporaryDirectory directory_;
    const fs::path& log_ = directory_.path();
};

TEST_F(PicturesTest, APictureIsKeptUnderItsHashAndReadBack) {
    const auto name = keep_picture(log_, "a picture");
    EXPECT_EQ(name, tlog::hex(tlog::bytes_of(tlog::sha256("a picture"))));
    const auto file = log_ / "pictures" / name.substr(0, 2) / (name + ".jpg");
    EXPECT_EQ(picture_file(log_, name), file);
    EXPECT_TRUE(fs::is_regular_file(file));
    EXPECT_EQ(fs::status(file).permissions() & fs::perms::others_all, fs::perms::none);
    EXPECT_EQ(read_picture(log_, name), "a picture");
    EXPECT_EQ(keep_picture(log_, "a picture"), name) << "once more is the same";
    EXPECT_EQ(kept_pictures(log_), (std::vector<KeptPicture>{{.sha256 = name, .bytes = 9}}));
}

TEST_F(PicturesTest, WhatWasExchangedOnDiskIsNoPicture) {
    const auto name = keep_picture(log_, "a picture");
    std::ofstream{picture_file(log_, name)} << "another";
    EXPECT_FALSE(read_picture(log_, name));
}

TEST_F(PicturesTest, NoPathIsMadeOfWhatIsNoName) {
    std::ofstream{log_ / "secret"} << "x";
    for (const auto* name : {"", "..", "../secret", "../../secret", "AA"})
        EXPECT_FALSE(read_picture(log_, name)) << name;
    EXPECT_FALSE(is_picture_name(std::string(64, 'A')));
    EXPECT_FALSE(is_picture_name(std::string(64, '/')));
    EXPECT_TRUE(is_picture_name(std::string(64, 'a')));
    remove_picture(log_, "../secret");
    EXPECT_TRUE(fs::exists(log_ / "secret"));
}

TEST_F(PicturesTest, ARemovedOneIsGoneAndRemovingAgainDoesNoHarm) {
    const auto name = keep_picture(log_, "a picture");
    remove_picture(log_, name);
    EXPECT_FALSE(read_picture(log_, name));
    EXPECT_EQ(kept_pictures(log_), std::vector<KeptPicture>{});
    EXPECT_NO_THROW(remove_picture(log_, name));
}

TEST_F(PicturesTest, WhatACrashLeftHalfWrittenIsRemovedAndStrangersAreLeft) {
    const auto name = keep_picture(log_, "a picture");
    const auto folder = picture_file(log_, name).parent_path();
    std::ofstream{folder / (name + ".jpg.new")} << "half";
    std::ofstream{folder / "notes.txt"} << "somebody's";
    EXPECT_EQ(kept_pictures(log_).size(), 1U);
    EXPECT_FALSE(fs::exists(folder / (name + ".jpg.new")));
    EXPECT_TRUE(fs::exists(folder / "notes.txt"));
}

TEST_F(PicturesTest, ADirectoryThatIsNotThereIsAnErrorToKeepAndNoneToLookInto) {
    EXPECT_THROW(keep_picture(log_ / "no", "a picture"), std::system_error);
    EXPECT_EQ(kept_pictures(log_ / "no"), std::vector<KeptPicture>{});
}

}  // namespace
}  // namespace sealwarden::eventlog
