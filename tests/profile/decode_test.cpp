#include "drivers/profile/decode.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace sealwarden {
namespace {

using Words = std::vector<std::uint16_t>;
using Decoded = std::variant<Value, Fault>;

PointProfile number(std::uint16_t registers, Encoding encoding = Encoding::unsigned_integer) {
    PointProfile point;
    point.table = Table::input_register;
    point.registers = registers;
    point.encoding = encoding;
    return point;
}

PointProfile text(std::uint16_t registers, Encoding encoding = Encoding::text) {
    return number(registers, encoding);
}

Decoded value(auto v) {
    return Value{v};
}
Decoded integer(std::int64_t v) {
    return Value{v};
}

TEST(Decode, ContactOfABitTableIsItsBit) {
    PointProfile contact;
    EXPECT_EQ(decode(contact, Words{0}), value(false));
    EXPECT_EQ(decode(contact, Words{1}), value(true));
    contact.invert = true;
    EXPECT_EQ(decode(contact, Words{1}), value(false));
}

TEST(Decode, WordThatIsNoBitIsNeverAContact) {
    EXPECT_EQ(decode(PointProfile{}, Words{2}), Decoded{Fault::bad_answer});
}

TEST(Decode, ContactOfAPackedWordIsTheBitNamed) {
    auto contact = number(1, Encoding::bit);
    contact.bit = 3;
    EXPECT_EQ(decode(contact, Words{0x0008}), value(true));
    EXPECT_EQ(decode(contact, Words{0xFFF7}), value(false));
}

TEST(Decode, WordOrderIsTheProfiles) {
    auto counter = number(2);
    EXPECT_EQ(decode(counter, (Words{0x0001, 0x0002})), integer(0x10002));
    counter.low_word_first = true;
    EXPECT_EQ(decode(counter, (Words{0x0001, 0x0002})), integer(0x20001));
}

TEST(Decode, WrongNumberOfRegistersIsNeverAValue) {
    for (const auto encoding : {Encoding::bit, Encoding::unsigned_integer, Encoding::signed_integer,
                                Encoding::text, Encoding::hex}) {
        EXPECT_EQ(decode(number(2, encoding), Words{1}), Decoded{Fault::bad_answer});
        EXPECT_EQ(decode(number(1, encoding), Words{}), Decoded{Fault::bad_answer});
    }
}

TEST(Decode, SignIsTheHighestBitOfTheMask) {
    auto measure = number(1, Encoding::signed_integer);
    EXPECT_EQ(decode(measure, Words{0xFFFE}), integer(-2));
    measure.mask = 0x0FFF;
    EXPECT_EQ(decode(measure, Words{0x7FFE}), integer(-2));
    EXPECT_EQ(decode(measure, Words{0xF7FE}), integer(0x7FE));
}

TEST(Decode, ScaleTruncatesTowardZero) {
    auto voltage = number(1, Encoding::signed_integer);
    voltage.multiply = 1000;
    voltage.divide = 64;
    EXPECT_EQ(decode(voltage, Words{1}), integer(15));
    EXPECT_EQ(decode(voltage, Words{0xFFFF}), integer(-15));
}

TEST(Decode, ValueThatTheDeviceCallsAbsentIsNotANumber) {
    auto voltage = number(1);
    voltage.not_available = 0xFFFF;
    EXPECT_EQ(decode(voltage, Words{0xFFFF}), Decoded{Fault::refused});
    EXPECT_EQ(decode(voltage, Words{0xFFFE}), integer(0xFFFE));
}

TEST(Decode, EnumerationThatTheProfileDoesNotNameIsUnknown) {
    auto battery = number(1);
    battery.truths = {{0, false}, {3, true}};
    EXPECT_EQ(decode(battery, Words{3}), value(true));
    EXPECT_EQ(decode(battery, Words{0}), value(false));
    EXPECT_EQ(decode(battery, Words{7}), Decoded{Fault::bad_answer});
    battery.truths.clear();
    battery.labels = {{1, "charging"}};
    EXPECT_EQ(decode(battery, Words{1}), value(std::string("charging")));
    EXPECT_EQ(decode(battery, Words{2}), Decoded{Fault::bad_answer});
}

TEST(Decode, NumberBeyondSixtyThreeBitsIsNeverWrapped) {
    const Words highest{0x8000, 0, 0, 0};
    EXPECT_EQ(decode(number(4), highest), Decoded{Fault::bad_answer});
    EXPECT_EQ(decode(number(4, Encoding::signed_integer), highest),
              integer(std::numeric_limits<std::int64_t>::min()));
    auto scaled = number(4);
    scaled.multiply = 4;
    EXPECT_EQ(decode(scaled, (Words{0x4000, 0, 0, 0})), Decoded{Fault::bad_answer});
}

TEST(Decode, TextEndsAtTheFirstNulAndLosesItsPadding) {
    EXPECT_EQ(decode(text(3), (Words{0x4142, 0x2000, 0x4344})), value(std::string("AB")));
    auto swapped = text(2);
    swapped.low_byte_first = true;
    EXPECT_EQ(decode(swapped, (Words{0x4241, 0x0043})), value(std::string("ABC")));
    EXPECT_EQ(decode(text(2), (Words{0, 0})), value(std::string()));
}

TEST(Decode, TextWithControlCharactersIsNeverASealNumber) {
    EXPECT_EQ(decode(text(1), Words{0x410A}), Decoded{Fault::bad_answer});
    EXPECT_EQ(decode(text(1), Words{0x41C3}), Decoded{Fault::bad_answer});
}

TEST(Decode, HexKeepsEveryByteAndZerosAloneAreNoTag) {
    EXPECT_EQ(decode(text(2, Encoding::hex), (Words{0x00A1, 0x0F00})),
              value(std::string("00a10f00")));
    EXPECT_EQ(decode(text(2, Encoding::hex), (Words{0, 0})), value(std::string()));
    auto swapped = text(2, Encoding::hex);
    swapped.low_byte_first = true;
    EXPECT_EQ(decode(swapped, (Words{0x0201, 0x0403})), value(std::string("01020304")));
}

TEST(Decode, RawIsWhatCameBeforeMaskAndScale) {
    auto counter = number(2);
    counter.mask = 0xFF;
    counter.divide = 10;
    EXPECT_EQ(raw_of(counter, (Words{1, 0xABCD})), 0x1ABCDU);
    EXPECT_EQ(raw_of(text(2), (Words{1, 2})), std::nullopt);
    EXPECT_EQ(raw_of(counter, Words{1}), std::nullopt);
}

// Written out and read again, every number is itself, in both word orders and signs.
TEST(DecodeProperty, EveryNumberComesBack) {
    std::mt19937_64 random(20261124);
    for (int round = 0; round < 20'000; ++round) {
        const auto words = static_cast<std::uint16_t>(1 + random() % 4);
        const unsigned shift = 64U - words * 16U;
        auto point = number(
            words, random() % 2 == 0 ? Encoding::unsigned_integer : Encoding::signed_integer);
        point.low_word_first = random() % 2 == 0;
        const std::uint64_t bits = random() >> shift;
        const auto expected = point.encoding == Encoding::signed_integer
                                  ? static_cast<std::int64_t>(bits << shift) >> shift
                                  : static_cast<std::int64_t>(bits >> (words == 4 ? 1U : 0U));
        const std::uint64_t sent = point.encoding == Encoding::signed_integer
                                       ? bits
                                       : static_cast<std::uint64_t>(expected);
        Words registers(words);
        for (std::uint16_t i = 0; i < words; ++i) {
            const unsigned place = point.low_word_first ? i : words - 1U - i;
            registers[i] = static_cast<std::uint16_t>(sent >> (place * 16U));
        }
        ASSERT_EQ(decode(point, registers), integer(expected)) << "round " << round;
        ASSERT_EQ(raw_of(point, registers), sent);
    }
}

// Whatever comes: a value of the kind the profile names, or a fault.
TEST(DecodeProperty, NoiseIsAValueOfTheRightKindOrAFault) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 50'000; ++round) {
        PointProfile point;
        point.table = static_cast<Table>(random() % 4);
        point.encoding = static_cast<Encoding>(random() % 5);
        point.registers = static_cast<std::uint16_t>(random() % 6);
        point.low_byte_first = random() % 2 == 0;
        point.mask = random() % 2 == 0 ? random() : ~std::uint64_t{0};
        point.multiply = static_cast<std::int64_t>(random());
        point.divide = random() % 3 == 0 ? -1 : static_cast<std::int64_t>(random() >> 1U) + 1;
        if (random() % 4 == 0) point.bit = static_cast<unsigned>(random() % 64);
        if (random() % 4 == 0) point.not_available = random() % 4;
        Words registers(random() % 6);
        for (auto& word : registers) word = static_cast<std::uint16_t>(random() >> (random() % 64));
        const auto got = decode(point, registers);
        const auto* v = std::get_if<Value>(&got);
        if (v == nullptr) continue;
        ASSERT_EQ(registers.size(), point.registers);
        const bool is_text = point.encoding == Encoding::text || point.encoding == Encoding::hex;
        const bool is_bool = !is_text && (point.bit || point.table == Table::coil ||
                                          point.table == Table::discrete_input);
        ASSERT_EQ(std::holds_alternative<std::string>(*v), is_text);
        ASSERT_EQ(std::holds_alternative<bool>(*v), is_bool);
    }
}

}  // namespace
}  // namespace sealwarden
