#include <gmock/gmock.h>

#include <cstdlib>

#include "tests/config/files.hpp"

namespace sealwarden::config {
namespace {

using testing::HasSubstr;

class SecretTest : public testing::Test {
  protected:
    ~SecretTest() override { ::unsetenv("CREDENTIALS_DIRECTORY"); }
    static std::string text(const SecretRef& secret) {
        const auto read = read_secret(secret);
        const auto* value = std::get_if<std::string>(&read);
        return value != nullptr ? *value : "error: " + std::get<SecretError>(read).message;
    }
    SecretRef file(const std::string& contents, std::filesystem::perms mode) {
        const auto path = files_.write("secret", contents);
        std::filesystem::permissions(path, mode);
        return {.kind = SecretRef::Kind::file, .name = path.string()};
    }
    Files files_;
};

using std::filesystem::perms;

TEST_F(SecretTest, ACredentialIsReadWithoutItsLineEnd) {
    files_.write("mqtt-password", "hunter2\n");
    ::setenv("CREDENTIALS_DIRECTORY", files_.directory().c_str(), 1);
    EXPECT_EQ(text({.name = "mqtt-password"}), "hunter2");
}

TEST_F(SecretTest, AMissingCredentialSaysWhatToAddToTheUnit) {
    ::unsetenv("CREDENTIALS_DIRECTORY");
    EXPECT_THAT(text({.name = "mqtt-password"}), HasSubstr("add LoadCredential=mqtt-password:"));
}

TEST_F(SecretTest, APrivateFileIsRead) {
    EXPECT_EQ(text(file("hunter2", perms::owner_read)), "hunter2");
}

TEST_F(SecretTest, AFileThatOthersCanReadIsRefused) {
    EXPECT_THAT(text(file("hunter2", perms::owner_read | perms::group_read)),
                HasSubstr("can be used by others than its owner: chmod 600"));
}

TEST_F(SecretTest, AnEmptySecretIsRefused) {
    EXPECT_THAT(text(file("\n", perms::owner_read)), HasSubstr("is empty"));
}

TEST_F(SecretTest, AMissingFileIsNamed) {
    EXPECT_THAT(text({.kind = SecretRef::Kind::file, .name = "/nowhere/secret"}),
                HasSubstr("/nowhere/secret cannot be read"));
}

}  // namespace
}  // namespace sealwarden::config
