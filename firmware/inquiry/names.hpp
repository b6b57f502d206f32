// What things are called, and what an entry says, for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "firmware/core/options.hpp"
#include "firmware/text/text.hpp"

namespace sealwarden::inquiry {

// The configured name; null: this kind of thing has none, or there is no such thing.
[[nodiscard]] const Name* find_name(const SiteOptions& site, std::string_view kind,
                                    std::string_view id);
// In that language, else in the other, else the id.
[[nodiscard]] std::string name_of(const SiteOptions& site, std::string_view kind,
                                  std::string_view id, Language language);
// "Dock 7 opened": the catalog's sentence of the entry's kind.
[[nodiscard]] std::string sentence_of(const nlohmann::json& entry, const SiteOptions& site,
                                      Language language);
// "Dock 7 was forced": of an entry about an alarm; empty: it is about none.
[[nodiscard]] std::string name_of_alarm(const nlohmann::json& entry, const SiteOptions& site,
                                        Language language);
// The same of an alarm as the door tells it.
[[nodiscard]] std::string sentence_of_alarm(const nlohmann::json& alarm, const SiteOptions& site,
                                            Language language);

// For comparing what people type: lower case, and no accents on letters of western Europe, so that
// "anden" finds "Andén". Digits and letters that look alike stay different.
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace sealwarden::inquiry
