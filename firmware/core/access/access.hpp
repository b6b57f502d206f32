// What becomes of badges; visitors, drivers; doors that are worked on. See ACCESS.md.
#pragma once

#include <optional>
#include <span>
#include <type_traits>

#include "firmware/core/access/access_acts.hpp"
#include "firmware/core/access/badges.hpp"
#include "firmware/core/access/door_work.hpp"
#include "firmware/core/access/logbook.hpp"
#include "firmware/core/rules.hpp"

namespace sealwarden {

class Access {
  public:
    // Before the records are restored, and at a reload.
    void configure(const Circumstances& circumstances);
    void restore(const Record& record, const Circumstances& circumstances);
    template <class A>
    void apply(const A& act, const Asked& asked, Events& events) {
        if constexpr (std::is_same_v<A, BeginMaintenance> || std::is_same_v<A, EndMaintenance>)
            work_.apply(act, asked, events);
        else
            logbook_.apply(act, asked, events);
    }
    void take(const Event& said, const Circumstances& circumstances, Events& events);
    void tick(const Circumstances& circumstances, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;
    void carry(const Circumstances& circumstances, Events& events) const;
    [[nodiscard]] static std::span<const RecordKind> record_kinds();

    // Marks what a door says while something goes on that explains it.
    void mark(Event& event) const { work_.mark(event); }

  private:
    Badges badges_;
    Logbook logbook_;
    DoorWork work_;
};

}  // namespace sealwarden
