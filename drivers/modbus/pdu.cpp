#include "drivers/modbus/pdu.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace sealwarden::modbus {
namespace {

constexpr std::uint8_t exception_flag = 0x80;   // 7: an exception's function code
constexpr std::uint8_t mei_type = 0x0E;         // 6.21: device identification
constexpr std::uint16_t coil_on = 0xFF00;       // 6.5
constexpr std::size_t echo_length = 5;          // 6.5, 6.6, 6.12: function, address, value or count
constexpr std::size_t identification_head = 7;  // 6.21: up to and with the number of objects

constexpr std::uint8_t high(std::uint16_t word) {
    return static_cast<std::uint8_t>(word >> 8);
}

constexpr std::uint8_t low(std::uint16_t word) {
    return static_cast<std::uint8_t>(word & 0xFF);
}

constexpr std::uint16_t word_at(std::span<const std::uint8_t> bytes, std::size_t offset) {
    return static_cast<std::uint16_t>(bytes[offset] << 8 | bytes[offset + 1]);
}

// What the second word of a single write is on the wire.
std::uint16_t single_value(const Request& request) {
    if (request.function != Function::write_single_coil) return request.values[0];
    return request.values[0] != 0 ? coil_on : std::uint16_t{0};
}

// The byte count a read's answer must have.
std::size_t data_bytes(const Request& request) {
    switch (request.function) {
        case Function::read_coils:
        case Function::read_discrete_inputs: return (request.count + 7U) / 8U;
        case Function::read_holding_registers:
        case Function::read_input_registers: return request.count * std::size_t{2};
        case Function::write_single_coil:
        case Function::write_single_register:
        case Function::write_multiple_registers:
        case Function::read_device_identification: break;
    }
    assert(!"only reads have a byte count");
    return 0;
}

bool reads_bits(Function function) {
    return function == Function::read_coils || function == Function::read_discrete_inputs;
}

Checked failed(AnswerError::Kind kind) {
    return {.answer = {}, .error = {.kind = kind}, .ok = false};
}

Checked good(std::span<const std::uint8_t> data) {
    return {.answer = {.data = data}, .error = {}, .ok = true};
}

Checked check_read(const Request& request, std::span<const std::uint8_t> pdu) {
    const auto bytes = data_bytes(request);
    if (pdu.size() != 2 + bytes || pdu[1] != bytes) return failed(AnswerError::Kind::wrong_length);
    // 6.1, 6.2: the bits behind the last one asked for are zero.
    if (reads_bits(request.function) && request.count % 8 != 0 &&
        pdu.back() >> (request.count % 8) != 0) {
        return failed(AnswerError::Kind::wrong_content);
    }
    return good(pdu.subspan(2));
}

Checked check_echo(const Request& request, std::span<const std::uint8_t> pdu,
                   std::uint16_t second) {
    if (pdu.size() != echo_length) return failed(AnswerError::Kind::wrong_length);
    if (word_at(pdu, 1) != request.address || word_at(pdu, 3) != second)
        return failed(AnswerError::Kind::wrong_echo);
    return good(pdu.subspan(1));
}

// 6.21. "Next object id" is not looked at unless more follows: devices leave anything there.
Checked check_identification(const Request& request, std::span<const std::uint8_t> pdu) {
    if (pdu.size() < identification_head) return failed(AnswerError::Kind::wrong_length);
    if (pdu[1] != mei_type) return failed(AnswerError::Kind::wrong_function);
    if (pdu[2] != request.count) return failed(AnswerError::Kind::wrong_echo);
    const auto conformity = pdu[3] & 0x7F;  // bit 7: single objects may be asked for as well
    const bool more_follows_is_legal = pdu[4] == 0x00 || pdu[4] == 0xFF;
    if (conformity < 1 || conformity > 3 || !more_follows_is_legal || pdu[6] == 0)
        return failed(AnswerError::Kind::wrong_content);

    auto rest = pdu.subspan(identification_head);
    for (unsigned object = 0; object < pdu[6]; ++object) {
        if (rest.size() < 2 || rest.size() < 2U + rest[1])
            return failed(AnswerError::Kind::wrong_length);
        rest = rest.subspan(2U + rest[1]);
    }
    if (!rest.empty()) return failed(AnswerError::Kind::wrong_length);
    if (request.count == 4 && (pdu[6] != 1 || pdu[identification_head] != request.address))
        return failed(AnswerError::Kind::wrong_echo);
    return good(pdu.subspan(2));
}

std::size_t identification_length(std::span<const std::uint8_t> head) {
    if (head.size() >= 2 && head[1] != mei_type) return not_an_answer;
    if (head.size() < identification_head) return 0;
    std::size_t length = identification_head;
    for (unsigned object = 0; object < head[6]; ++object) {
        if (length + 2 > max_pdu) return not_an_answer;
        if (head.size() < length + 2) return 0;
        length += 2U + head[length + 1];
    }
    return std::min(length, not_an_answer);
}

}  // namespace

bool Request::writes() const {
    switch (function) {
        case Function::write_single_coil:
        case Function::write_single_register:
        case Function::write_multiple_registers: return true;
        case Function::read_coils:
        case Function::read_discrete_inputs:
        case Function::read_holding_registers:
        case Function::read_input_registers:
        case Function::read_device_identification: return false;
    }
    assert(!"every function reads or writes");
    return true;
}

std::string_view to_string(AnswerError::Kind kind) {
    switch (kind) {
        case AnswerError::Kind::exception: return "exception";
        case AnswerError::Kind::wrong_function: return "answer to another function";
        case AnswerError::Kind::wrong_length: return "answer of a wrong length";
        case AnswerError::Kind::wrong_echo: return "wrong address or value echoed";
        case AnswerError::Kind::wrong_content: return "answer with an impossible field";
    }
    assert(!"every kind has a name");
    return "?";
}

// 7: table of exception codes.
std::string describe(const AnswerError& error) {
    if (error.kind != AnswerError::Kind::exception) return std::string{to_string(error.kind)};
    const auto name = [&]() -> std::string_view {
        switch (error.exception) {
            case 1: return "illegal function";
            case 2: return "illegal data address";
            case 3: return "illegal data value";
            case 4: return "device failure";
            case 5: return "acknowledge, still working";
            case 6: return "device busy";
            case 8: return "memory parity error";
            case 10: return "gateway path unavailable";
            case 11: return "gateway: target device did not respond";
            default: return "unknown code";  // a number from outside, not an enumeration
        }
    }();
    return fmt::format("{} (exception {})", name, error.exception);
}

std::size_t encode(const Request& request, std::span<std::uint8_t, max_pdu> out) {
    const auto put = [&](std::size_t offset, std::uint16_t word) {
        out[offset] = high(word);
        out[offset + 1] = low(word);
    };
    out[0] = static_cast<std::uint8_t>(request.function);
    put(1, request.address);
    switch (request.function) {
        case Function::read_coils:
        case Function::read_discrete_inputs:
            assert(request.count >= 1 && request.count <= 2000);  // 6.1, 6.2
            put(3, request.count);
            return 5;
        case Function::read_holding_registers:
        case Function::read_input_registers:
            assert(request.count >= 1 && request.count <= 125);  // 6.3, 6.4
            put(3, request.count);
            return 5;
        case Function::write_single_coil:
        case Function::write_single_register:
            assert(request.values.size() == 1);
            put(3, single_value(request));
            return 5;
        case Function::write_multiple_registers: {
            const auto count = request.values.size();
            assert(count >= 1 && count <= 123);  // 6.12
            put(3, static_cast<std::uint16_t>(count));
            out[5] = static_cast<std::uint8_t>(2 * count);
            for (std::size_t i = 0; i < count; ++i) put(6 + 2 * i, request.values[i]);
            return 6 + 2 * count;
        }
        case Function::read_device_identification:
            assert(request.count >= 1 && request.count <= 4 && request.address <= 0xFF);  // 6.21
            out[1] = mei_type;
            out[2] = low(request.count);
            out[3] = low(request.address);
            return 4;
    }
    assert(!"every function has its request");
    return 0;
}

std::uint16_t Answer::word(std::size_t index) const {
    assert(2 * index + 1 < data.size());
    return word_at(data, 2 * index);
}

bool Answer::bit(std::size_t index) const {
    assert(index / 8 < data.size());
    return (data[index / 8] >> (index % 8) & 1) != 0;
}

Checked check(const Request& request, std::span<const std::uint8_t> pdu) {
    if (pdu.size() < 2) return failed(AnswerError::Kind::wrong_length);
    const auto function = static_cast<std::uint8_t>(request.function);
    if (pdu[0] == (function | exception_flag)) {
        if (pdu.size() != 2) return failed(AnswerError::Kind::wrong_length);
        return {.answer = {},
                .error = {.kind = AnswerError::Kind::exception, .exception = pdu[1]},
                .ok = false};
    }
    if (pdu[0] != function) return failed(AnswerError::Kind::wrong_function);

    switch (request.function) {
        case Function::read_coils:
        case Function::read_discrete_inputs:
        case Function::read_holding_registers:
        case Function::read_input_registers: return check_read(request, pdu);
        case Function::write_single_coil:
        case Function::write_single_register:
            return check_echo(request, pdu, single_value(request));
        case Function::write_multiple_registers:
            return check_echo(request, pdu, static_cast<std::uint16_t>(request.values.size()));
        case Function::read_device_identification: return check_identification(request, pdu);
    }
    assert(!"every function has its check");
    return failed(AnswerError::Kind::wrong_function);
}

std::size_t answer_length(const Request& request, std::span<const std::uint8_t> head) {
    if (head.empty()) return 0;
    const auto function = static_cast<std::uint8_t>(request.function);
    if (head[0] == (function | exception_flag)) return 2;
    if (head[0] != function) return not_an_answer;
    switch (request.function) {
        case Function::read_coils:
        case Function::read_discrete_inputs:
        case Function::read_holding_registers:
        case Function::read_input_registers:
            if (head.size() < 2) return 0;
            return head[1] == data_bytes(request) ? 2U + head[1] : not_an_answer;
        case Function::write_single_coil:
        case Function::write_single_register:
        case Function::write_multiple_registers: return echo_length;
        case Function::read_device_identification: return identification_length(head);
    }
    assert(!"every function has its answer");
    return not_an_answer;
}

}  // namespace sealwarden::modbus
