// Entries of the log as people read them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "firmware/cli/context.hpp"

namespace sealwarden::cli {

// "Dock 7 opened": the catalog's sentence of the entry's kind.
[[nodiscard]] std::string entry_sentence(Context& context, const nlohmann::json& entry);

// One line: index, time, sentence, data. With --json the record itself, whose bytes are those that
// were hashed.
void print_entry(Context& context, const nlohmann::json& entry);

// A datum as people read it: `_ts` are epoch milliseconds, `_ms` a length of time, null is unknown.
[[nodiscard]] std::string datum_words(const std::string& key, const nlohmann::json& value);

}  // namespace sealwarden::cli
