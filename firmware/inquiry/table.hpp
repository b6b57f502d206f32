// Entries as a table for spreadsheets: RFC 4180, UTF-8, and no cell that a spreadsheet would take
// for a formula.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "firmware/core/options.hpp"
#include "firmware/text/text.hpp"

namespace sealwarden::inquiry {

// "index,time_utc,time_local,…", ended by CRLF like every row. Local times are in the zone of the
// process.
[[nodiscard]] std::string table_head(bool with_personal);
// `personal`: the texts beside the entry, or null.
[[nodiscard]] std::string table_row(const nlohmann::json& entry, const nlohmann::json* personal,
                                    bool with_personal, const SiteOptions& site, Language language);
// Quoted where RFC 4180 wants it. What begins with = + - @, a tab or a return gets an apostrophe in
// front: spreadsheets would compute it (numbers of ours are never cells that come through here).
[[nodiscard]] std::string cell(std::string_view text);

}  // namespace sealwarden::inquiry
