#include "firmware/text/duration.hpp"

namespace sealwarden {

std::string duration(std::chrono::milliseconds time) {
    const auto ms = time.count();
    const auto pair = [](std::int64_t first, const char* one, std::int64_t second,
                         const char* other) {
        return std::to_string(first) + one + std::to_string(second) + other;
    };
    if (ms < 0) return "-" + duration(-time);
    if (ms < 1'000) return std::to_string(ms) + " ms";
    const auto s = ms / 1'000;
    if (s < 60) return std::to_string(s) + " s";
    if (s < 3'600) return pair(s / 60, " min ", s % 60, " s");
    if (s < 86'400) return pair(s / 3'600, " h ", s % 3'600 / 60, " min");
    return pair(s / 86'400, " d ", s % 86'400 / 3'600, " h");
}

}  // namespace sealwarden
