// Any bytes as a configuration: it is refused with findings that name the file, or taken, and then
// what `config show` prints of it is the same configuration again.
#include "firmware/config/config.hpp"

#include <cassert>
#include <cstdint>

#include "tests/fuzz/file_of_bytes.hpp"

using namespace sealwarden;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::FileOfBytes file{data, size};
    config::Sources sources{.files = {file.path()}, .profiles = {SEALWARDEN_PROFILES}};
    const auto loaded = config::load(sources);
    for (const auto& finding : loaded.findings) {
        assert(finding.file == file.path() || finding.file.starts_with(SEALWARDEN_PROFILES));
        assert(!to_string(finding).empty());
    }
    if (!loaded.config) {
        assert(!loaded.findings.empty());
        return 0;
    }
    (void)config::loads(*loaded.config);
    const auto shown = config::show(sources, false);
    const fuzz::FileOfBytes again{reinterpret_cast<const std::uint8_t*>(shown.data()),
                                  shown.size()};
    sources.files = {again.path()};
    const auto reloaded = config::load(sources);
    assert(reloaded.config && reloaded.config->hash == loaded.config->hash);
    assert(config::difference(*loaded.config, *reloaded.config).changed.empty());
    return 0;
}
