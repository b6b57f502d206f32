// The Modbus PDU: requests out, answers checked. Serves every transport.
// Source: MODBUS Application Protocol Specification V1.1b3, clause numbers at each function.
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sealwarden::modbus {

inline constexpr std::size_t max_pdu = 253;  // 4.1: 256 of the RS-485 frame less address and CRC

enum class Function : std::uint8_t {
    read_coils = 0x01,                  // 6.1
    read_discrete_inputs = 0x02,        // 6.2
    read_holding_registers = 0x03,      // 6.3
    read_input_registers = 0x04,        // 6.4
    write_single_coil = 0x05,           // 6.5
    write_single_register = 0x06,       // 6.6
    write_multiple_registers = 0x10,    // 6.12
    read_device_identification = 0x2B,  // 6.21, MEI type 0x0E
};

// One question to one unit. For reads: address and count (bits or registers). For writes: address
// and `values` (one for the single writes; a coil is 0 or 1). For identification: address is the
// object id to start from, count the read code (1 basic, 2 regular, 3 extended, 4 one object).
struct Request {
    std::uint8_t unit = 0;
    Function function = Function::read_holding_registers;
    std::uint16_t address = 0;
    std::uint16_t count = 0;
    std::vector<std::uint16_t> values;

    [[nodiscard]] bool writes() const;
    friend bool operator==(const Request&, const Request&) = default;
};

// Why an answer is not one. `exception` carries the device's own code; all others mean noise, a
// foreign answer or a broken device, and never become a value.
struct AnswerError {
    enum class Kind {
        exception,       // the device said no (code: 7, table of exception codes)
        wrong_function,  // not the function asked, nor its exception
        wrong_length,    // shorter or longer than the question demands
        wrong_echo,      // a write's address or value, or the read code, did not come back
        wrong_content,   // a field the specification fixes is otherwise: padding bits, object list
    };
    Kind kind = Kind::wrong_length;
    std::uint8_t exception = 0;
    friend bool operator==(const AnswerError&, const AnswerError&) = default;
};
[[nodiscard]] std::string_view to_string(AnswerError::Kind kind);
[[nodiscard]] std::string describe(
    const AnswerError& error);  // "illegal data address (exception 2)"
inline constexpr std::uint8_t illegal_data_address = 2;

// Writes the request's PDU (function code first) into `out` and returns its length.
// Asserts that counts are within the limits of the specification. No allocation.
std::size_t encode(const Request& request, std::span<std::uint8_t, max_pdu> out);

// Checks an answer's PDU against its request: function, byte count, exact length, echoed address
// and value. Returns the data bytes (bits packed low first, or registers big-endian; for
// identification everything after the MEI type), a view into `pdu`. No allocation.
struct Answer {
    std::span<const std::uint8_t> data;
    [[nodiscard]] std::uint16_t word(
        std::size_t index) const;                     // register `index` of a register read
    [[nodiscard]] bool bit(std::size_t index) const;  // bit `index` of a bit read
};
struct Checked {  // either an answer or an error
    Answer answer;
    AnswerError error;
    bool ok = false;
    explicit operator bool() const { return ok; }
};
[[nodiscard]] Checked check(const Request& request, std::span<const std::uint8_t> pdu);

// The length of a whole answer PDU, told from its first bytes, so that a stream without a length
// field (RTU, RTU over TCP) can be cut into frames; 0: more bytes are needed to tell;
// `not_an_answer`: whatever follows, this is no answer to the request.
inline constexpr std::size_t not_an_answer = max_pdu + 1;
[[nodiscard]] std::size_t answer_length(const Request& request, std::span<const std::uint8_t> head);

}  // namespace sealwarden::modbus
