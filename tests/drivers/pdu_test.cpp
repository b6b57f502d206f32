// The PDU codec against the specification's own examples, and against every small damage.
// Source of the vectors: MODBUS Application Protocol Specification V1.1b3, clause at each.
#include "drivers/modbus/pdu.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace sealwarden::modbus {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct Example {
    const char* clause;
    Request request;
    Bytes request_pdu, answer_pdu;
    std::size_t data_at = 0;  // data bytes are from here to the end
};

const std::vector<Example>& examples() {
    static const std::vector<Example> all{
        {"6.1",
         {.function = Function::read_coils, .address = 0x13, .count = 0x13},
         {0x01, 0x00, 0x13, 0x00, 0x13},
         {0x01, 0x03, 0xCD, 0x6B, 0x05},
         2},
        {"6.2",
         {.function = Function::read_discrete_inputs, .address = 0xC4, .count = 0x16},
         {0x02, 0x00, 0xC4, 0x00, 0x16},
         {0x02, 0x03, 0xAC, 0xDB, 0x35},
         2},
        {"6.3",
         {.function = Function::read_holding_registers, .address = 0x6B, .count = 3},
         {0x03, 0x00, 0x6B, 0x00, 0x03},
         {0x03, 0x06, 0x02, 0x2B, 0x00, 0x00, 0x00, 0x64},
         2},
        {"6.4",
         {.function = Function::read_input_registers, .address = 8, .count = 1},
         {0x04, 0x00, 0x08, 0x00, 0x01},
         {0x04, 0x02, 0x00, 0x0A},
         2},
        {"6.5",
         {.function = Function::write_single_coil, .address = 0xAC, .values = {1}},
         {0x05, 0x00, 0xAC, 0xFF, 0x00},
         {0x05, 0x00, 0xAC, 0xFF, 0x00},
         5},
        {"6.6",
         {.function = Function::write_single_register, .address = 1, .values = {3}},
         {0x06, 0x00, 0x01, 0x00, 0x03},
         {0x06, 0x00, 0x01, 0x00, 0x03},
         5},
        {"6.12",
         {.function = Function::write_multiple_registers, .address = 1, .values = {0x0A, 0x0102}},
         {0x10, 0x00, 0x01, 0x00, 0x02, 0x04, 0x00, 0x0A, 0x01, 0x02},
         {0x10, 0x00, 0x01, 0x00, 0x02},
         5},
        {"6.21",
         {.function = Function::read_device_identification, .address = 0, .count = 1},
         {0x2B, 0x0E, 0x01, 0x00},
         {0x2B, 0x0E, 0x01, 0x01, 0x00, 0x00, 0x02, 0x00, 0x03, 'A', 'B', 'C', 0x01, 0x02, 'X',
          'Y'},
         3},
    };
    return all;
}

TEST(PduTest, RequestsAreEncodedAsInTheSpecification) {
    for (const auto& example : examples()) {
        std::array<std::uint8_t, max_pdu> out{};
        const auto length = encode(example.request, out);
        EXPECT_EQ(Bytes(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(length)),
                  example.request_pdu)
            << example.clause;
    }
}

TEST(PduTest, AnswersOfTheSpecificationAreAccepted) {
    for (const auto& example : examples())
        EXPECT_TRUE(check(example.request, example.answer_pdu)) << example.clause;
    const auto& bits = examples()[0];
    const auto coils = check(bits.request, bits.answer_pdu).answer;
    EXPECT_TRUE(coils.bit(0));   // coil 20
    EXPECT_FALSE(coils.bit(1));  // coil 21
    EXPECT_TRUE(coils.bit(18));  // coil 38
    const auto& words = examples()[2];
    const auto registers = check(words.request, words.answer_pdu).answer;
    EXPECT_EQ(registers.word(0), 0x022B);
    EXPECT_EQ(registers.word(2), 0x0064);
}

// Data bytes carry no check of their own: a changed one cannot be told from a true one. Everything
// else of an answer is fixed by the question, so a change of it must be refused.
TEST(PduTest, EveryChangedByteIsRefusedOrIsData) {
    for (const auto& example : examples()) {
        for (std::size_t at = 0; at < example.answer_pdu.size(); ++at) {
            for (unsigned value = 0; value < 256; ++value) {
                auto pdu = example.answer_pdu;
                if (pdu[at] == value) continue;
                pdu[at] = static_cast<std::uint8_t>(value);
                const auto checked = check(example.request, pdu);
                if (checked)
                    EXPECT_GE(at, example.data_at) << example.clause << " byte " << at;
                else
                    EXPECT_NE(checked.error.kind, AnswerError::Kind::exception) << example.clause;
            }
        }
    }
}

TEST(PduTest, EveryTruncatedOrLongerAnswerIsRefused) {
    for (const auto& example : examples()) {
        for (std::size_t length = 0; length < example.answer_pdu.size(); ++length)
            EXPECT_FALSE(check(example.request, std::span{example.answer_pdu}.first(length)))
                << example.clause << " length " << length;
        auto pdu = example.answer_pdu;
        while (pdu.size() < max_pdu) {
            pdu.push_back(0);
            EXPECT_FALSE(check(example.request, pdu)) << example.clause << " length " << pdu.size();
        }
    }
}

TEST(PduTest, PaddingBitsOfBitAnswersAreZero) {
    for (std::uint16_t count = 1; count <= 16; ++count) {
        const Request request{.function = Function::read_discrete_inputs, .count = count};
        const auto bytes = static_cast<std::size_t>((count + 7) / 8);
        for (unsigned last = 0; last < 256; ++last) {
            Bytes pdu{0x02, static_cast<std::uint8_t>(bytes)};
            pdu.resize(2 + bytes);
            pdu.back() = static_cast<std::uint8_t>(last);
            const unsigned used = count % 8 == 0 ? 8 : count % 8;
            EXPECT_EQ(check(request, pdu).ok, last >> used == 0) << count << " bits, " << last;
        }
    }
}

TEST(PduTest, AnswersToAnotherCountAreRefused) {
    for (std::uint16_t asked = 1; asked <= 125; ++asked)
        for (unsigned got = 0; got <= 125; ++got) {
            Bytes pdu{0x03, static_cast<std::uint8_t>(2 * got)};
            pdu.resize(2 + 2 * got);
            EXPECT_EQ(check({.function = Function::read_holding_registers, .count = asked}, pdu).ok,
                      got == asked);
        }
}

TEST(PduTest, EveryExceptionCodeIsKnownAsOne) {
    for (const auto& example : examples())
        for (unsigned code = 0; code < 256; ++code) {
            const Bytes pdu{static_cast<std::uint8_t>(example.answer_pdu[0] | 0x80),
                            static_cast<std::uint8_t>(code)};
            const auto checked = check(example.request, pdu);
            EXPECT_FALSE(checked);
            EXPECT_EQ(checked.error, (AnswerError{.kind = AnswerError::Kind::exception,
                                                  .exception = static_cast<std::uint8_t>(code)}));
        }
    EXPECT_EQ(describe({.kind = AnswerError::Kind::exception, .exception = 2}),
              "illegal data address (exception 2)");
}

TEST(PduTest, TheLengthOfAnAnswerIsToldFromItsHeadAndNeverWrongly) {
    for (const auto& example : examples()) {
        const auto& pdu = example.answer_pdu;
        bool told = false;
        for (std::size_t have = 0; have <= pdu.size(); ++have) {
            const auto length = answer_length(example.request, std::span{pdu}.first(have));
            if (length != 0) {
                EXPECT_EQ(length, pdu.size()) << example.clause << " of " << have;
            }
            told = told || length != 0;
        }
        EXPECT_TRUE(told) << example.clause;
        const Bytes foreign{0x77, 0x01};
        EXPECT_EQ(answer_length(example.request, foreign), not_an_answer);
        const Bytes refusal{static_cast<std::uint8_t>(pdu[0] | 0x80)};
        EXPECT_EQ(answer_length(example.request, refusal), 2U);
    }
}

}  // namespace
}  // namespace sealwarden::modbus
