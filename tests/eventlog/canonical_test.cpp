#include "firmware/eventlog/canonical.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

namespace sealwarden::eventlog {
namespace {

std::string written(std::string_view text) {
    CanonicalWriter json;
    json.open_object().name("text").value(text).close_object();
    return std::move(json).take();
}

// A foreign parser and printer: its objects sort by name, its dump has no spaces.
std::string printed_again(const std::string& bytes) {
    return nlohmann::json::parse(bytes).dump();
}

TEST(CanonicalTest, EveryControlCharacterIsEscapedAsRfc8785Says) {
    std::string all;
    for (char c = 0; c < 0x20; ++c) all += c;
    all += "\"\\/\x7F";
    EXPECT_EQ(written(all),
              R"({"text":"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e)"
              R"(\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b)"
              R"(\u001c\u001d\u001e\u001f\"\\/)"
              "\x7F\"}");
    EXPECT_EQ(printed_again(written(all)), written(all));
}

TEST(CanonicalTest, AnotherPrinterGivesTheSameBytesForAnyText) {
    for (const std::string text :
         {"", "Andén 7", "鍵", "😀 \U0010FFFF", "\u2028\u2029\uFEFF\uFFFF", "a\tb", "\xED\xA0\x80",
          "\xC0\xAF", "\xF4\x90\x80\x80", "\x80"}) {
        EXPECT_EQ(printed_again(written(text)), written(text)) << text;
    }
    std::mt19937 random{20261124};
    for (int round = 0; round < 20'000; ++round) {
        std::string text(random() % 12, ' ');
        for (auto& c : text) c = static_cast<char>(random());
        ASSERT_EQ(printed_again(written(text)), written(text)) << round;
    }
}

TEST(CanonicalTest, BytesThatAreNoCharacterBecomeTheReplacementCharacter) {
    EXPECT_EQ(valid_utf8("a\xFFz"), "a\uFFFDz");
    EXPECT_EQ(valid_utf8("\xC3\xA9"), "é");
    EXPECT_EQ(valid_utf8("\xE2\x82"), "\uFFFD\uFFFD") << "cut in the middle";
    EXPECT_EQ(valid_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "a lone surrogate";
    EXPECT_EQ(valid_utf8("\xC0\x80"), "\uFFFD\uFFFD") << "overlong";
    EXPECT_EQ(written("\xFF"), written("\uFFFD"));
}

TEST(CanonicalTest, ATextIsNeverCutInsideACharacter) {
    EXPECT_EQ(first_bytes("aé", 2), "a");
    EXPECT_EQ(first_bytes("aé", 3), "aé");
    EXPECT_EQ(first_bytes("😀", 3), "");
}

TEST(CanonicalTest, NumbersBeyondWhatEveryParserHoldsBecomeTexts) {
    CanonicalWriter json;
    json.open_list()
        .value(std::int64_t{9007199254740991})
        .value(std::int64_t{-9007199254740991})
        .value(std::int64_t{9007199254740992})
        .value(INT64_MIN)
        .value(UINT64_MAX)
        .value(true)
        .null()
        .close_list();
    EXPECT_EQ(json.bytes(),
              R"([9007199254740991,-9007199254740991,"9007199254740992","-9223372036854775808",)"
              R"("18446744073709551615",true,null])");
}

TEST(CanonicalDeathTest, MembersOutOfOrderAreABug) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    CanonicalWriter json;
    json.open_object().name("b").null();
    EXPECT_DEATH(json.name("a"), "");
    EXPECT_DEATH(json.name("b"), "");
    EXPECT_DEATH(json.name("C"), "");
}

}  // namespace
}  // namespace sealwarden::eventlog
