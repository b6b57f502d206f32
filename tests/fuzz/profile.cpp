// Any bytes as a device profile: refused with a finding, or taken, and then its own vectors decode
// to a value, a fault or a failure that is said.
#include <cassert>
#include <cstdint>

#include "drivers/profile/report.hpp"
#include "tests/fuzz/file_of_bytes.hpp"

using namespace sealwarden;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::FileOfBytes file{data, size};
    const auto loaded = load_profile(file.path());
    if (!loaded.profile) {
        assert(!loaded.findings.empty());
        return 0;
    }
    for (const auto& point : loaded.profile->points)
        assert(loaded.profile->point(point.name) == &point);
    for (const auto& failure : run_vectors(*loaded.profile)) assert(!failure.message.empty());
    return 0;
}
