#include "drivers/modbus/stragglers.hpp"

#include <algorithm>

namespace sealwarden::modbus {
namespace {

constexpr std::array reads{Function::read_holding_registers, Function::read_input_registers,
                           Function::read_discrete_inputs, Function::read_coils};

}  // namespace

Stragglers::Look Stragglers::look(const Request& request) {
    switch (request.function) {
        case Function::read_coils:
        case Function::read_discrete_inputs:
            return {.function = request.function, .bytes = (request.count + 7U) / 8U};
        case Function::read_holding_registers:
        case Function::read_input_registers:
            return {.function = request.function, .bytes = request.count * std::size_t{2}};
        case Function::write_single_coil:
        case Function::write_single_register:
        case Function::write_multiple_registers:
        case Function::read_device_identification: break;
    }
    return {.function = request.function, .bytes = 0};
}

void Stragglers::asked(const Request& request) {
    recent_[next_] = look(request);
    next_ = (next_ + 1) % depth;
    count_ = std::min(count_ + 1, depth);
}

bool Stragglers::tells(const Request& request, bool exception) const {
    const auto mine = look(request);
    for (std::size_t back = 1; back <= count_; ++back) {
        const auto& other = recent_[(next_ + depth - back) % depth];
        if (other.function == mine.function && (exception || other.bytes == mine.bytes))
            return false;
    }
    return true;
}

std::optional<Request> Stragglers::marker(const Request& request, Allowed allowed) const {
    auto candidate = request;
    const bool is_read = std::find(reads.begin(), reads.end(), request.function) != reads.end();
    if (is_read && allowed.parts) {
        while (candidate.count > 1) {
            --candidate.count;
            if (tells(candidate, false)) return candidate;
        }
    }
    if (!allowed.foreign) return std::nullopt;
    candidate.count = 1;
    if (!is_read) candidate.address = 0;
    for (const auto function : reads) {
        candidate.function = function;
        // Whatever the device says to it, data or exception, has this function in it.
        if (tells(candidate, true)) return candidate;
    }
    return std::nullopt;
}

}  // namespace sealwarden::modbus
