// The period that --since and --until name.
#pragma once

#include <optional>
#include <string>

#include "firmware/clock.hpp"

namespace sealwarden::cli {

struct Period {
    std::optional<WallTime> since, until;  // [since, until); empty: open
};
// Of the two options' texts, in the time zone of the process; an empty text is an open end. Throws
// Failure (usage) with the option and what it may say.
[[nodiscard]] Period period(const std::string& since, const std::string& until, WallTime now);

}  // namespace sealwarden::cli
