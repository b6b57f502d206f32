#include "firmware/core/dock/container_number.hpp"

#include <gtest/gtest.h>

namespace sealwarden {
namespace {

UnitNumber container(std::string_view typed) {
    return unit_number(UnitKind::container, typed);
}
UnitNumber trailer(std::string_view typed) {
    return unit_number(UnitKind::trailer, typed);
}

// domain.md 2.3, with the sums computed by hand.
struct Known {
    const char* number;
    int remainder;
};
constexpr Known known[] = {
    {"CSQU3054383", 3}, {"MWCU6059784", 4}, {"CBHU3202732", 2},  {"MSCU6639870", 0},
    {"HLXU2008419", 9}, {"SUDU3070079", 9}, {"CSQU0000070", 10},
};

TEST(ContainerNumberTest, KnownNumbersAreRight) {
    for (const auto& [number, remainder] : known) {
        EXPECT_EQ(container(number).complaint(), "") << number;
        EXPECT_EQ(check_remainder(std::string_view{number}.substr(0, 10)), remainder) << number;
        EXPECT_EQ(container(number).remainder_10, remainder == 10) << number;
    }
}

TEST(ContainerNumberTest, EveryOtherCheckDigitOfThemIsWrong) {
    for (const auto& one : known) {
        std::string number = one.number;
        const char right = number.back();
        for (char digit = '0'; digit <= '9'; ++digit) {
            number.back() = digit;
            EXPECT_EQ(container(number).good(), digit == right) << number;
        }
    }
}

TEST(ContainerNumberTest, AWrongCheckDigitIsToldWithTheRightOne) {
    EXPECT_EQ(container("CSQU3054384").complaint(),
              "the check digit is 4; of `CSQU305438` it is 3");
    // Published as a valid sample in public code.
    EXPECT_EQ(container("MSKU1100810").complaint(),
              "the check digit is 0; of `MSKU110081` it is 7");
}

TEST(ContainerNumberTest, WhatTheCheckDigitMissesTheCategoryLetterTells) {
    // K and A count as U does.
    EXPECT_EQ(container("CSQK3054383").complaint(),
              "the category letter is `K`; it must be U, J or Z");
    EXPECT_EQ(container("CSQA3054383").complaint(),
              "the category letter is `A`; it must be U, J or Z");
    // Q and G count alike in an owner code; only a list of owners could tell.
    EXPECT_TRUE(container("CSGU3054383").good());
}

TEST(ContainerNumberTest, EachPartHasItsOwnSentence) {
    const auto wrong = container("C5QX3O54384");
    ASSERT_EQ(wrong.complaints.size(), 4U);
    EXPECT_EQ(wrong.complaints[0], "the owner code is `C5Q`; it must be three letters");
    EXPECT_EQ(wrong.complaints[1], "the category letter is `X`; it must be U, J or Z");
    EXPECT_EQ(wrong.complaints[2], "the serial is `3O5438`; it must be six digits");
    EXPECT_EQ(wrong.complaints[3].substr(0, 21), "the check digit is 4;");
    EXPECT_EQ(container("CSQU305438O").complaint(), "the check digit is `O`; it must be a digit");
}

TEST(ContainerNumberTest, ItIsTakenAsPeopleWriteIt) {
    EXPECT_EQ(container("mscu 663987-0").id, "MSCU6639870");
    EXPECT_TRUE(container("MSCU 663987 0").good());
}

TEST(ContainerNumberTest, TheWrongLengthAndForeignCharactersAreTold) {
    EXPECT_NE(container("MSCU663987").complaint().find("has 10 characters"), std::string::npos);
    EXPECT_NE(container("").complaint().find("has 0 characters"), std::string::npos);
    EXPECT_NE(container("MSCU66398ñ0").complaint().find("only letters and digits"),
              std::string::npos);
    EXPECT_FALSE(container(std::string(200, 'A')).good());
}

TEST(ContainerNumberTest, ATrailerHasAPlateAndNoCheckDigit) {
    EXPECT_TRUE(trailer("12-AB-3C").good());
    EXPECT_EQ(trailer("12-ab 3c").id, "12AB3C");
    EXPECT_TRUE(trailer("T1").good());
    EXPECT_FALSE(trailer("T").good());
    EXPECT_FALSE(trailer("--").good());
    EXPECT_TRUE(trailer("ABCDEFGHIJ12345").good());
    EXPECT_FALSE(trailer("ABCDEFGHIJ123456").good());
    EXPECT_FALSE(trailer("T/1").good());
    EXPECT_FALSE(trailer("CSQU3054384").remainder_10);
    EXPECT_TRUE(trailer("CSQU3054384").good());
}

}  // namespace
}  // namespace sealwarden
