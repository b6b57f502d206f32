// One good text for each parser of the verifier, and what must be true of whatever a parser
// accepts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sealwarden::verify::test {

struct Target {
    std::string name;
    std::string sample;
    // Parses; a text it accepts must satisfy what the format promises (asserted). Refusing is fine.
    void (*feed)(std::string_view bytes);
};
[[nodiscard]] const std::vector<Target>& targets();

// A small ZIP of the strict form.
[[nodiscard]] std::string sample_zip();

}  // namespace sealwarden::verify::test
