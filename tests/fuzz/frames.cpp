// What a device or a stranger sends, as frames and as an answer's PDU: whatever it is, no view
// leads out of the bytes that came, and a frame with the right checksum is taken for exactly what
// its PDU is.
#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <span>
#include <vector>

#include "drivers/modbus/frame.hpp"

using namespace sealwarden::modbus;

namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::array functions{Function::read_coils,
                               Function::read_discrete_inputs,
                               Function::read_holding_registers,
                               Function::read_input_registers,
                               Function::write_single_coil,
                               Function::write_single_register,
                               Function::write_multiple_registers,
                               Function::read_device_identification};

// Any question that the specification allows.
Request question(Bytes head) {
    Request request{.unit = head[1],
                    .function = functions[head[0] % functions.size()],
                    .address = static_cast<std::uint16_t>(head[2] << 8 | head[3])};
    const auto any = static_cast<std::uint16_t>(head[4] << 8 | head[5]);
    const auto up_to = [&](int most) { return static_cast<std::uint16_t>(1 + any % most); };
    switch (request.function) {
        case Function::read_coils:
        case Function::read_discrete_inputs: request.count = up_to(2000); break;
        case Function::read_holding_registers:
        case Function::read_input_registers: request.count = up_to(125); break;
        case Function::write_single_coil:
            request.values = {static_cast<std::uint16_t>(any % 2)};
            break;
        case Function::write_single_register: request.values = {any}; break;
        case Function::write_multiple_registers:
            request.count = up_to(123);
            request.values.assign(request.count, any);
            break;
        case Function::read_device_identification:
            request.address &= 0xFF;
            request.count = up_to(4);
            break;
    }
    return request;
}

bool within(Bytes part, Bytes whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

void use(const Request& request, Bytes pdu) {
    const Checked checked = check(request, pdu);
    if (!checked) {
        (void)describe(checked.error);
        return;
    }
    assert(within(checked.answer.data, pdu));
    const bool bits = request.function == Function::read_coils ||
                      request.function == Function::read_discrete_inputs;
    const bool words = request.function == Function::read_holding_registers ||
                       request.function == Function::read_input_registers;
    for (std::size_t i = 0; i < request.count && bits; ++i) (void)checked.answer.bit(i);
    for (std::size_t i = 0; i < request.count && words; ++i) (void)checked.answer.word(i);
}

void use(const Request& request, const Split& split, Bytes received) {
    if (split.kind == Split::Kind::need_more) assert(split.missing > 0);
    if (split.kind != Split::Kind::frame) return;
    assert(split.length <= received.size());
    assert(within(split.pdu, received.first(split.length)));
    use(request, split.pdu);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 8) return -1;
    const Bytes all(data, size);
    const Request request = question(all);
    const auto transaction = static_cast<std::uint16_t>(all[6] << 8 | all[7]);
    const Bytes received = all.subspan(8);

    use(request, split_tcp(request, transaction, received), received);
    use(request, split_rtu(request, received), received);
    use(request, received);

    // The same bytes as a PDU in honest envelopes.
    const Bytes pdu = received.first(std::min(received.size(), max_pdu));
    if (pdu.size() < 2) return 0;
    const auto length = static_cast<std::uint16_t>(pdu.size() + 1);
    std::vector<std::uint8_t> tcp{all[6],
                                  all[7],
                                  0,
                                  0,
                                  static_cast<std::uint8_t>(length >> 8),
                                  static_cast<std::uint8_t>(length),
                                  request.unit};
    tcp.insert(tcp.end(), pdu.begin(), pdu.end());
    const Split in_tcp = split_tcp(request, transaction, tcp);
    assert(in_tcp.kind == Split::Kind::frame && std::ranges::equal(in_tcp.pdu, pdu));

    std::vector<std::uint8_t> rtu{request.unit};
    rtu.insert(rtu.end(), pdu.begin(), pdu.end());
    const auto crc = crc16(rtu);
    rtu.push_back(static_cast<std::uint8_t>(crc));
    rtu.push_back(static_cast<std::uint8_t>(crc >> 8));
    use(request, split_rtu(request, rtu), rtu);
    return 0;
}
