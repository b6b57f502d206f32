// What is expected, and every visit that has not ended. VISITS.md tells acts, events, deviations.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "firmware/core/dock/container_number.hpp"
#include "firmware/core/dock/expected.hpp"
#include "firmware/core/dock/visit.hpp"
#include "firmware/core/dock/visit_acts.hpp"
#include "firmware/core/dock/visit_cases.hpp"
#include "firmware/core/options.hpp"
#include "firmware/core/rules.hpp"
#include "firmware/core/state.hpp"

namespace sealwarden {

class Visits {
  public:
    // Before anything else at a start, and again at a reload: which doors there are.
    void configure(const Circumstances& circumstances);
    void restore(const Record& record, const Circumstances& circumstances);
    void carry(const Circumstances& circumstances, Events& events) const;

    void apply(const ExpectVisit& act, const Asked& asked, Events& events);
    void apply(const ImportExpected& act, const Asked& asked, Events& events);
    void apply(const WithdrawExpected& act, const Asked& asked, Events& events);
    void apply(const ArriveVisit& act, const Asked& asked, Events& events);
    void apply(const InspectVisit& act, const Asked& asked, Events& events);
    void apply(const LoadVisit& act, const Asked& asked, Events& events);
    void apply(const DepartVisit& act, const Asked& asked, Events& events);
    void apply(const CancelVisit& act, const Asked& asked, Events& events);

    void take(const Event& said, const Circumstances& circumstances, Events& events);
    void tick(const Circumstances& circumstances, Events& events);
    [[nodiscard]] std::optional<Uptime> deadline() const { return deadline_; }
    [[nodiscard]] static std::span<const RecordKind> record_kinds();

    // Each dock and gate with what stands at it: subject `dock`, its door's id.
    void describe(const Circumstances& circumstances, std::vector<State>& states) const;
    [[nodiscard]] std::optional<State> describe(const std::string& door,
                                                const Circumstances& circumstances) const;
    // The doors whose state may have changed since the last call, each once.
    [[nodiscard]] std::vector<std::string> take_touched();

  private:
    struct Dock {
        DoorKind kind = DoorKind::dock;
        DoorPosition position = DoorPosition::unknown;
        Uptime known_since;        // of the position: no unknown since then
        Uptime free_since;         // no visit since then, as far as is known
        bool wire_failed = false;  // unknown though its device answers
    };
    // When something happened, and who asked for it, if somebody did.
    struct Cause {
        const Circumstances& circumstances;
        Uptime at;
        std::optional<Uptime> after;
        const Asked* asked = nullptr;
        std::map<std::string, Datum> data;  // into the event, besides the record
    };

    // Events of doors (visits_doors.cpp).
    void take_door(const Event& said, const Circumstances& circumstances, Events& events);
    [[nodiscard]] static bool surely_with(const Visit* visit, const Dock& dock, const Event& said);
    void recounted(const Event& said, const Circumstances& circumstances, Events& events);
    void opened(Visit& visit, Cause cause, bool learnt, Events& events);
    void closed(Visit& visit, const Cause& cause, bool learnt, Events& events);
    void opened_without_visit(const Event& said, const Circumstances& circumstances,
                              Events& events) const;

    // Events of seals (visits_seals.cpp).
    void take_seal(const Event& said, const Circumstances& circumstances, Events& events);
    void checked(Visit& visit, const Event& said, Cause cause, Events& events);
    void verified(Visit& visit, const Event& said, Cause cause, Events& events);
    void differs(Visit& visit, const Event& said, Cause cause, Events& events);
    void cleared(Visit& visit, const Event& said, Cause cause, Events& events);
    void tampered(Visit& visit, const Event& said, Cause cause, Events& events);
    void taken_off(Visit& visit, const Event& said, Cause cause, Events& events);
    void affixed(Visit& visit, const Event& said, const Cause& cause, Events& events);
    [[nodiscard]] Visit* visit_of_seal(const Event& said);

    void take_case(EventKind kind, const Subject& subject, const RecordData& data);

    // Whether the person may; if not, it is refused.
    [[nodiscard]] static bool may(const std::string& person, std::string_view right, bool trained,
                                  const Asked& asked, Events& events);
    // A person with the right; only where there are no persons nobody need be named.
    [[nodiscard]] static bool may_expect(const std::string& person, const Asked& asked,
                                         Events& events);
    // By its id or its door; if there is none, it is refused.
    [[nodiscard]] Visit* asked_for(const std::string& visit, const Asked& asked, Events& events);
    [[nodiscard]] bool can_arrive(const ArriveVisit& act, const UnitNumber& number,
                                  const Asked& asked, Events& events) const;
    // It has this driver from now on, whom the drivers' log knows; else it is refused. An empty id
    // changes nothing.
    [[nodiscard]] bool names_driver(Visit& visit, const std::string& driver, const Asked& asked,
                                    Events& events) const;
    [[nodiscard]] std::string new_id(const std::string& door, const Now& now);
    // It left or was cancelled: its last event, and it is gone.
    void end(Visit& visit, EventKind kind, const Cause& cause, Events& events);

    [[nodiscard]] Visit* at_door(const std::string& door);
    [[nodiscard]] const Visit* at_door(const std::string& door) const;
    [[nodiscard]] Visit* of_unit(const std::string& unit);
    // Of a dock's door; unknown of a gate, about which nothing is concluded.
    [[nodiscard]] DoorPosition position(const std::string& door) const;
    [[nodiscard]] std::optional<Uptime> due(const Visit& visit) const;
    void keep(Visit visit);
    void touch(const Visit& visit);
    void find_deadline();

    // Says an event of the visit with its whole record.
    void tell(EventKind kind, const Visit& visit, const Cause& cause, Events& events);
    void deviate(Visit& visit, Deviation what, Cause cause, Events& events);

    ExpectedUnits expected_;
    VisitCases cases_;
    std::map<std::string, Visit, std::less<>> visits_;  // by id
    std::unordered_map<std::string, std::string> at_door_;
    UnitsHere of_unit_;
    std::unordered_map<std::string, Dock> docks_;    // docks and gates, by their doors
    std::unordered_map<std::string, bool> drivers_;  // who are here; whether identified
    std::set<std::string> touched_;
    DockOptions options_;  // as configured
    std::optional<Uptime> deadline_;
    std::int64_t last_id_ms_ = 0;  // wall clock: ids go on even when it is set back
};

}  // namespace sealwarden
