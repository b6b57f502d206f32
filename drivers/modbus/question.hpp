// A question from outside the poll plan, for commissioning: made in between the polls, once, and
// answered once. It can say reads and nothing else.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "drivers/profile.hpp"

namespace sealwarden::modbus {

// How a question ended.
struct Reply {
    enum class Kind {
        values,      // the device answered
        refused,     // it said no: `exception` is its code
        no_answer,   // nothing came in time; or it is silent already, and was not asked
        bad_answer,  // something else came
        port_gone,   // the link is down
        not_asked,   // it cannot be asked so, too many wait, or its turn did not come in time
    };
    Kind kind = Kind::not_asked;
    std::vector<std::uint16_t> values;  // registers, bits as 0 and 1, bytes of an identification
    std::uint8_t exception = 0;
    std::string why;  // one sentence; empty with values
};

struct Question {
    std::string device;
    std::optional<Table> table;  // empty: device identification (function 43/14)
    // Registers or bits from `address` on. Identification: the first object, and the read code
    // (1 basic, 2 regular, 3 extended, 4 one object).
    std::uint16_t address = 0, count = 1;
    std::chrono::milliseconds patience{5'000};  // for its turn to come
    // Called once, on the thread of the bus or on the asking one. Must not block or ask again.
    std::function<void(Reply)> done;
};

}  // namespace sealwarden::modbus
