// Any line at the local door: its arguments are refused with a sentence, or within the limits that
// PROTOCOL.md promises to what stands behind the door.
#include <cassert>
#include <cstdint>
#include <string_view>

#include "firmware/local/api.hpp"

using namespace sealwarden;

namespace {

template <class Read>
void refused_or(Read read) {
    try {
        read();
    } catch (const local::UsageError& error) {
        assert(*error.what() != '\0');
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto question = nlohmann::json::parse(
        std::string_view{reinterpret_cast<const char*>(data), size}, nullptr, false);
    if (!question.is_object()) return 0;
    refused_or([&] {
        const auto query = local::query_from(question);
        assert(query.limit >= 1 && query.limit <= 1000 && query.kinds.size() <= 64);
        if (query.subject) assert(query.subject->id.size() <= 128);
    });
    refused_or([&] {
        const auto read = local::raw_read_from(question);
        const bool bits = read.table == Table::coil || read.table == Table::discrete_input;
        assert(read.count >= 1 && read.count <= (bits ? 2000 : 125));
        assert(read.device.size() <= 40);
    });
    for (const auto* name : {"alarm", "by", "channel", "ref"}) {
        refused_or([&] {
            for (const char c : local::text_from(question, name, 128))
                assert(static_cast<unsigned char>(c) >= 0x20);
        });
    }
    assert(nlohmann::json::accept(local::line(question)));
    return 0;
}
