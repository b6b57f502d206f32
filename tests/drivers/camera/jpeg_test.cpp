#include "drivers/camera/jpeg.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace sealwarden::camera {
namespace {

std::string made_by_a_browser() {
    std::ifstream in{SEALWARDEN_SOURCE_DIR "/config/demo/dock7.jpg", std::ios::binary};
    std::stringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

TEST(JpegTest, APictureOfAForeignEncoderIsOne) {
    const auto jpeg = made_by_a_browser();
    ASSERT_GT(jpeg.size(), 1000U);
    EXPECT_EQ(trouble_of_jpeg(jpeg), "");
    EXPECT_EQ(trouble_of_jpeg(jpeg + std::string(100, '\0')), "") << "some cameras pad";
}

TEST(JpegTest, NoBeginningOfAPictureIsAPicture) {
    const auto jpeg = made_by_a_browser();
    for (std::size_t size = 0; size < jpeg.size(); ++size)
        ASSERT_NE(trouble_of_jpeg(jpeg.substr(0, size)), "") << size;
}

TEST(JpegTest, WhatIsNoPictureIsNamed) {
    using namespace std::string_literals;
    EXPECT_EQ(trouble_of_jpeg("<html>Log in</html>"), "it does not begin like a JPEG");
    EXPECT_EQ(trouble_of_jpeg("\x89PNG\r\n\x1a\n"), "it does not begin like a JPEG");
    EXPECT_EQ(trouble_of_jpeg("\xFF\xD8\xFF\xD9"), "it holds no picture");
    // A frame of no height.
    EXPECT_EQ(trouble_of_jpeg("\xFF\xD8\xFF\xC0\x00\x08\x08\x00\x00\x00\x10\x00\xFF\xD9"s),
              "its picture has no size");
    EXPECT_EQ(trouble_of_jpeg("\xFF\xD8\xFF\xD8\xFF\xD9"), "its segments are out of order");
    EXPECT_EQ(trouble_of_jpeg("\xFF\xD8\xFF\xE0\x00\x01\xFF\xD9"s), "it is cut off");
}

TEST(JpegTest, AnyByteMayBeWrongWithoutHarm) {
    const auto jpeg = made_by_a_browser();
    for (std::size_t at = 0; at < jpeg.size(); ++at) {
        auto other = jpeg;
        other[at] = static_cast<char>(~other[at]);
        static_cast<void>(trouble_of_jpeg(other));
        static_cast<void>(trouble_of_jpeg(std::string_view{other}.substr(0, at + 1)));
    }
}

}  // namespace
}  // namespace sealwarden::camera
