#include "firmware/sim/device.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace sealwarden::sim {
namespace {

// MODBUS Application Protocol V1.1b3, 7: exception codes.
constexpr std::uint8_t illegal_function = 1, illegal_address = 2, illegal_value = 3,
                       device_failure = 4;

std::vector<std::uint8_t> exception(std::uint8_t function, std::uint8_t code) {
    return {static_cast<std::uint8_t>(function | 0x80U), code};
}

std::uint16_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8U | bytes[at + 1]);
}

bool is_bits(Table table) {
    return table == Table::coil || table == Table::discrete_input;
}

std::uint64_t full_mask(const PointProfile& point) {
    const unsigned width = is_bits(point.table) ? 1U : 16U * point.registers;
    return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}

// The number a bool, integer or label stands for in the device; empty when the point cannot say it.
std::optional<std::uint64_t> raw_number(const PointProfile& point, const Value& value) {
    if (const auto* truth = std::get_if<bool>(&value)) {
        for (const auto& [raw, means] : point.truths) {
            if (means == *truth) return static_cast<std::uint64_t>(raw);
        }
        return *truth != point.invert ? 1U : 0U;
    }
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return static_cast<std::uint64_t>(*number * point.divide / point.multiply);
    }
    for (const auto& [raw, label] : point.labels) {
        if (label == std::get<std::string>(value)) return static_cast<std::uint64_t>(raw);
    }
    return std::nullopt;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

std::optional<std::vector<std::uint8_t>> bytes_of(const PointProfile& point,
                                                  const std::string& text) {
    std::vector<std::uint8_t> bytes;
    if (point.encoding == Encoding::text) {
        bytes.assign(text.begin(), text.end());
    } else {
        if (text.size() % 2 != 0) return std::nullopt;
        for (std::size_t i = 0; i < text.size(); i += 2) {
            const int high = hex_digit(text[i]);
            const int low = hex_digit(text[i + 1]);
            if (high < 0 || low < 0) return std::nullopt;
            bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
        }
    }
    if (bytes.size() > std::size_t{point.registers} * 2) return std::nullopt;
    bytes.resize(std::size_t{point.registers} * 2, 0);
    return bytes;
}

}  // namespace

std::optional<Trouble> trouble(std::string_view text) {
    using enum Trouble;
    static const std::map<std::string_view, Trouble> known{
        {"dead", dead},       {"slow", slow},       {"exception", exception},
        {"garbage", garbage}, {"partial", partial}, {"wrong-unit", wrong_unit}};
    const auto found = known.find(text);
    return found == known.end() ? std::nullopt : std::optional{found->second};
}

Device::Device(std::string id, std::uint8_t unit, std::shared_ptr<const Profile> profile)
    : id_{std::move(id)}, unit_{unit}, profile_{std::move(profile)} {
    for (const auto& point : profile_->points) store(point, 0, full_mask(point));
    // A word whose points are told by masks with a validity bit begins as "valid, nothing there".
    for (const auto& point : profile_->points) {
        if (!point.truths.empty()) set(point.name, Value{false});
    }
    for (const auto& name : profile_->identity) {
        const auto* point = profile_->point(name);
        if (point == nullptr) continue;
        if (point->encoding == Encoding::text)
            set(name, Value{"SIM" + std::to_string(unit_)});
        else if (point->encoding == Encoding::hex)
            set(name, Value{std::string{"0090e80000"} + (unit_ < 16 ? "0" : "") +
                            std::to_string(unit_ % 100)});
        else
            set(name, Value{std::int64_t{unit_}});
    }
}

bool Device::set(const std::string& name, const Value& value) {
    const auto* point = profile_->point(name);
    if (point == nullptr) return false;
    if (point->encoding == Encoding::text || point->encoding == Encoding::hex) {
        const auto* text = std::get_if<std::string>(&value);
        const auto bytes = text == nullptr ? std::nullopt : bytes_of(*point, *text);
        if (!bytes) return false;
        for (std::size_t i = 0; i < point->registers; ++i) {
            auto first = (*bytes)[2 * i];
            auto second = (*bytes)[2 * i + 1];
            if (point->low_byte_first) std::swap(first, second);
            words(point->table)[static_cast<std::uint16_t>(point->address + i)] =
                static_cast<std::uint16_t>(first << 8U | second);
        }
        return true;
    }
    const auto raw = raw_number(*point, value);
    if (!raw) return false;
    if (point->bit)
        store(*point, (*raw & 1U) << *point->bit, std::uint64_t{1} << *point->bit);
    else
        store(*point, *raw, point->mask & full_mask(*point));
    return true;
}

bool Device::add(const std::string& name, std::uint64_t by) {
    const auto* point = profile_->point(name);
    if (point == nullptr || point->encoding == Encoding::text || point->encoding == Encoding::hex)
        return false;
    store(*point, load(*point) + by, point->mask & full_mask(*point));
    return true;
}

void Device::replace() {
    ++replaced_;
    for (const auto& name : profile_->identity) {
        const auto* point = profile_->point(name);
        if (point == nullptr) continue;
        if (point->encoding == Encoding::text)
            set(name, Value{"NEW" + std::to_string(replaced_)});
        else if (point->encoding == Encoding::hex)
            set(name, Value{"0090e8ffff0" + std::to_string(replaced_ % 10)});
        else
            set(name, Value{std::int64_t{unit_ + 100 + replaced_}});
    }
}

std::uint64_t Device::load(const PointProfile& point) {
    std::uint64_t raw = 0;
    for (std::uint16_t i = 0; i < point.registers; ++i) {
        const auto at = static_cast<std::uint16_t>(
            point.address + (point.low_word_first ? point.registers - 1 - i : i));
        raw = raw << 16U | words(point.table)[at];
    }
    return raw;
}

void Device::store(const PointProfile& point, std::uint64_t raw, std::uint64_t mask) {
    if (is_bits(point.table)) {
        words(point.table)[point.address] = raw & 1U;
        return;
    }
    std::uint64_t left = (load(point) & ~mask) | (raw & mask);
    for (std::uint16_t i = point.registers; i-- > 0;) {
        const auto at = static_cast<std::uint16_t>(
            point.address + (point.low_word_first ? point.registers - 1 - i : i));
        words(point.table)[at] = static_cast<std::uint16_t>(left & 0xFFFFU);
        left >>= 16U;
    }
}

bool Device::is_declared(Table table, std::uint16_t address) const {
    return std::any_of(profile_->writes.begin(), profile_->writes.end(),
                       [&](const DeclaredWrite& write) {
                           return write.table == table && write.address == address;
                       });
}

// A command that carries a loop counter is done when the device echoes the counter.
void Device::written(Table table, std::uint16_t address, std::uint16_t value) {
    words(table)[address] = value;
    for (const auto& handshake : profile_->handshakes) {
        const auto write =
            std::find_if(profile_->writes.begin(), profile_->writes.end(),
                         [&](const auto& declared) { return declared.name == handshake.write; });
        if (!handshake.echo || write == profile_->writes.end() || write->address != address)
            continue;
        if (const auto* echo = profile_->point(*handshake.echo)) {
            store(*echo, value, echo->mask & full_mask(*echo));
        }
    }
}

Reply Device::answer(std::span<const std::uint8_t> request) {
    Reply reply{.unit = unit_, .pdu = pdu(request)};
    switch (trouble_) {
        case Trouble::none: break;
        case Trouble::dead: reply.way = Reply::Way::none; break;
        case Trouble::slow: reply.delay = std::chrono::milliseconds{700}; break;
        case Trouble::exception: reply.pdu = exception(request[0], device_failure); break;
        case Trouble::garbage: reply.way = Reply::Way::garbage; break;
        case Trouble::partial: reply.way = Reply::Way::partial; break;
        case Trouble::wrong_unit: reply.unit = static_cast<std::uint8_t>(unit_ + 1); break;
    }
    return reply;
}

std::vector<std::uint8_t> Device::pdu(std::span<const std::uint8_t> request) {
    const auto function = request[0];
    if (function == 0x2B) {  // 6.21: basic identification in one answer
        if (request.size() < 4 || request[1] != 0x0E) return exception(function, illegal_value);
        const std::array<std::string, 3> objects{profile_->manufacturer, profile_->model, "sim"};
        std::vector<std::uint8_t> out{0x2B, 0x0E, request[2], 0x01, 0x00, 0x00, 0x03};
        for (std::size_t i = 0; i < objects.size(); ++i) {
            out.push_back(static_cast<std::uint8_t>(i));
            out.push_back(static_cast<std::uint8_t>(objects[i].size()));
            out.insert(out.end(), objects[i].begin(), objects[i].end());
        }
        return out;
    }
    if (request.size() < 5) return exception(function, illegal_value);
    const auto address = word_at(request, 1);
    const auto number = word_at(request, 3);
    switch (function) {
        case 1:
        case 2: {
            auto& bits = words(function == 1 ? Table::coil : Table::discrete_input);
            std::vector<std::uint8_t> out{function, static_cast<std::uint8_t>((number + 7) / 8)};
            out.resize(2U + (number + 7U) / 8U, 0);
            for (std::uint16_t i = 0; i < number; ++i) {
                const auto bit = bits.find(static_cast<std::uint16_t>(address + i));
                if (bit == bits.end()) return exception(function, illegal_address);
                if (bit->second != 0) out[2U + i / 8U] |= static_cast<std::uint8_t>(1U << (i % 8U));
            }
            return out;
        }
        case 3:
        case 4: {
            auto& registers =
                words(function == 3 ? Table::holding_register : Table::input_register);
            if (!registers.contains(address)) return exception(function, illegal_address);
            std::vector<std::uint8_t> out{function, static_cast<std::uint8_t>(number * 2)};
            for (std::uint16_t i = 0; i < number; ++i) {
                // Registers between two mapped ones read as zero, as on most devices.
                const auto found = registers.find(static_cast<std::uint16_t>(address + i));
                const std::uint16_t word = found == registers.end() ? 0 : found->second;
                out.push_back(static_cast<std::uint8_t>(word >> 8U));
                out.push_back(static_cast<std::uint8_t>(word & 0xFFU));
            }
            return out;
        }
        case 5:
        case 6: {
            const auto table = function == 5 ? Table::coil : Table::holding_register;
            if (!is_declared(table, address)) return exception(function, illegal_address);
            if (function == 5 && number != 0 && number != 0xFF00)
                return exception(function, illegal_value);
            written(table, address, function == 5 ? (number != 0 ? 1 : 0) : number);
            return {request.begin(), request.begin() + 5};
        }
        case 16: {
            if (request.size() < 6U + 2U * number) return exception(function, illegal_value);
            for (std::uint16_t i = 0; i < number; ++i) {
                const auto at = static_cast<std::uint16_t>(address + i);
                if (!is_declared(Table::holding_register, at))
                    return exception(function, illegal_address);
                written(Table::holding_register, at, word_at(request, 6U + 2U * i));
            }
            return {request.begin(), request.begin() + 5};
        }
        default: return exception(function, illegal_function);
    }
}

}  // namespace sealwarden::sim
