// Any bytes as canonical JSON and as a record of the log. The strict parser is held against a
// tolerant one: what it accepts is JSON, and written out canonically it is the same bytes again, or
// two texts would stand for one record.
#include "firmware/verify/record.hpp"

#include <cassert>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

using namespace sealwarden::verify;

namespace {

void walk(const JsonValue& value) {
    if (value.kind() == JsonKind::text) (void)value.text();
    if (value.kind() != JsonKind::list && value.kind() != JsonKind::object) return;
    for (const auto inside : value) walk(inside);
}

bool is_record(std::string_view text) {
    Record record;
    try {
        parse_record(text, 0, record);
        return true;
    } catch (const Malformed&) {
        return false;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const bool record = is_record(text);
    Json json;
    try {
        json.parse(text);
    } catch (const Malformed&) {
        assert(!record);
        return 0;
    }
    walk(json.root());
    const auto other = nlohmann::json::parse(text, nullptr, false);
    assert(!other.is_discarded());
    assert(other.dump() == text);
    return 0;
}
