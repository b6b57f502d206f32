// What of an entry's record matters for a state.
#pragma once

#include <optional>
#include <string>

#include "firmware/core/record_data.hpp"
#include "firmware/eventlog/entry.hpp"

namespace sealwarden::eventlog {

struct StateParts {
    Subject main;
    RecordData data;
    std::string boot;           // id of the kernel's boot
    bool has_personal = false;  // something was kept beside it, and may be erased by now
};

// Empty: it is no record.
[[nodiscard]] std::optional<StateParts> parts_of(const Entry& entry);

}  // namespace sealwarden::eventlog
