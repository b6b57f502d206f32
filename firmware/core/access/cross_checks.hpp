// What contradicts itself: no sensor of its own sees it, two together do.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "firmware/core/rules.hpp"

namespace sealwarden {

class CrossChecks {
  public:
    void restore(const Record&, const Circumstances&) {}
    void take(const Event&, const Circumstances&, Events&) {}
    void tick(const Circumstances&, Events&) {}
    [[nodiscard]] std::optional<Uptime> deadline() const { return {}; }
    [[nodiscard]] static std::span<const RecordKind> record_kinds() { return {}; }
};

}  // namespace sealwarden
