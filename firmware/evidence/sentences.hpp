// What a record says, in words: by the catalog, with the ids that stand in it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "firmware/text/text.hpp"

namespace sealwarden::evidence {

// Of its data: a text, or "" when it is none.
[[nodiscard]] std::string text_in(const nlohmann::json& record, const char* key);
// "d07 opened". A kind that the catalog lacks is said as it is.
[[nodiscard]] std::string sentence_of(const nlohmann::json& record, Language language);
// "d07 opened while secured": the alarm that a record of the family `alarm.` is about.
[[nodiscard]] std::string sentence_of_alarm(const nlohmann::json& record, Language language);
// "by: ana · reason: seen": whom it names besides its main subject, and of its data what says
// anything.
[[nodiscard]] std::string facts_of(const nlohmann::json& record);

}  // namespace sealwarden::evidence
