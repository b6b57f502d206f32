// What becomes of badges; visitors, drivers; doors that are worked on.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "firmware/core/access/access_acts.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

class Access {
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

    // Marks what a door under maintenance says: `maintenance` true, which raises no alarm.
    void mark(Event&) const {}
};

}  // namespace sealwarden
