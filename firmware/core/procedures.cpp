#include "firmware/core/procedures.hpp"

#include <algorithm>

#include "firmware/core/fact.hpp"

namespace sealwarden {
namespace {

template <class A, class Acts>
inline constexpr bool among = false;
template <class A, class... All>
inline constexpr bool among<A, std::variant<All...>> = (std::is_same_v<A, All> || ...);

template <class Rules>
void add(std::vector<RecordKind>& all) {
    const auto kinds = Rules::record_kinds();
    all.insert(all.end(), kinds.begin(), kinds.end());
}

}  // namespace

std::vector<RecordKind> record_kinds() {
    std::vector<RecordKind> all;
    add<People>(all);
    add<Custody>(all);
    add<Visits>(all);
    add<Access>(all);
    add<CrossChecks>(all);
    add<Cases>(all);
    add<TestRegister>(all);
    add<CameraChecks>(all);
    return all;
}

bool keeps_records(std::string_view subject_kind) {
    return std::ranges::any_of(
        record_kinds(), [&](const RecordKind& record) { return record.subject == subject_kind; });
}

void Procedures::restore(const RecordSource& records, const Now& now, const SiteOptions& options) {
    const Circumstances circumstances{now, options, people_};
    access_.configure(circumstances);
    cross_checks_.configure(circumstances);
    visits_.configure(circumstances);
    // Each knows its own; nobody else's does harm.
    records([&](const Record& record) {
        people_.restore(record, circumstances);
        custody_.restore(record, circumstances);
        visits_.restore(record, circumstances);
        access_.restore(record, circumstances);
        cross_checks_.restore(record, circumstances);
        cases_.restore(record, circumstances);
        tests_.restore(record, circumstances);
        camera_checks_.restore(record, circumstances);
    });
    tests_.start(circumstances);
    camera_checks_.start(circumstances);
}

void Procedures::apply(const Act& act, const Command& command, const Now& now,
                       const SiteOptions& options, Events& events) {
    const Circumstances circumstances{now, options, people_};
    const Asked asked{circumstances, command, name_of(act)};
    std::visit(
        [&]<class A>(const A& one) {
            if constexpr (among<A, PeopleActs>) people_.apply(one, asked, events);
            if constexpr (among<A, CustodyActs>) custody_.apply(one, asked, events);
            if constexpr (among<A, VisitActs>) visits_.apply(one, asked, events);
            if constexpr (among<A, AccessActs>) access_.apply(one, asked, events);
            if constexpr (among<A, CaseActs>) cases_.apply(one, asked, events);
            if constexpr (among<A, TestActs>) tests_.apply(one, asked, events);
            if constexpr (among<A, CameraActs>) camera_checks_.apply(one, asked, events);
            static_assert(among<A, AlarmActs> || among<A, PeopleActs> || among<A, CustodyActs> ||
                          among<A, VisitActs> || among<A, AccessActs> || among<A, CaseActs> ||
                          among<A, TestActs> || among<A, CameraActs> || among<A, OutputActs>);
        },
        act);
}

void Procedures::take(const Event& said, const Now& now, const SiteOptions& options,
                      Events& events) {
    const Circumstances circumstances{now, options, people_};
    custody_.take(said, circumstances, events);
    visits_.take(said, circumstances, events);
    access_.take(said, circumstances, events);
    cross_checks_.take(said, circumstances, events);
    cases_.take(said, circumstances, events);
    tests_.take(said, circumstances, events);
    camera_checks_.take(said, circumstances, events);
}

void Procedures::mark(Event& event) const {
    custody_.mark(event);
    access_.mark(event);
    tests_.mark(event);
}

void Procedures::tick(const Now& now, const SiteOptions& options, Events& events) {
    const Circumstances circumstances{now, options, people_};
    const auto due = [&](auto& rules) {
        if (const auto at = rules.deadline(); at && *at <= now.at)
            rules.tick(circumstances, events);
    };
    due(custody_);
    due(visits_);
    due(access_);
    due(cross_checks_);
    due(cases_);
    due(tests_);
    due(camera_checks_);
}

std::optional<Uptime> Procedures::deadline() const {
    auto first = sooner(custody_.deadline(), visits_.deadline());
    first = sooner(first, access_.deadline());
    first = sooner(first, cross_checks_.deadline());
    first = sooner(first, cases_.deadline());
    first = sooner(first, camera_checks_.deadline());
    return sooner(first, tests_.deadline());
}

// What can end while it is carried comes first and at once: there is little of it. Of people and
// seals none is ever forgotten, so one that is added meanwhile does no more than move others behind
// the place, where they are told twice.
Events Procedures::carried(const Now& now, const SiteOptions& options, std::size_t& place) const {
    constexpr std::size_t most = 1000;
    const Circumstances circumstances{now, options, people_};
    Events events;
    if (place == 0) {
        ++place;
        custody_.carry(circumstances, events);
        visits_.carry(circumstances, events);
        access_.carry(circumstances, events);
        cases_.carry(circumstances, events);
        tests_.carry(circumstances, events);
        camera_checks_.carry(circumstances, events);
        if (!events.empty()) return events;
    }
    CarriedPiece piece{place - 1, most, events};
    people_.carry(circumstances, piece);
    custody_.carry(circumstances, piece);
    place += events.size();
    return events;
}

std::vector<State> Procedures::states(const Now& now, const SiteOptions& options) const {
    std::vector<State> states;
    visits_.describe({now, options, people_}, states);
    return states;
}

std::vector<State> Procedures::take_changes(const Now& now, const SiteOptions& options) {
    std::vector<State> states;
    for (const auto& door : visits_.take_touched())
        if (auto state = visits_.describe(door, {now, options, people_}))
            states.push_back(std::move(*state));
    return states;
}

}  // namespace sealwarden
