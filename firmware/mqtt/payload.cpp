#include "firmware/mqtt/payload.hpp"

#include <algorithm>

namespace sealwarden::mqtt_front {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

constexpr int schema_major = 1;

char keep(char c, char otherwise) {
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : otherwise;
}

std::int64_t epoch_ms(WallTime time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

std::string level(std::string_view text) {
    std::string kept{text};
    std::ranges::transform(kept, kept.begin(), [](char c) { return keep(c, '-'); });
    return kept;
}

std::string word(std::string_view text) {
    std::string kept{text};
    std::ranges::transform(kept, kept.begin(), [](char c) { return keep(c, '_'); });
    return kept;
}

void stamp(ordered_json& payload, WallTime time) {
    payload["v"] = schema_major;
    payload["time"] = rfc3339(time);
    payload["ts"] = epoch_ms(time);
}

std::string stamped(const ordered_json& content, WallTime time) {
    ordered_json payload;
    stamp(payload, time);
    payload.update(content);
    return payload.dump();
}

std::string text_of(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

json value_of(const json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_structured() ? json{} : *found;
}

json section(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_object() ? *found : json::object();
}

}  // namespace sealwarden::mqtt_front
