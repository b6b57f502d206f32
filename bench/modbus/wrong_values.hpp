// Figure 6: values that were never in the device, out of many exchanges with hostile answers.
#pragma once

#include <cstdint>

#include "bench/modbus/child.hpp"

namespace sealwarden::bench {

[[nodiscard]] Figure wrong_values(std::uint64_t exchanges);

}  // namespace sealwarden::bench
