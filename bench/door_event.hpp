// The everyday event of a dock, as the benchmarks write it.
#pragma once

#include <fmt/format.h>

#include "firmware/core/event.hpp"

namespace sealwarden::bench {

inline constexpr std::uint64_t doors = 40;
[[nodiscard]] inline std::string door_name(std::uint64_t number) {
    return fmt::format("d{:02}", number % doors);
}

[[nodiscard]] inline Event door_event(const std::string& door, std::uint64_t number, Uptime now) {
    return {.kind = number % 2 == 0 ? EventKind::door_opened : EventKind::door_closed,
            .at = now,
            .after = now - std::chrono::milliseconds{100},
            .subjects = {{"door", door}},
            .data = {{"held_ms", static_cast<std::int64_t>(number)}},
            .personal = {},
            .source = PointId{"io1.di0"},
            .raw = 1};
}

}  // namespace sealwarden::bench
