// What is expected, and one container or trailer at one dock from arrival to departure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "firmware/core/dock/visit_acts.hpp"
#include "firmware/core/rules.hpp"
#include "firmware/core/state.hpp"

namespace sealwarden {

class Visits {
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

    // Each dock door with what stands at it: subject `dock`, its door's id.
    void describe(const Circumstances&, std::vector<State>&) const {}
    // The docks whose state may have changed since the last call.
    [[nodiscard]] std::vector<std::string> take_touched() { return {}; }
    [[nodiscard]] std::optional<State> describe(const std::string&, const Circumstances&) const {
        return {};
    }
};

}  // namespace sealwarden
