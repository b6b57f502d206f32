#include "firmware/tlog/encoding.hpp"

#include <gtest/gtest.h>

namespace sealwarden::tlog {
namespace {

TEST(Encoding, Base64HasOneTextForOneValue) {
    for (const std::string bytes : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
        EXPECT_EQ(from_base64(base64(bytes)), bytes);
    }
    EXPECT_EQ(base64("foob"), "Zm9vYg==");  // RFC 4648, 10
    for (const auto* text : {"Zm9vYg", "Zm9vYg=", "Zm9vYh==", "Zm9v Yg==", "Zm9vYg==\n",
                             "Zm9v-_==", "====", "Zm9vYg==Zm9v"}) {
        EXPECT_EQ(from_base64(text), std::nullopt) << text;
    }
}

TEST(Encoding, HexIsLowerCaseAndWhole) {
    EXPECT_EQ(hex(std::string_view{"\x00\xff", 2}), "00ff");
    EXPECT_EQ(from_hex("00ff"), (std::string{"\x00\xff", 2}));
    for (const auto* text : {"0", "0F", "0x", "g0", " 0", "+1", "-1"}) {
        EXPECT_EQ(from_hex(text), std::nullopt) << text;
    }
}

TEST(Encoding, NumbersHaveNoSignsAndNoLeadingZeros) {
    EXPECT_EQ(number_from("0"), 0u);
    EXPECT_EQ(number_from("9223372036854775807"), 9223372036854775807u);
    for (const auto* text :
         {"", "00", "01", "+1", "-1", " 1", "1 ", "1.0", "9223372036854775808", "0x1"}) {
        EXPECT_EQ(number_from(text), std::nullopt) << text;
    }
}

TEST(Encoding, Utf8IsCheckedByItsDefinition) {
    for (const std::string_view text : {"", "a", "\u00e9", "\u2014", "\U0001F600", "\u007f"}) {
        EXPECT_TRUE(is_utf8(text)) << text;
    }
    for (const std::string_view text :
         {"\x80", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff",
          "\xe2\x80", "\xf0\x80\x80\x80", "\xc3(", "\xf8\x88\x80\x80\x80"}) {
        EXPECT_FALSE(is_utf8(text));
    }
}

}  // namespace
}  // namespace sealwarden::tlog
