// Serials that count up: letters, digits, letters ("HL000100" to "HL000199", "A12-34X" …).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sealwarden {

struct SerialRange {
    std::string prefix, suffix;
    std::size_t width = 0;  // digits in between, with zeros in front
    std::uint64_t first = 0, last = 0;

    // The range, or one sentence about why these two (normalised) are none.
    [[nodiscard]] static std::variant<SerialRange, std::string> from(std::string_view first,
                                                                     std::string_view last);
    [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(last - first) + 1; }
    [[nodiscard]] std::string serial(std::uint64_t number) const;
    // What all of its serials have in common: "HL######".
    [[nodiscard]] std::string shape() const;
    // One of its serials that differs from this number by nothing but look-alikes.
    [[nodiscard]] std::optional<std::string> look_alike_of(std::string_view number) const;
    friend bool operator==(const SerialRange&, const SerialRange&) = default;
};

// One way to read a number as a serial; one with two runs of digits has two.
struct SerialReading {
    std::string shape;
    std::uint64_t number = 0;
};
[[nodiscard]] std::vector<SerialReading> serial_readings(std::string_view number);

}  // namespace sealwarden
