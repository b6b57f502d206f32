// What is being looked into: opened by alarms and seals, closed by a person with a result.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "firmware/core/response/case_acts.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

class Cases {
  public:
    void restore(const Record&, const Circumstances&) {}
    template <class A>
    void apply(const A&, const Asked& asked, Events& events) {
        asked.refuse("not_built", "this build cannot do that yet", events);
    }
    void take(const Event&, const Circumstances&, Events&) {}
    void tick(const Circumstances&, Events&) {}
    [[nodiscard]] std::optional<Uptime> deadline() const { return {}; }
    [[nodiscard]] static std::span<const RecordKind> record_kinds() { return {}; }
};

}  // namespace sealwarden
