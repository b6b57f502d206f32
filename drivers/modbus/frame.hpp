// Two envelopes round a PDU: MBAP (Modbus TCP) and RTU (serial lines, RTU over TCP). Pure, no
// allocation. Sources: MODBUS Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3 (MBAP header);
// MODBUS over Serial Line Specification V1.02, 2.5.1 (RTU frame) and 6.2 (CRC).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "drivers/modbus/pdu.hpp"

namespace sealwarden::modbus {

inline constexpr std::size_t max_tcp_frame = 7 + max_pdu;      // header and PDU
inline constexpr std::size_t max_rtu_frame = 1 + max_pdu + 2;  // unit, PDU, CRC

// CRC-16 of the serial line: polynomial 0xA001 reflected, start 0xFFFF; sent low byte first.
[[nodiscard]] std::uint16_t crc16(std::span<const std::uint8_t> bytes);

// Whole frames for a request; the return value is the length written.
std::size_t encode_tcp(const Request& request, std::uint16_t transaction,
                       std::span<std::uint8_t, max_tcp_frame> out);
std::size_t encode_rtu(const Request& request, std::span<std::uint8_t, max_rtu_frame> out);

// What the bytes received since the request was sent amount to.
struct Split {
    enum class Kind {
        need_more,  // nothing wrong so far: read on, at least `missing` bytes
        frame,      // one whole frame for this request: `pdu` (not yet checked) ends at `length`
        garbage,    // can never become its answer: close the connection, or drain the line
    };
    Kind kind = Kind::need_more;
    std::span<const std::uint8_t> pdu{};  // a view into the received bytes
    std::size_t length = 0;               // of the frame; bytes behind it are unsolicited
    std::size_t missing = 0;
    const char* why = "";  // garbage: one phrase for the installer
};

// Call again with all bytes from the start whenever more have come. TCP: transaction and unit must
// be echoed, the protocol be 0, the length field lie in 3..254 (unit, and a PDU of at least 2).
[[nodiscard]] Split split_tcp(const Request& request, std::uint16_t transaction,
                              std::span<const std::uint8_t> received);

// RTU has no length field: it follows from the request (answer_length), and the CRC must fit there.
// An adapter that echoes what it sends is named in `why`.
[[nodiscard]] Split split_rtu(const Request& request, std::span<const std::uint8_t> received);

}  // namespace sealwarden::modbus
