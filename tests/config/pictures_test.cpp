#include <gmock/gmock.h>

#include "tests/config/files.hpp"

namespace sealwarden::config {
namespace {

using testing::HasSubstr;
using testing::Not;

class PicturesConfigTest : public testing::Test {
  protected:
    Loaded loads(const std::string& keys, const std::string& more = "") {
        return load(
            files_.sources("[site]\nid = \"dc7\"\ngateway = \"gw1\"\n[[camera]]\nid = "
                           "\"c07\"\n" +
                           keys + more));
    }
    std::string says(const std::string& keys) {
        const auto loaded = loads(keys);
        EXPECT_FALSE(loaded.config) << keys;
        return texts(loaded);
    }
    Files files_;
};

TEST_F(PicturesConfigTest, ACamerasSourcesAreRead) {
    const auto loaded = loads(
        "picture_url = \"https://cam.example/still.jpg\"\n"
        "stored_url = \"https://nvr.example/7?time={rfc3339}&x=1\"\nstored_ago_min = 90\n"
        "user = \"gateway\"\npassword = { credential = \"camera-password\" }\nca = "
        "\"/etc/ca.pem\"\n",
        "[pictures]\nkeep_days = 30\nquota_mb = 100\n[camera_check]\nevery_h = 12\nlate_h = 1\n"
        "weekends = true\n");
    EXPECT_EQ(texts(loaded), "");
    ASSERT_TRUE(loaded.config);
    const PictureSource wanted{
        .camera = "c07",
        .live = "https://cam.example/still.jpg",
        .stored = "https://nvr.example/7?time={rfc3339}&x=1",
        .stored_ago = std::chrono::minutes{90},
        .user = "gateway",
        .password = SecretRef{.kind = SecretRef::Kind::credential, .name = "camera-password"},
        .ca = "/etc/ca.pem"};
    EXPECT_EQ(loaded.config->pictures.sources, std::vector<PictureSource>{wanted});
    EXPECT_EQ(loaded.config->pictures.keep, std::chrono::days{30});
    EXPECT_EQ(loaded.config->pictures.quota_bytes, std::int64_t{100} << 20);
    EXPECT_TRUE(loaded.config->site.cameras.front().stored_picture);
    EXPECT_EQ(loaded.config->site.camera_check.every, std::chrono::hours{12});
    EXPECT_TRUE(loaded.config->site.camera_check.weekends);
}

TEST_F(PicturesConfigTest, WithoutUrlsThereIsNoSource) {
    const auto loaded = load(files_.sources("[site]\nid = \"dc7\"\ngateway = \"gw1\"\n"));
    ASSERT_TRUE(loaded.config);
    EXPECT_TRUE(loaded.config->pictures.sources.empty());
}

TEST_F(PicturesConfigTest, AMistakeIsNamedWithTheWayOut) {
    EXPECT_THAT(says("stored_url = \"https://n/x.jpg\"\n"), HasSubstr("names no moment"));
    EXPECT_THAT(says("picture_url = \"https://n/{unix}\"\n"), HasSubstr("for `stored_url`"));
    EXPECT_THAT(says("stored_url = \"https://n/{unix}?{when}\"\n"), HasSubstr("braces"));
    EXPECT_THAT(says("picture_url = \"https://n:99999/x\"\n"), HasSubstr("port that is none"));
    EXPECT_THAT(says("picture_url = \"ftp://n/x\"\n"), HasSubstr("picture_url"));
    EXPECT_THAT(says("picture_url = \"https://n/x\"\nuser = \"a\"\n"),
                HasSubstr("needs its `password`"));
    EXPECT_THAT(says("picture_url = \"https://n/x\"\npassword = { credential = \"p\" }\n"),
                HasSubstr("needs its `user`"));
}

TEST_F(PicturesConfigTest, APasswordInTheUrlIsRefusedAndNotRepeated) {
    const auto words = says("picture_url = \"http://admin:hunter2@cam/x.jpg\"\n");
    EXPECT_THAT(words, HasSubstr("user and password do not stand in the URL"));
    EXPECT_THAT(words, Not(HasSubstr("hunter2")));
}

TEST_F(PicturesConfigTest, WhatCanBeExchangedOnTheNetworkIsAWarning) {
    EXPECT_THAT(texts(loads("picture_url = \"http://192.0.2.7/x.jpg\"\n")),
                HasSubstr("can be seen and exchanged"));
    EXPECT_EQ(texts(loads("picture_url = \"http://127.0.0.1:8080/x.jpg\"\n")), "");
}

}  // namespace
}  // namespace sealwarden::config
