#include "tests/drivers/fake_line.hpp"

#include <algorithm>
#include <array>

namespace sealwarden::modbus {
namespace {

constexpr std::uint8_t exception_flag = 0x80;

std::vector<std::uint8_t> exception(const Request& request, std::uint8_t code) {
    return {static_cast<std::uint8_t>(static_cast<std::uint8_t>(request.function) | exception_flag),
            code};
}

void put(std::vector<std::uint8_t>& bytes, std::uint16_t word) {
    bytes.push_back(static_cast<std::uint8_t>(word >> 8));
    bytes.push_back(static_cast<std::uint8_t>(word & 0xFF));
}

std::vector<std::uint8_t> bits(const Request& request, const std::map<std::uint16_t, bool>& table) {
    std::vector<std::uint8_t> pdu{static_cast<std::uint8_t>(request.function),
                                  static_cast<std::uint8_t>((request.count + 7) / 8)};
    pdu.resize(2U + pdu[1]);
    for (unsigned i = 0; i < request.count; ++i) {
        const auto found = table.find(static_cast<std::uint16_t>(request.address + i));
        if (found == table.end()) return exception(request, illegal_data_address);
        if (found->second)
            pdu[2 + i / 8] = static_cast<std::uint8_t>(pdu[2 + i / 8] | 1U << (i % 8));
    }
    return pdu;
}

std::vector<std::uint8_t> words(const Request& request,
                                const std::map<std::uint16_t, std::uint16_t>& table) {
    std::vector<std::uint8_t> pdu{static_cast<std::uint8_t>(request.function),
                                  static_cast<std::uint8_t>(request.count * 2)};
    for (unsigned i = 0; i < request.count; ++i) {
        const auto found = table.find(static_cast<std::uint16_t>(request.address + i));
        if (found == table.end()) return exception(request, illegal_data_address);
        put(pdu, found->second);
    }
    return pdu;
}

}  // namespace

Request parse(std::uint8_t unit, std::span<const std::uint8_t> pdu) {
    Request request{.unit = unit, .function = static_cast<Function>(pdu[0])};
    const auto word = [&](std::size_t at) {
        return static_cast<std::uint16_t>(pdu[at] << 8 | pdu[at + 1]);
    };
    if (request.function == Function::read_device_identification) {
        request.count = pdu[2];
        request.address = pdu[3];
        return request;
    }
    request.address = word(1);
    if (!request.writes()) {
        request.count = word(3);
        return request;
    }
    request.count = 1;
    const auto value = word(3);
    const bool coil = request.function == Function::write_single_coil;
    request.values = {coil ? static_cast<std::uint16_t>(value == 0xFF00) : value};
    return request;
}

std::vector<std::uint8_t> FakeDevice::answer(const Request& request) {
    if (on_asked) on_asked();
    switch (request.function) {
        case Function::read_coils: return bits(request, coils);
        case Function::read_discrete_inputs: return bits(request, discrete);
        case Function::read_holding_registers: return words(request, holding);
        case Function::read_input_registers: return words(request, input);
        case Function::write_single_coil: {
            coils[request.address] = request.values[0] != 0;
            std::vector<std::uint8_t> pdu{0x05};
            put(pdu, request.address);
            put(pdu, request.values[0] != 0 ? 0xFF00 : 0x0000);
            return pdu;
        }
        case Function::write_single_register: {
            holding[request.address] = request.values[0];
            std::vector<std::uint8_t> pdu{0x06};
            put(pdu, request.address);
            put(pdu, request.values[0]);
            return pdu;
        }
        case Function::read_device_identification: {
            if (objects.empty()) return exception(request, 1);
            std::size_t at = 0;
            while (at + 1 < objects.size() && objects[at].first < request.address) ++at;
            const auto end = std::min(at + objects_an_answer, objects.size());
            const bool more = end < objects.size();
            std::vector<std::uint8_t> pdu{0x2B,
                                          0x0E,
                                          static_cast<std::uint8_t>(request.count),
                                          0x01,
                                          static_cast<std::uint8_t>(more ? 0xFF : 0x00),
                                          more ? objects[end].first : std::uint8_t{0},
                                          static_cast<std::uint8_t>(end - at)};
            for (; at < end; ++at) {
                const auto& [id, text] = objects[at];
                pdu.push_back(id);
                pdu.push_back(static_cast<std::uint8_t>(text.size()));
                pdu.insert(pdu.end(), text.begin(), text.end());
            }
            return pdu;
        }
        case Function::write_multiple_registers: break;
    }
    return exception(request, 1);
}

void FakeLine::exchange(const Exchange& one) {
    const auto begin = now;
    now += std::max(options_.gap, one.gap);
    std::array<std::uint8_t, max_pdu> raw{};
    const auto length = encode(one.request, raw);
    const auto request = parse(one.request.unit, std::span{raw}.first(length));
    now += options_.character * static_cast<int>(length + 3);
    if (watch) watch(request);
    ++exchanges;

    Outcome outcome{.kind = Outcome::Kind::no_answer, .sent = now};
    std::vector<std::uint8_t> pdu;
    auto& device = devices[request.unit];
    device.asked.push_back(request);
    if (wire) {
        outcome.kind = wire(request, pdu);
    } else if (device.alive) {
        pdu = device.answer(request);
        outcome.kind = device.lose_next > 0 ? Outcome::Kind::no_answer : Outcome::Kind::answer;
        if (device.lose_next > 0) --device.lose_next;
    }
    if (device.latency > one.timeout) outcome.kind = Outcome::Kind::no_answer;
    const bool answered = outcome.kind != Outcome::Kind::no_answer;
    now += answered ? device.latency + options_.character * static_cast<int>(pdu.size() + 3)
                    : one.timeout;
    outcome.at = now;
    outcome.pdu = pdu;
    const bool trusted = poller.finish(outcome, readings);
    if (!trusted && options_.drains) now += one.timeout;
    busy[request.unit] += now - begin;
}

void FakeLine::passes(std::chrono::microseconds time) {
    const auto end = now + time;
    while (now < end) {
        if (const auto* next = poller.next(now)) {
            exchange(*next);
            continue;
        }
        const auto due = poller.deadline();
        now = due ? std::clamp(*due, now + 1us, end) : end;
    }
}

const Reading* FakeLine::last(PointId point) const {
    const auto found = std::find_if(readings.rbegin(), readings.rend(),
                                    [&](const auto& one) { return one.point == point; });
    return found == readings.rend() ? nullptr : &*found;
}

std::vector<Reading> FakeLine::of(PointId point) const {
    std::vector<Reading> some;
    for (const auto& one : readings)
        if (one.point == point) some.push_back(one);
    return some;
}

}  // namespace sealwarden::modbus
