#include "firmware/witness/head_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/temporary_directory.hpp"

namespace sealwarden::witness {
namespace {

tlog::NoteKey log_of(std::string name, std::uint8_t key = 1) {
    return {.name = std::move(name), .type = tlog::KeyType::ed25519, .key = {key}};
}

const tlog::NoteKey log = log_of("sealwarden/dc7/gw1/g1");
const tlog::NoteKey second = log_of("sealwarden/dc7/gw1/g2");
const Held held{.size = 5, .root = tlog::sha256("root")};

class HeadFilesTest : public testing::Test {
  protected:
    [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }
    [[nodiscard]] std::filesystem::path only_file() const {
        for (const auto& file : std::filesystem::directory_iterator{directory()}) {
            if (file.path().filename() != "lock") return file.path();
        }
        return {};
    }
    test::TemporaryDirectory directory_;
};

TEST_F(HeadFilesTest, WhatWasWrittenIsReadByTheNextProcess) {
    {
        HeadFiles files{directory()};
        EXPECT_EQ(files.read(log), Held{}) << "never seen";
        files.write(log, {.size = 3, .root = tlog::sha256("before")});
        files.write(log, held);
    }
    HeadFiles again{directory()};
    EXPECT_EQ(again.read(log), held);
    EXPECT_EQ(again.read(second), Held{});
    struct stat status{};
    ASSERT_EQ(::stat(only_file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(HeadFilesTest, AnotherKeyOfTheSameNameHasAFileOfItsOwn) {
    HeadFiles files{directory()};
    const auto renewed = log_of(log.name, 2);
    files.write(log, held);
    EXPECT_EQ(files.read(renewed), Held{});
    files.write(renewed, {.size = 1, .root = tlog::sha256("anew")});
    EXPECT_EQ(files.read(log), held);
}

TEST_F(HeadFilesTest, AFileThatIsDamagedOrOfAnotherLogIsNotAnUnknownLog) {
    HeadFiles files{directory()};
    files.write(log, held);
    const auto file = only_file();
    std::filesystem::resize_file(file, 30);
    EXPECT_THROW(static_cast<void>(files.read(log)), std::runtime_error);
    std::filesystem::resize_file(file, 0);
    EXPECT_THROW(static_cast<void>(files.read(log)), std::runtime_error);
    files.write(second, held);
    std::filesystem::remove(file);
    std::filesystem::rename(only_file(), file);
    EXPECT_THROW(static_cast<void>(files.read(log)), std::runtime_error);
}

TEST_F(HeadFilesTest, TwoProcessesDoNotShareADirectory) {
    const HeadFiles files{directory()};
    EXPECT_THROW(HeadFiles{directory()}, std::runtime_error);
}

TEST_F(HeadFilesTest, ADirectoryThatIsNotThereIsNotMade) {
    EXPECT_THROW(HeadFiles{directory() / "nowhere"}, std::runtime_error);
}

TEST_F(HeadFilesTest, ADirectoryThatIsGoneKeepsNothing) {
    HeadFiles files{directory()};
    std::filesystem::remove_all(directory());
    EXPECT_THROW(files.write(log, held), std::runtime_error);
}

}  // namespace
}  // namespace sealwarden::witness
