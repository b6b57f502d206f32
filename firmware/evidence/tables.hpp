// records.csv and gaps.csv: the given records as lines (FORMAT.md).
#pragma once

#include "firmware/evidence/given.hpp"

namespace sealwarden::evidence {

[[nodiscard]] std::string records_csv(const Given& given);
[[nodiscard]] std::string gaps_csv(const Given& given);

// A record that tells of a time not watched, or of a clock that was not right.
[[nodiscard]] bool tells_of_gaps(const nlohmann::json& record);

}  // namespace sealwarden::evidence
