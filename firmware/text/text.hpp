// The words people read, in both languages, from one catalog: config/text/{en,es}.json.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace sealwarden {

enum class Language { english, spanish };

// The catalog's sentence for `key` with {name} places filled. A key the catalog lacks is returned
// as it is, and a test fails.
[[nodiscard]] std::string text(Language language, std::string_view key,
                               const std::map<std::string, std::string>& places = {});
[[nodiscard]] bool has_text(std::string_view key);
// All sentences whose keys begin with `prefix`, their places open.
[[nodiscard]] std::map<std::string, std::string> texts_under(Language language,
                                                             std::string_view prefix);

// Keys: "event.<kind>" for every EventKind and "alarm.<kind>" for every alarm kind, each with the
// place {name}: the configured name of what it is about ("Dock 7"), the site's name for the gateway
// itself. "alarm.other" has {kind} too, for a kind that is newer than the catalog.
// "instructions.<kind>": what to do about an alarm, a line for each step. Of evidence:
// "page.", "verdict.", "rule.", "finding.", "report.", "timeline.", "sheet.". Of the command line:
// "head." a column, "row." a line of a sheet, "state." one word of the gateway's JSON (a state, a
// fault, a priority, a kind of thing), "count." and "cli." the rest. "demo." is the
// demo's, also what its scenario says.

}  // namespace sealwarden
