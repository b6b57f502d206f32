// Moments as records write them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sealwarden::verify {

using Moment = std::chrono::sys_time<std::chrono::microseconds>;  // UTC

// "2026-11-24T03:00:00.123456Z", in that form alone; a moment that exists.
[[nodiscard]] std::optional<Moment> record_moment(std::string_view text);
// "2026-11-24T03:00:00Z", in that form alone.
[[nodiscard]] std::optional<Moment> second_moment(std::string_view text);
// The same forms, and any in between ("…:00.5Z"), as people type them.
[[nodiscard]] std::optional<Moment> typed_moment(std::string_view text);

[[nodiscard]] std::string record_text(Moment moment);
[[nodiscard]] std::string second_text(Moment moment);  // cut to the second

}  // namespace sealwarden::verify
