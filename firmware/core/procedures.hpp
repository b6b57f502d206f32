// The procedures of a dock: who is who, what becomes of seals, visits, badges, alarms' cases,
// tests. One place that hands acts, events and time to each of them; they know each other by events
// only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "firmware/core/access/access.hpp"
#include "firmware/core/access/cross_checks.hpp"
#include "firmware/core/access/people.hpp"
#include "firmware/core/acts.hpp"
#include "firmware/core/dock/custody.hpp"
#include "firmware/core/dock/visits.hpp"
#include "firmware/core/response/camera_checks.hpp"
#include "firmware/core/response/cases.hpp"
#include "firmware/core/response/test_register.hpp"
#include "firmware/core/state.hpp"

namespace sealwarden {

class Procedures {
  public:
    void restore(const RecordSource& records, const Now& now, const SiteOptions& options);
    void apply(const Act& act, const Command& command, const Now& now, const SiteOptions& options,
               Events& events);
    [[nodiscard]] const People& people() const { return people_; }
    void take(const Event& said, const Now& now, const SiteOptions& options, Events& events);
    void tick(const Now& now, const SiteOptions& options, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const;
    // What a zone under test or a door under maintenance says is marked as that, and what a seal's
    // reader says of one that was taken off.
    void mark(Event& event) const;
    [[nodiscard]] std::vector<State> states(const Now& now, const SiteOptions& options) const;
    // Those that may have changed since the last call.
    [[nodiscard]] std::vector<State> take_changes(const Now& now, const SiteOptions& options);

    // Site::carried().
    [[nodiscard]] Events carried(const Now& now, const SiteOptions& options,
                                 std::size_t& place) const;

  private:
    People people_;
    Custody custody_;
    Visits visits_;
    Access access_;
    CrossChecks cross_checks_;
    Cases cases_;
    TestRegister tests_;
    CameraChecks camera_checks_;
};

// All subjects whose newest event is their state.
[[nodiscard]] std::vector<RecordKind> record_kinds();
[[nodiscard]] bool keeps_records(std::string_view subject_kind);

}  // namespace sealwarden
