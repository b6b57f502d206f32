// What payloads and topics are made of (TOPICS.md): words, the stamp, and a safe look into JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "firmware/clock.hpp"

namespace sealwarden::mqtt_front {

// A topic level or an id from a text of ours: [a-z0-9-], everything else becomes '-'. NATS closes
// the connection at a dot or a space.
[[nodiscard]] std::string level(std::string_view text);
// The same for payload words and keys: [a-z0-9_].
[[nodiscard]] std::string word(std::string_view text);

// `v`, `time` and `ts`.
void stamp(nlohmann::ordered_json& payload, WallTime time);
// The members of `content` behind the stamp.
[[nodiscard]] std::string stamped(const nlohmann::ordered_json& content, WallTime time);

// A member, or nothing: an empty text, null for what is not a plain value, an empty object.
[[nodiscard]] std::string text_of(const nlohmann::json& object, const char* key);
[[nodiscard]] nlohmann::json value_of(const nlohmann::json& object, const char* key);
[[nodiscard]] nlohmann::json section(const nlohmann::json& object, const char* key);

}  // namespace sealwarden::mqtt_front
