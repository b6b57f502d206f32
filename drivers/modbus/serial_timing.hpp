// Times on a serial line. Pure.
// Source: MODBUS over Serial Line Specification and Implementation Guide V1.02, 2.5.1 and 2.5.1.1.
#pragma once

#include <chrono>
#include <cstddef>

#include "drivers/modbus/pdu.hpp"

namespace sealwarden::modbus {

// 2.5.1: a character is 11 bits: start, 8 data, parity, stop (or a second stop for the parity).
inline constexpr int bits_per_character = 11;

// Bits of a character on this line: some devices leave both parity and second stop bit out.
[[nodiscard]] constexpr int character_bits(bool parity, int stop_bits) {
    return 1 + 8 + (parity ? 1 : 0) + stop_bits;
}

// How long `characters` of `bits` each take, rounded up to a microsecond.
[[nodiscard]] constexpr std::chrono::microseconds wire_time(std::size_t characters, int baud,
                                                            int bits = bits_per_character) {
    const auto us = (static_cast<long long>(characters) * bits * 1'000'000 + baud - 1) / baud;
    return std::chrono::microseconds{us};
}

// 2.5.1.1: at least 3.5 characters between two frames; above 19,200 baud a fixed 1.750 ms.
[[nodiscard]] constexpr std::chrono::microseconds frame_silence(int baud) {
    if (baud > 19'200) return std::chrono::microseconds{1'750};
    return (wire_time(7, baud) + std::chrono::microseconds{1}) / 2;
}

// Characters of the longest good answer to this request: unit, PDU, CRC.
[[nodiscard]] constexpr std::size_t longest_answer(const Request& request) {
    constexpr std::size_t envelope = 1 + 2;
    switch (request.function) {
        case Function::read_coils:
        case Function::read_discrete_inputs:
            return envelope + 2 + (std::size_t{request.count} + 7) / 8;
        case Function::read_holding_registers:
        case Function::read_input_registers: return envelope + 2 + std::size_t{request.count} * 2;
        case Function::write_single_coil:
        case Function::write_single_register:
        case Function::write_multiple_registers: return envelope + 5;
        case Function::read_device_identification: break;
    }
    return envelope + max_pdu;
}

// The rates a serial line may have: those the kernel's termios has a name for and devices use.
// libmodbus 3.1.6 takes any other as 9,600 without a word.
[[nodiscard]] constexpr bool known_baud(int baud) {
    for (const int one : {1'200, 2'400, 4'800, 9'600, 19'200, 38'400, 57'600, 115'200, 230'400})
        if (baud == one) return true;
    return false;
}

}  // namespace sealwarden::modbus
