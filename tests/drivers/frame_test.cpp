#include "drivers/modbus/frame.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace sealwarden::modbus {
namespace {

using Bytes = std::vector<std::uint8_t>;

const Request question{
    .unit = 0x11, .function = Function::read_holding_registers, .address = 0x6B, .count = 3};
const Bytes pdu{0x03, 0x06, 0xAE, 0x41, 0x56, 0x52, 0x43, 0x40};

Bytes tcp_answer() {
    Bytes frame{0x12, 0x34, 0, 0, 0, 9, 0x11};
    frame.insert(frame.end(), pdu.begin(), pdu.end());
    return frame;
}

Bytes rtu_answer() {
    Bytes frame{0x11};
    frame.insert(frame.end(), pdu.begin(), pdu.end());
    const auto crc = crc16(frame);
    frame.push_back(static_cast<std::uint8_t>(crc & 0xFF));
    frame.push_back(static_cast<std::uint8_t>(crc >> 8));
    return frame;
}

TEST(FrameTest, TheCrcIsTheOneOfTheSerialLine) {
    // Serial Line V1.02, 6.2.2: 0x02 0x07 gives 0x1241, sent as 41 12.
    EXPECT_EQ(crc16(Bytes{0x02, 0x07}), 0x1241);
}

TEST(FrameTest, RequestsWearTheirEnvelope) {
    std::array<std::uint8_t, max_tcp_frame> tcp{};
    ASSERT_EQ(encode_tcp(question, 0x1234, tcp), 12U);
    EXPECT_EQ(Bytes(tcp.begin(), tcp.begin() + 12),
              (Bytes{0x12, 0x34, 0, 0, 0, 6, 0x11, 0x03, 0x00, 0x6B, 0x00, 0x03}));
    std::array<std::uint8_t, max_rtu_frame> rtu{};
    ASSERT_EQ(encode_rtu(question, rtu), 8U);
    EXPECT_EQ(Bytes(rtu.begin(), rtu.begin() + 8),
              (Bytes{0x11, 0x03, 0x00, 0x6B, 0x00, 0x03, 0x76, 0x87}));
}

TEST(FrameTest, AWholeAnswerIsCutOutHoweverItComes) {
    for (const bool is_tcp : {true, false}) {
        const auto frame = is_tcp ? tcp_answer() : rtu_answer();
        for (std::size_t have = 0; have <= frame.size(); ++have) {
            const auto part = std::span{frame}.first(have);
            const auto split =
                is_tcp ? split_tcp(question, 0x1234, part) : split_rtu(question, part);
            if (have < frame.size()) {
                EXPECT_EQ(split.kind, Split::Kind::need_more);
                EXPECT_GE(split.missing, 1U);
                EXPECT_LE(split.missing, frame.size() - have);
            } else {
                ASSERT_EQ(split.kind, Split::Kind::frame);
                EXPECT_EQ(Bytes(split.pdu.begin(), split.pdu.end()), pdu);
                EXPECT_EQ(split.length, frame.size());
            }
        }
    }
}

TEST(FrameTest, EveryChangedByteOfAnRtuAnswerIsSeen) {
    for (std::size_t at = 0; at < rtu_answer().size(); ++at)
        for (unsigned change = 1; change < 256; ++change) {
            auto frame = rtu_answer();
            frame[at] = static_cast<std::uint8_t>(frame[at] ^ change);
            EXPECT_NE(split_rtu(question, frame).kind, Split::Kind::frame) << at << " " << change;
        }
}

TEST(FrameTest, EveryChangedByteOfAnMbapHeaderIsSeen) {
    for (std::size_t at = 0; at < 7; ++at)
        for (unsigned change = 1; change < 256; ++change) {
            auto frame = tcp_answer();
            frame[at] = static_cast<std::uint8_t>(frame[at] ^ change);
            const auto split = split_tcp(question, 0x1234, frame);
            // A shorter length cuts the PDU, which then no longer answers the question.
            if (split.kind == Split::Kind::frame) {
                EXPECT_EQ(at, 5U);
                EXPECT_FALSE(check(question, split.pdu));
            }
        }
}

TEST(FrameTest, AnEchoingAdapterIsNamed) {
    std::array<std::uint8_t, max_rtu_frame> sent{};
    const auto length = encode_rtu(question, sent);
    const auto split = split_rtu(question, std::span{sent}.first(length));
    EXPECT_EQ(split.kind, Split::Kind::garbage);
    EXPECT_NE(std::string{split.why}.find("echo"), std::string::npos);
}

}  // namespace
}  // namespace sealwarden::modbus
