// How long something took, for people; the symbols are the same in every language.
#pragma once

#include <chrono>
#include <string>

namespace sealwarden {

[[nodiscard]] std::string duration(std::chrono::milliseconds time);  // "2 h 5 min", "340 ms"

}  // namespace sealwarden
