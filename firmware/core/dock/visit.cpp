#include "firmware/core/dock/visit.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <iterator>
#include <utility>

namespace sealwarden {
namespace {

constexpr std::array states{VisitState::arrived,  VisitState::verified, VisitState::cut,
                            VisitState::open,     VisitState::closed,   VisitState::sealed,
                            VisitState::departed, VisitState::cancelled};
constexpr std::array inputs{VisitInput::verify, VisitInput::doubt,  VisitInput::spoil,
                            VisitInput::cut,    VisitInput::affix,  VisitInput::open,
                            VisitInput::close,  VisitInput::depart, VisitInput::cancel};
constexpr std::array all_deviations{
    Deviation::opened_before_verified, Deviation::opened_without_cut,
    Deviation::seal_differs,           Deviation::seal_cut_without_authority,
    Deviation::sealed_without_close,   Deviation::late_sealing,
    Deviation::not_inspected,          Deviation::inspection_failed,
    Deviation::loaded_without_opening, Deviation::left_open,
    Deviation::left_unsealed,          Deviation::left_with_open_case,
    Deviation::opened_without_visit,   Deviation::driver_not_identified};

bool has_ended(VisitState state) {
    return state == VisitState::departed || state == VisitState::cancelled;
}

// A unit that comes to be loaded has a seal only where one was expected or seen.
bool has_seal_to_verify(const Visit& visit) {
    return visit.purpose != Purpose::load || !visit.seals_expected.empty() ||
           !visit.seals_on.empty();
}

// All seals that are on it were put on here.
bool is_sealed_by_us(const Visit& visit) {
    return !visit.seals_on.empty() && std::ranges::all_of(visit.seals_on, [&](const auto& seal) {
        return holds(visit.seal_out, seal);
    });
}

// There is cargo behind the door that closed. Of what comes for both that is known when it closed
// after somebody said that it is loaded.
bool wants_seal_at_once(const Visit& visit) {
    return visit.purpose == Purpose::load || (visit.purpose == Purpose::both && visit.loading_at &&
                                              visit.loading_at < visit.closed_at);
}

// Kept in the record with the newest few, which is enough: it is told once.
bool was_told(const Visit& visit, Deviation what) {
    return holds(visit.deviations, to_string(what));
}

// It is in it. Where nobody said when its loading began, it was behind the door when that closed.
std::vector<Deviation> deviations_of_cargo(const Visit& visit, const DockOptions& options) {
    return deviations_of_loading(visit, visit.loading_at ? visit.loading_at : visit.closed_at,
                                 options);
}

bool leaves_loaded(const Visit& visit) {
    if (visit.left_empty) return false;
    if (visit.purpose != Purpose::unload) return visit.opened || visit.loading_at.has_value();
    return visit.cut_at.has_value() && !visit.opened;  // with what it came with
}

}  // namespace

std::string_view to_string(VisitState state) {
    switch (state) {
        case VisitState::arrived: return "arrived";
        case VisitState::verified: return "verified";
        case VisitState::cut: return "cut";
        case VisitState::open: return "open";
        case VisitState::closed: return "closed";
        case VisitState::sealed: return "sealed";
        case VisitState::departed: return "departed";
        case VisitState::cancelled: return "cancelled";
    }
    assert(!"every state has a name");
    return "?";
}
std::span<const VisitState> values(VisitState) {
    return states;
}

std::string_view to_string(VisitInput input) {
    switch (input) {
        case VisitInput::verify: return "verify";
        case VisitInput::doubt: return "doubt";
        case VisitInput::spoil: return "spoil";
        case VisitInput::cut: return "cut";
        case VisitInput::affix: return "affix";
        case VisitInput::open: return "open";
        case VisitInput::close: return "close";
        case VisitInput::depart: return "depart";
        case VisitInput::cancel: return "cancel";
    }
    assert(!"every input has a name");
    return "?";
}
std::span<const VisitInput> values(VisitInput) {
    return inputs;
}

std::string_view to_string(Deviation what) {
    switch (what) {
        case Deviation::opened_before_verified: return "opened_before_verified";
        case Deviation::opened_without_cut: return "opened_without_cut";
        case Deviation::seal_differs: return "seal_differs";
        case Deviation::seal_cut_without_authority: return "seal_cut_without_authority";
        case Deviation::sealed_without_close: return "sealed_without_close";
        case Deviation::late_sealing: return "late_sealing";
        case Deviation::not_inspected: return "not_inspected";
        case Deviation::inspection_failed: return "inspection_failed";
        case Deviation::loaded_without_opening: return "loaded_without_opening";
        case Deviation::left_open: return "left_open";
        case Deviation::left_unsealed: return "left_unsealed";
        case Deviation::left_with_open_case: return "left_with_open_case";
        case Deviation::opened_without_visit: return "opened_without_visit";
        case Deviation::driver_not_identified: return "driver_not_identified";
    }
    assert(!"every deviation has a name");
    return "?";
}
std::span<const Deviation> values(Deviation) {
    return all_deviations;
}

std::optional<VisitState> next(VisitState state, VisitInput input) {
    using enum VisitState;
    if (has_ended(state)) return {};
    switch (input) {
        case VisitInput::verify: return state == arrived ? verified : state;
        case VisitInput::doubt: return state == verified ? arrived : state;
        case VisitInput::spoil:
            if (state == sealed) return cut;
            return state == verified ? arrived : state;
        // Behind an opening the cut of a seal does not undo it.
        case VisitInput::cut: return state == open || state == closed ? state : cut;
        case VisitInput::affix: return sealed;
        case VisitInput::open: return open;
        // The door ends its opening; what was sealed with it open stays sealed.
        case VisitInput::close: return state == open ? closed : state;
        case VisitInput::depart: return departed;
        case VisitInput::cancel:
            if (state == arrived || state == verified) return cancelled;
            return {};
    }
    assert(!"every input is weighed");
    return {};
}

bool move(Visit& visit, VisitInput input, Uptime at) {
    const auto to = next(visit.state, input);
    if (!to || *to == visit.state) return false;
    visit.state = *to;
    visit.since = at;
    return true;
}

bool holds(const std::vector<std::string>& list, std::string_view one) {
    return std::ranges::find(list, one) != list.end();
}

void inspect(Visit& visit, Inspection found, bool mended, Uptime at) {
    const auto named = [&](const std::string& point) { return found.list + "." + point; };
    for (const auto& point : found.areas)
        if (mended && !holds(found.failed, point)) std::erase(visit.unmended, named(point));
    for (const auto& point : found.failed)
        if (!holds(visit.unmended, named(point))) visit.unmended.push_back(named(point));
    if (found.complete()) {
        if (!visit.inspected) visit.first_inspected_at = at;
        visit.inspected = true;
    }
    visit.inspected_at = at;
    visit.inspection = std::move(found);
}

std::vector<std::string> outstanding_seals(const Visit& visit) {
    std::vector<std::string> seals;
    for (const auto& seal : visit.seals_expected)
        if (!holds(visit.seals_verified, seal) && !holds(visit.seals_broken, seal))
            seals.push_back(seal);
    return seals;
}

std::optional<Deviation> deviation_of_opening(const Visit& visit, const DockOptions& options) {
    if (visit.opening_told) return {};
    const bool is_broken = !visit.seals_broken.empty() && outstanding_seals(visit).empty();
    if (!is_sealed_by_us(visit) && has_seal_to_verify(visit) && !visit.verified_at && !is_broken) {
        if (options.verify_before_opening) return Deviation::opened_before_verified;
        return {};
    }
    if (!visit.seals_on.empty()) return Deviation::opened_without_cut;
    return {};
}

std::vector<Deviation> deviations_of_loading(const Visit& visit, std::optional<Uptime> began,
                                             const DockOptions& options) {
    if (!options.inspect_before_loading) return {};
    std::vector<Deviation> all;
    const auto in_time = [&](Uptime inspected) { return !began || inspected <= *began; };
    if (!visit.first_inspected_at || !in_time(*visit.first_inspected_at))
        all.push_back(Deviation::not_inspected);
    if (!visit.unmended.empty()) all.push_back(Deviation::inspection_failed);
    std::erase_if(all, [&](Deviation what) { return was_told(visit, what); });
    return all;
}

std::optional<Deviation> deviation_of_place(const Visit& visit, DoorPosition door) {
    constexpr auto what = Deviation::loaded_without_opening;
    const bool is_shut = door == DoorPosition::closed && !visit.opened && !visit.unseen;
    if (!is_shut && visit.state != VisitState::sealed) return {};
    if (was_told(visit, what)) return {};
    return what;
}

std::optional<Deviation> deviation_of_driver(const Visit& visit, const DockOptions& options) {
    constexpr auto what = Deviation::driver_not_identified;
    if (!options.identify_driver || visit.driver_identified) return {};
    if (was_told(visit, what)) return {};
    return what;
}

std::vector<Deviation> deviations_of_sealing(const Visit& visit, DoorPosition door, bool replaces,
                                             const DockOptions& options) {
    std::vector<Deviation> all;
    const bool loaded = visit.purpose != Purpose::unload && !replaces;
    switch (door) {
        case DoorPosition::unknown: break;
        case DoorPosition::open: all.push_back(Deviation::sealed_without_close); break;
        case DoorPosition::closed:
            if (loaded && !visit.closed_at && !visit.unseen)
                all.push_back(Deviation::sealed_without_close);
            break;
    }
    if (const auto limit = late_at(visit, options); limit && visit.sealed_at > *limit)
        all.push_back(Deviation::late_sealing);
    if (loaded) std::ranges::copy(deviations_of_cargo(visit, options), std::back_inserter(all));
    return all;
}

std::vector<Deviation> deviations_of_departure(const Visit& visit, DoorPosition door,
                                               bool open_case, const DockOptions& options) {
    std::vector<Deviation> all;
    const bool loaded = leaves_loaded(visit);
    if (loaded && visit.purpose != Purpose::unload) all = deviations_of_cargo(visit, options);
    if (loaded)
        if (const auto what = deviation_of_driver(visit, options)) all.push_back(*what);
    if (door == DoorPosition::open) all.push_back(Deviation::left_open);
    if (loaded && visit.seals_on.empty()) all.push_back(Deviation::left_unsealed);
    if (open_case) all.push_back(Deviation::left_with_open_case);
    return all;
}

std::optional<Uptime> late_at(const Visit& visit, const DockOptions& options) {
    if (visit.state != VisitState::closed || !visit.closed_at || visit.late_told) return {};
    if (!wants_seal_at_once(visit) || !visit.seals_on.empty()) return {};
    if (options.seal_after_close.count() == 0) return {};
    return *visit.closed_at + options.seal_after_close;
}

}  // namespace sealwarden
