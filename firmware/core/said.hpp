// What an event says, as rules ask it: a datum that is missing or of another type is empty, false.
#pragma once

#include <string>
#include <string_view>

#include "firmware/core/event.hpp"
#include "firmware/core/record_data.hpp"

namespace sealwarden {

[[nodiscard]] inline std::string text_of(const std::map<std::string, Datum>& data,
                                         const std::string& key) {
    const auto found = data.find(key);
    const auto* text = found == data.end() ? nullptr : std::get_if<std::string>(&found->second);
    return text == nullptr ? std::string{} : *text;
}
[[nodiscard]] inline std::string text_of(const RecordData& data, std::string_view key) {
    const auto* datum = data.find(key);
    const auto* text = datum == nullptr ? nullptr : std::get_if<std::string>(datum);
    return text == nullptr ? std::string{} : *text;
}
[[nodiscard]] inline std::string text_of(const Event& event, const std::string& key) {
    return text_of(event.data, key);
}

[[nodiscard]] inline bool flag_of(const std::map<std::string, Datum>& data,
                                  const std::string& key) {
    const auto found = data.find(key);
    return found != data.end() && found->second == Datum{true};
}
[[nodiscard]] inline bool flag_of(const RecordData& data, std::string_view key) {
    const auto* datum = data.find(key);
    return datum != nullptr && *datum == Datum{true};
}
[[nodiscard]] inline bool flag_of(const Event& event, const std::string& key) {
    return flag_of(event.data, key);
}

// The id of the first subject of this kind; empty: none.
[[nodiscard]] inline std::string_view subject_id(const Event& event, std::string_view kind) {
    for (const auto& subject : event.subjects)
        if (subject.kind == kind) return subject.id;
    return {};
}

}  // namespace sealwarden
