#include "drivers/modbus/frame.hpp"

#include <algorithm>
#include <array>

namespace sealwarden::modbus {
namespace {

constexpr std::size_t mbap_header = 7;
constexpr std::size_t mbap_before_unit = 6;  // what the length field does not count

constexpr std::array<std::uint16_t, 256> crc_table = [] {
    std::array<std::uint16_t, 256> table{};
    for (std::size_t byte = 0; byte < table.size(); ++byte) {
        auto crc = static_cast<std::uint16_t>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = static_cast<std::uint16_t>((crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1);
        table[byte] = crc;
    }
    return table;
}();

Split need(std::size_t missing) {
    return {.kind = Split::Kind::need_more, .missing = missing};
}

Split garbage(const char* why) {
    return {.kind = Split::Kind::garbage, .why = why};
}

Split whole(std::span<const std::uint8_t> pdu, std::size_t length) {
    return {.kind = Split::Kind::frame, .pdu = pdu, .length = length};
}

void put(std::span<std::uint8_t> out, std::size_t offset, std::uint16_t word) {
    out[offset] = static_cast<std::uint8_t>(word >> 8);
    out[offset + 1] = static_cast<std::uint8_t>(word & 0xFF);
}

// Bytes that can be no answer: were they the request itself, from an adapter with local echo?
Split garbage_or_echo(const Request& request, std::span<const std::uint8_t> received,
                      const char* why) {
    std::array<std::uint8_t, max_rtu_frame> sent{};
    const auto length = encode_rtu(request, sent);
    const bool echo = received.size() >= length &&
                      std::equal(sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(length),
                                 received.begin());
    return garbage(echo ? "the adapter echoes what it sends: switch its echo off" : why);
}

}  // namespace

std::uint16_t crc16(std::span<const std::uint8_t> bytes) {
    std::uint16_t crc = 0xFFFF;
    for (const auto byte : bytes)
        crc = static_cast<std::uint16_t>(crc >> 8 ^ crc_table[(crc ^ byte) & 0xFF]);
    return crc;
}

std::size_t encode_tcp(const Request& request, std::uint16_t transaction,
                       std::span<std::uint8_t, max_tcp_frame> out) {
    const auto pdu = encode(request, out.subspan<mbap_header, max_pdu>());
    put(out, 0, transaction);
    put(out, 2, 0);  // the protocol: Modbus
    put(out, 4, static_cast<std::uint16_t>(pdu + 1));
    out[6] = request.unit;
    return mbap_header + pdu;
}

std::size_t encode_rtu(const Request& request, std::span<std::uint8_t, max_rtu_frame> out) {
    const auto length = 1 + encode(request, out.subspan<1, max_pdu>());
    out[0] = request.unit;
    const auto crc = crc16(out.first(length));
    out[length] = static_cast<std::uint8_t>(crc & 0xFF);
    out[length + 1] = static_cast<std::uint8_t>(crc >> 8);
    return length + 2;
}

Split split_tcp(const Request& request, std::uint16_t transaction,
                std::span<const std::uint8_t> received) {
    if (received.size() < mbap_header) return need(mbap_header - received.size());
    const auto word = [&](std::size_t offset) {
        return static_cast<std::uint16_t>(received[offset] << 8 | received[offset + 1]);
    };
    if (word(0) != transaction) return garbage("answer to another transaction");
    if (word(2) != 0) return garbage("not the Modbus protocol");
    if (received[6] != request.unit) return garbage("answer from another unit");
    const std::size_t length = mbap_before_unit + word(4);
    if (length < mbap_header + 2 || length > max_tcp_frame) return garbage("impossible length");
    if (received.size() < length) return need(length - received.size());
    return whole(received.subspan(mbap_header, length - mbap_header), length);
}

Split split_rtu(const Request& request, std::span<const std::uint8_t> received) {
    constexpr std::size_t shortest = 1 + 2 + 2;  // unit, exception, CRC
    if (received.empty()) return need(shortest);
    if (received[0] != request.unit) return garbage("answer from another unit");
    const auto pdu = received.subspan(1, std::min(received.size() - 1, max_pdu));
    const auto pdu_length = answer_length(request, pdu);
    if (pdu_length == not_an_answer) {
        return garbage_or_echo(request, received, "answer of a wrong function or length");
    }
    if (pdu_length == 0) return need(received.size() < shortest ? shortest - received.size() : 1);
    const auto length = 1 + pdu_length + 2;
    if (received.size() < length) return need(length - received.size());
    const auto crc = crc16(received.first(length - 2));
    if (received[length - 2] != (crc & 0xFF) || received[length - 1] != crc >> 8)
        return garbage_or_echo(request, received, "CRC error");
    return whole(received.subspan(1, pdu_length), length);
}

}  // namespace sealwarden::modbus
