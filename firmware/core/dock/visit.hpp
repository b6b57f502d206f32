// One container or trailer at one dock or gate, from arrival to departure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/dock/inspection.hpp"
#include "firmware/core/dock/visit_acts.hpp"
#include "firmware/core/fields.hpp"

namespace sealwarden {

// The way it should go, as far as it applies (what comes to be loaded has no seal to verify):
//
//           verify           cut        open         close          affix           depart
//   arrived -----> verified ----> cut -----> open ------> closed ------> sealed ------> departed
//
// and the other ways:
//
//   arrived, verified, cut, closed, sealed -- open ------------> open
//   arrived, verified, cut, open ----------- affix ------------> sealed
//   arrived, sealed ------------------------ cut --------------> cut
//   verified ------------------------------- doubt, spoil -----> arrived
//   sealed --------------------------------- spoil ------------> cut
//   arrived, verified ---------------------- cancel -----------> cancelled
//   all that have not ended ---------------- depart -----------> departed
//
// Every other input leaves the state; behind departed and cancelled there is none. The state tells
// how far the visit is. Whether it should be there is told by deviations, and never keeps what has
// happened from being written down; only what was opened or cut cannot be cancelled.
enum class VisitState { arrived, verified, cut, open, closed, sealed, departed, cancelled };
[[nodiscard]] std::string_view to_string(VisitState state);
[[nodiscard]] std::span<const VisitState> values(VisitState);

enum class VisitInput {
    verify,  // all expected seals were checked, with all four results
    doubt,   // a seal's number differs
    spoil,   // a seal was tampered with
    cut,     // a seal was removed or broken, with authority
    affix,   // a seal was put on
    open,    // the dock door opened, or was found open
    close,   // the dock door closed, or was found closed
    depart,
    cancel,
};
[[nodiscard]] std::string_view to_string(VisitInput input);
[[nodiscard]] std::span<const VisitInput> values(VisitInput);

// Empty: not from this state.
[[nodiscard]] std::optional<VisitState> next(VisitState state, VisitInput input);

// Where the visit left the way it should go.
enum class Deviation {
    opened_before_verified,  // CTPAT 6.1 B
    opened_without_cut,      // the door opened and nobody took the seal off
    seal_differs,            // from the documents
    seal_cut_without_authority,
    sealed_without_close,    // the dock door was not seen closing, or stands open
    late_sealing,            // CTPAT 6.2: the site's limit ran out
    not_inspected,           // CTPAT 5.3: loaded before a whole inspection
    inspection_failed,       // loaded though an inspection found something that nobody has mended
    loaded_without_opening,  // behind a door that never opened, or sealed
    left_open,               // the dock door stands open
    left_unsealed,           // loaded, and without a seal
    left_with_open_case,     // CTPAT 7.23
    opened_without_visit,    // about the door
    driver_not_identified,   // CTPAT 10.3: cargo without a driver who was
};
[[nodiscard]] std::string_view to_string(Deviation what);
[[nodiscard]] std::span<const Deviation> values(Deviation);

// What is known of a dock's door. Of an unknown one nothing is concluded.
enum class DoorPosition { unknown, closed, open };

struct Visit {
    std::string id, container, door;  // the subjects of its events
    VisitState state = VisitState::arrived;
    std::optional<Uptime> since;  // of the state
    UnitKind kind{};
    Purpose purpose{};
    std::string document, driver, arrived_by, departed_by;
    bool driver_identified = false;  // by the drivers' log, when `driver` was named
    bool expected = false;
    bool remainder_10 = false;
    std::optional<Uptime> arrived_at, inspected_at, verified_at, cut_at, loading_at;
    std::optional<Uptime> opened_at;  // first seen; empty also when it was only found open
    std::optional<Uptime> closed_at;  // last seen, since it was last open
    std::optional<Uptime> sealed_at;
    std::optional<std::int64_t> gap_s;  // from the closing to the seal

    std::vector<std::string> seals_expected;  // as the documents and what replaced them say
    std::vector<std::string> seal_in;         // found on it
    std::vector<std::string> seals_verified;
    std::vector<std::string> seal_out;      // affixed here and not taken off again
    std::vector<std::string> seals_on;      // as far as is known
    std::vector<std::string> seals_broken;  // by an authority, which leaves nothing to verify
    bool vvtt_complete = false;
    std::string verifier, cutter, authority, sealer;

    bool inspected = false;                    // by all points of a list, at any time
    std::optional<Uptime> first_inspected_at;  // so
    Inspection inspection;                     // the newest
    // "container-7.4": failed, and nobody who found it in order has said what was mended.
    std::vector<std::string> unmended;
    std::string procedure, inspector, supervisor;
    std::string loading_supervisor;
    bool opened = false;      // at any time, seen or found
    bool left_empty = false;  // as somebody said

    std::vector<std::string> deviations;  // the newest few, in their order
    std::int64_t deviation_count = 0;
    bool opening_told = false;  // deviation of the openings since something was done to the seal
    bool late_told = false;     // of this closing

    // Since the door was last seen opening its contact was unknown at some time, or the gateway was
    // down: what was not seen may have been. Not kept: behind a restart it is so.
    bool unseen = false;
    bool wire_failed = false;  // so: of that its counter knows nothing

    template <class Self, class Fields>
    static void fields(Self& self, Fields& f) {
        f("state", self.state);
        f("since_ts", self.since);
        f("container", self.container);
        f("door", self.door);
        f("kind", self.kind);
        f("purpose", self.purpose);
        f("document", self.document);
        f("driver", self.driver);
        f.added("driver_identified", self.driver_identified);
        f("arrived_by", self.arrived_by);
        f("departed_by", self.departed_by);
        f("expected", self.expected);
        f("remainder_10", self.remainder_10);
        f("arrived_ts", self.arrived_at);
        f("inspected_ts", self.inspected_at);
        f("verified_ts", self.verified_at);
        f("cut_ts", self.cut_at);
        f("opened_ts", self.opened_at);
        f("loading_ts", self.loading_at);
        f("closed_ts", self.closed_at);
        f("sealed_ts", self.sealed_at);
        f("gap_s", self.gap_s);
        f("seals_expected", self.seals_expected);
        f("seal_in", self.seal_in);
        f("seals_verified", self.seals_verified);
        f("seal_out", self.seal_out);
        f("seals_on", self.seals_on);
        f("seals_broken", self.seals_broken);
        f("vvtt_complete", self.vvtt_complete);
        f("verifier", self.verifier);
        f("cutter", self.cutter);
        f("authority", self.authority);
        f("sealer", self.sealer);
        f("inspected", self.inspected);
        f("inspection_list", self.inspection.list);
        f("inspection_version", self.inspection.version);
        f("inspection_areas", self.inspection.areas);
        f("inspection_failed", self.inspection.failed);
        f("inspection_skipped", self.inspection.skipped);
        f.added("inspection_unmended", self.unmended);
        f.added("first_inspected_ts", self.first_inspected_at);
        f("procedure", self.procedure);
        f("inspector", self.inspector);
        f("supervisor", self.supervisor);
        f("loading_supervisor", self.loading_supervisor);
        f("opened", self.opened);
        f("left_empty", self.left_empty);
        f("deviations", self.deviations);
        f("deviation_count", self.deviation_count);
        f("opening_told", self.opening_told);
        f("late_told", self.late_told);
    }
    friend bool operator==(const Visit&, const Visit&) = default;
};

// Whether the state changes by it.
bool move(Visit& visit, VisitInput input, Uptime at);

// `mended`: somebody says what was done about the points that failed before and are in order now.
void inspect(Visit& visit, Inspection found, bool mended, Uptime at);

// Expected, not verified yet, and not broken by an authority either.
[[nodiscard]] std::vector<std::string> outstanding_seals(const Visit& visit);
[[nodiscard]] bool holds(const std::vector<std::string>& list, std::string_view one);

// What is wrong with opening the dock door now.
[[nodiscard]] std::optional<Deviation> deviation_of_opening(const Visit& visit,
                                                            const DockOptions& options);
// With cargo that has come in since `began`, as far as that is known.
[[nodiscard]] std::vector<Deviation> deviations_of_loading(const Visit& visit,
                                                           std::optional<Uptime> began,
                                                           const DockOptions& options);
// With loading or unloading told now, at a dock whose door is like that.
[[nodiscard]] std::optional<Deviation> deviation_of_place(const Visit& visit, DoorPosition door);
// With cargo received or released now.
[[nodiscard]] std::optional<Deviation> deviation_of_driver(const Visit& visit,
                                                           const DockOptions& options);
// With a seal put on at a dock whose door is like that; ask before the state moves.
[[nodiscard]] std::vector<Deviation> deviations_of_sealing(const Visit& visit, DoorPosition door,
                                                           bool replaces,
                                                           const DockOptions& options);
// With leaving. `door` is unknown at a gate, which stands open for what leaves by it.
[[nodiscard]] std::vector<Deviation> deviations_of_departure(const Visit& visit, DoorPosition door,
                                                             bool open_case,
                                                             const DockOptions& options);
// When its sealing becomes late, as far as the visit alone can tell.
[[nodiscard]] std::optional<Uptime> late_at(const Visit& visit, const DockOptions& options);

}  // namespace sealwarden
