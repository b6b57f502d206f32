#include "firmware/core/dock/seal_number.hpp"

#include <gtest/gtest.h>

#include "firmware/core/dock/serial_range.hpp"

namespace sealwarden {
namespace {

TEST(SealNumberTest, IsComparedWithoutBlanksHyphensAndCase) {
    EXPECT_EQ(SealNumber{"hl 123-456"}.id, "HL123456");
    EXPECT_EQ(SealNumber{"hl 123-456"}.as_read, "hl 123-456");
    EXPECT_EQ(SealNumber{"hl-1"}.shown(), "`hl-1` (HL1)");
    EXPECT_EQ(SealNumber{"HL1"}.shown(), "`HL1`");
}

TEST(SealNumberTest, LookAlikesAreToldAndNeverRepaired) {
    EXPECT_EQ(SealNumber{"HLO8I"}.id, "HLO8I");
    EXPECT_TRUE(look_alike("HL1O0BI", "HLI0081"));
    EXPECT_FALSE(look_alike("HL100", "HL100"));  // equal
    EXPECT_FALSE(look_alike("HL100", "HL10"));
    EXPECT_FALSE(look_alike("HL1O0", "HL102"));
    EXPECT_FALSE(look_alike("HL5", "HLS"));  // a camera's confusion, not one of domain.md
}

TEST(SealNumberTest, WhatCannotBeANumberIsToldSo) {
    EXPECT_EQ(SealNumber{"HL 1"}.complaint(), "");
    EXPECT_NE(SealNumber{""}.complaint(), "");
    EXPECT_NE(SealNumber{"7"}.complaint(), "");
    EXPECT_NE(SealNumber{"HL,1"}.complaint(), "");
    EXPECT_NE(SealNumber{"HL\u00C91"}.complaint(), "");
    EXPECT_NE(SealNumber{std::string(25, '7')}.complaint(), "");
}

SerialRange range(std::string_view first, std::string_view last) {
    auto made = SerialRange::from(first, last);
    EXPECT_TRUE(std::holds_alternative<SerialRange>(made));
    return std::holds_alternative<SerialRange>(made) ? std::get<SerialRange>(made) : SerialRange{};
}

TEST(SerialRangeTest, IsLettersDigitsAndLetters) {
    const auto plain = range("HL000099", "HL000110");
    EXPECT_EQ(plain.size(), 12);
    EXPECT_EQ(plain.serial(plain.first), "HL000099");
    EXPECT_EQ(plain.serial(plain.last), "HL000110");
    EXPECT_EQ(plain.shape(), "HL######");
    const auto between = range("A12B10X", "A12B19X");
    EXPECT_EQ(between.serial(15), "A12B15X");
    EXPECT_EQ(between.shape(), "A12B##X");
    EXPECT_EQ(range("A12B10X", "A13B10X").shape(), "A##B10X");
    EXPECT_EQ(range("HL7X", "HL7X").size(), 1);
}

TEST(SerialRangeTest, WhatIsNoneIsToldSo) {
    const auto wrong = [](std::string_view first, std::string_view last) {
        return std::holds_alternative<std::string>(SerialRange::from(first, last));
    };
    EXPECT_TRUE(wrong("HL1", "HL10"));   // not equally long
    EXPECT_TRUE(wrong("HL10", "HM19"));  // other letters
    EXPECT_TRUE(wrong("HL19", "HL10"));  // backwards
    EXPECT_TRUE(wrong("HLX", "HLX"));    // no digits
    EXPECT_TRUE(wrong("1A1", "2A2"));    // two runs
    EXPECT_TRUE(wrong("HL1A", "HL10"));  // a letter is no digit
    EXPECT_TRUE(wrong("HLA1", "HL01"));
    EXPECT_TRUE(wrong("HL0000000", "HL9999999"));                      // ten millions
    EXPECT_TRUE(wrong("0000000000000000001", "0000000000000000002"));  // 19 digits
}

TEST(SerialRangeTest, ANumberIsReadAsEveryShapeThatItHas) {
    const auto readings = serial_readings("A12B0034");
    ASSERT_EQ(readings.size(), 2U);
    EXPECT_EQ(readings[0].shape, "A##B0034");
    EXPECT_EQ(readings[0].number, 12U);
    EXPECT_EQ(readings[1].shape, "A12B####");
    EXPECT_EQ(readings[1].number, 34U);
    EXPECT_TRUE(serial_readings("ABC").empty());
}

TEST(SerialRangeTest, KnowsWhichOfItsSerialsANumberLooksLike) {
    const auto bolts = range("BO100", "BO199");
    EXPECT_EQ(bolts.look_alike_of("80I0I"), std::optional<std::string>{"BO101"});
    EXPECT_EQ(bolts.look_alike_of("BO101"), std::nullopt);  // it is one
    EXPECT_EQ(bolts.look_alike_of("BO201"), std::nullopt);
    EXPECT_EQ(bolts.look_alike_of("XO1O1"), std::nullopt);
    EXPECT_EQ(bolts.look_alike_of("BO1O"), std::nullopt);
}

}  // namespace
}  // namespace sealwarden
