#include "firmware/text/printable.hpp"

#include <gtest/gtest.h>

namespace sealwarden {
namespace {

TEST(Printable, WordsOfEveryLanguageStay) {
    for (const std::string text : {"Dock 7", "Andén 7 · §", "倉庫", "🚪", "", "a\\b {x}"})
        EXPECT_EQ(printable(text), text);
}

TEST(Printable, WhatWouldMoveACursorOrColourALineIsShown) {
    EXPECT_EQ(printable("\033[2Jgone\a"), "\\u001b[2Jgone\\u0007");
    EXPECT_EQ(printable("a\rb\nc\td\x7f"), "a\\u000db\\nc\\td\\u007f");
    EXPECT_EQ(printable("\u009b31m"), "\\u009b31m");  // C1: the same as ESC [
    EXPECT_EQ(printable(std::string_view{"\0", 1}), "\\u0000");
}

TEST(Printable, WhatTurnsOrHidesWordsIsShown) {
    EXPECT_EQ(printable("d\u202e70"), "d\\u202e70");
    EXPECT_EQ(printable("\u2066a\u2069\u200b\u2028\ufeff\u061c"),
              "\\u2066a\\u2069\\u200b\\u2028\\ufeff\\u061c");
    EXPECT_EQ(printable("\U000e0041"), "\\U000e0041");
}

TEST(Printable, BytesThatAreNoTextAreShownOneByOne) {
    EXPECT_EQ(printable("a\xff\xc3"), "a\\xff\\xc3");
    EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");                    // not the shortest form
    EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // half a surrogate pair
    EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
    EXPECT_EQ(printable("\xe2\x80 "), "\\xe2\\x80 ");
}

}  // namespace
}  // namespace sealwarden
