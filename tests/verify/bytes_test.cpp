#include "firmware/verify/bytes.hpp"

#include <gtest/gtest.h>

namespace sealwarden::verify {
namespace {

TEST(Base64, ReadsTheStandardAlphabetWithPadding) {
    EXPECT_EQ(from_base64("Zm9vYmE="), "fooba");
    EXPECT_EQ(from_base64("Zm9vYg=="), "foob");
    EXPECT_EQ(from_base64("+/+/"), "\xFB\xFF\xBF");
    EXPECT_EQ(from_base64(""), "");
}

TEST(Base64, RefusesEverySecondFormOfTheSameBytes) {
    for (const auto* text : {"Zm9vYmE", "Zm9vYmE==", "Zm9vYmF=", "Zm9vYh==", "Zm9v YmE=",
                             "Zm9vYmE=\n", "-_-_", "Zm9=YmE=", "====", "Z===", "Z"}) {
        EXPECT_FALSE(from_base64(text)) << text;
    }
}

TEST(Hex, IsLowerCaseAndEven) {
    EXPECT_EQ(from_hex("00ff10"), std::string("\x00\xFF\x10", 3));
    EXPECT_FALSE(from_hex("0"));
    EXPECT_FALSE(from_hex("FF"));
    EXPECT_FALSE(from_hex("0g"));
}

TEST(Number, HasOneForm) {
    EXPECT_EQ(number("0"), 0);
    EXPECT_EQ(number("9007199254740991"), largest_number);
    for (const auto* text :
         {"", "00", "01", "+1", "-1", " 1", "1 ", "1e3", "9007199254740992", "99999999999999999"}) {
        EXPECT_FALSE(number(text)) << text;
    }
}

TEST(Utf8, FollowsTheTableOfUnicode) {
    EXPECT_TRUE(is_utf8("José 中 😀"));
    for (const auto* text :
         {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\x80", "\xE2\x82", "\xFF"}) {
        EXPECT_FALSE(is_utf8(text));
    }
}

}  // namespace
}  // namespace sealwarden::verify
