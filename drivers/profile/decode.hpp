// From registers to a value. Pure; integers and bools allocate nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "drivers/profile.hpp"
#include "drivers/reading.hpp"

namespace sealwarden {

// `registers` are the point's own, in the order they came; of a bit table one word, 0 or 1.
// Faults, for what is not a value must not look like one:
//   bad_answer  not as many registers as the point has; a number its labels or truths do not name;
//               a text with bytes that are not printable ASCII; a number beyond 64 bits
//   refused     the device says that it has no value (`not_available`)
// An empty text is a value: the device holds no text, or a number (hex) of zeros alone.
[[nodiscard]] std::variant<Value, Fault> decode(const PointProfile& point,
                                                std::span<const std::uint16_t> registers);

// The registers as one number, before mask and scale: what stands beside a reading for the
// record. Empty for texts and where the count does not fit.
[[nodiscard]] std::optional<std::uint64_t> raw_of(const PointProfile& point,
                                                  std::span<const std::uint16_t> registers);

}  // namespace sealwarden
