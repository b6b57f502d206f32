#include "firmware/local/socket_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/local/door_fixture.hpp"

namespace sealwarden::test {
namespace {

class LocalDoorSocket : public LocalDoor {
  protected:
    std::string refusal() {
        try {
            opens();
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "";
    }
};

TEST_F(LocalDoorSocket, OnlyOwnerAndGroupMayOpenIt) {
    const auto before = ::umask(0);
    opens();
    ::umask(before);
    struct stat info{};
    ASSERT_EQ(::stat(socket().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777U, 0660U);
}

TEST_F(LocalDoorSocket, ASocketThatNobodyAnswersIsReplaced) {
    ::close(local::listen_at(socket(), 0660));
    EXPECT_EQ(refusal(), "");
    auto caller = calls();
    EXPECT_TRUE(answer(caller, {{"id", 1}, {"call", "hello"}}).contains("ok"));
}

TEST_F(LocalDoorSocket, ASocketThatSomebodyAnswersIsLeftAlone) {
    const int other = local::listen_at(socket(), 0660);
    EXPECT_NE(refusal().find("a gateway answers there already"), std::string::npos);
    EXPECT_TRUE(std::filesystem::exists(socket()));
    ::close(other);
}

TEST_F(LocalDoorSocket, AFileThatIsNoSocketIsLeftAlone) {
    std::ofstream{socket()} << "precious";
    EXPECT_NE(refusal().find("not a socket"), std::string::npos);
    EXPECT_EQ(std::filesystem::file_size(socket()), 8U);
}

TEST_F(LocalDoorSocket, ADirectoryThatEverybodyMayWriteToIsRefused) {
    ::chmod(directory_.path().c_str(), 0777);
    EXPECT_NE(refusal().find("chmod o-w"), std::string::npos);
}

TEST_F(LocalDoorSocket, AMissingDirectoryIsNamedWithItsRemedy) {
    options_.socket = directory_.path() / "nowhere" / "door.sock";
    try {
        const local::Server server{loop_, options_, house_, log_.read(), 0};
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string{error.what()}.find("RuntimeDirectory"), std::string::npos);
    }
}

TEST_F(LocalDoorSocket, TheSocketGoesWithTheServerButNotAnothersSocket) {
    opens();
    closes();
    EXPECT_FALSE(std::filesystem::exists(socket()));

    opens();
    std::filesystem::remove(socket());
    const int other = local::listen_at(socket(), 0660);
    closes();
    EXPECT_TRUE(std::filesystem::exists(socket()));
    ::close(other);
}

}  // namespace
}  // namespace sealwarden::test
