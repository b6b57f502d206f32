// Which of the log's entries somebody may see besides the right to search at all: the drivers' log
// is hidden from drivers (CTPAT 10.4), unused serials are worth something to a cloner (6.1 A), and
// badges and visitors are the business of those who keep them. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "firmware/console/who.hpp"

namespace sealwarden::console {

// The right that records or subjects of this kind take besides `search`; empty: none.
[[nodiscard]] std::string_view right_of_kind(std::string_view subject_kind);
[[nodiscard]] bool may_find(const Who& who, std::string_view subject_kind);
// An entry as the door tells it; its lot's first and last serials may have to be taken out.
[[nodiscard]] bool may_see(const Who& who, const nlohmann::json& entry);
// An entry with all that is in it: as it was hashed.
[[nodiscard]] bool may_see_whole(const Who& who, const nlohmann::json& entry);

}  // namespace sealwarden::console
