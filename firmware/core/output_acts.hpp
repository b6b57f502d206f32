// What people do with relays: they try them.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "firmware/core/act.hpp"

namespace sealwarden {

struct TestOutput {
    static constexpr ActInfo info{"output.test", "Switches a sounder or beacon on for a moment"};
    std::string output;
    std::int64_t seconds = 3;
    std::string person;
    template <class Self, class Arguments>
    static void fields(Self& self, Arguments& a) {
        a("output", self.output, "id of the output");
        a("seconds", self.seconds, "for how long, at most 60");
        a("person", self.person, "who does it, a registered person");
    }
};
using OutputActs = std::variant<TestOutput>;

}  // namespace sealwarden
