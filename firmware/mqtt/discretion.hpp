// What may be told to whoever reads the broker. Everything here is without `full_detail`: a datum,
// and a kind of subject, is private until somebody put it on a list of discretion.cpp.
#pragma once

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

namespace sealwarden::mqtt_front {

// A key with its value, of a state or of an event of `event_kind` (empty: of a state).
[[nodiscard]] bool is_open(std::string_view event_kind, std::string_view key,
                           const nlohmann::json& value);

// May a subject be named? Its kind is known here; of a visit only the id that we give ourselves,
// v-DATE-TIME-DOOR, which names no container.
[[nodiscard]] bool is_open_subject(std::string_view kind, std::string_view id,
                                   const std::set<std::string>& doors);

// Twelve hexadecimal digits in place of a private id, in topics too: the same for ever, and not to
// be found by trying all container numbers, as long as `secret` is not known.
[[nodiscard]] std::string alias(std::string_view kind, std::string_view id,
                                std::string_view secret);

}  // namespace sealwarden::mqtt_front
