// Checks a document against a JSON Schema and says what is wrong in words an installer can use.
//
// The schema's draft-04 keywords are walked here and not by valijson: its messages name neither the
// allowed values nor the unknown key's place, and it repeats every fault for each node above it.
// To say better, one has to know which keyword failed, which is the whole walk. The tests hold this
// walk against valijson and python3-jsonschema: all three must agree on every file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "drivers/toml/document.hpp"

namespace sealwarden {

// One finding a fault, in file order. Knows: type, enum, pattern, minLength, maxLength, minimum,
// maximum, exclusiveMinimum, exclusiveMaximum, required, properties, additionalProperties, items,
// minItems, maxItems, uniqueItems, oneOf, $ref ("#/definitions/..."), definitions, and as words:
// title (names a branch of oneOf), description (what a pattern or a missing key is for).
// Throws std::logic_error when the schema uses another keyword: nothing is skipped in silence.
[[nodiscard]] std::vector<FileFinding> check_schema(const TomlDocument& document,
                                                    const nlohmann::json& schema);

// The candidate that was probably meant: at most two typing errors away (Damerau-Levenshtein, one
// for words of up to three letters), or the only one that starts with `word`. Empty: none.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& candidates);

// "`a`, `b` or `c`"
[[nodiscard]] std::string listed(const std::vector<std::string>& words);

}  // namespace sealwarden
