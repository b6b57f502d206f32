// Who may do what with seals (CTPAT 6.1 A, 12.1).
#pragma once

#include <string>
#include <string_view>

#include "firmware/core/act.hpp"

namespace sealwarden {

enum class Training { not_needed, needed };

// The person has the right, and training where that is needed; else the act is refused.
[[nodiscard]] bool may_handle_seals(const std::string& person, std::string_view right,
                                    Training training, const Asked& asked, Events& events);
// Either right does.
[[nodiscard]] bool may_handle_seals(const std::string& person, std::string_view right,
                                    std::string_view or_right, const Asked& asked, Events& events);

}  // namespace sealwarden
