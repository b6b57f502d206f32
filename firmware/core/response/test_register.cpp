#include "firmware/core/response/test_register.hpp"

#include <algorithm>
#include <array>

#include "firmware/core/alarms.hpp"
#include "firmware/core/dock/sampling.hpp"
#include "firmware/core/fact.hpp"
#include "firmware/core/options.hpp"
#include "firmware/core/response/may.hpp"
#include "firmware/core/zone.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

constexpr std::string_view right = "test";
constexpr const char* register_id = "register";
// Before this a gateway that is being set up, or was given another thing, says nothing of tests.
constexpr std::chrono::hours grace{1};

constexpr std::array told_of_tests{test_planned, test_recorded, test_due};
constexpr std::array told_of_zones{test_mode_begun, test_mode_ended, drill_begun, drill_ended};
constexpr std::array ends_of_zones{test_mode_ended, drill_ended};
constexpr std::array kinds{RecordKind{"test", told_of_tests, {}},
                           RecordKind{"zone", told_of_zones, ends_of_zones}};

std::string quoted(const std::string& text) {
    return "`" + bounded(text, 40) + "`";
}

std::vector<Subject> subjects_of(const WalkTest& test) {
    return {{"test", test.kind + "-" + test.thing}, {test.kind, test.thing}};
}

EventKind told_by_begin(Exercise exercise) {
    return exercise == Exercise::drill ? drill_begun : test_mode_begun;
}
EventKind told_by_end(Exercise exercise) {
    return exercise == Exercise::drill ? drill_ended : test_mode_ended;
}

// Every thing that is to be walk-tested.
template <class Use>
void each_thing(const SiteOptions& options, const Use& use) {
    const auto all = [&](const char* kind, const auto& things) {
        for (const auto& thing : things) use(kind, thing.id);
    };
    all("door", options.doors);
    all("seal", options.seals);
    all("reader", options.readers);
    all("camera", options.cameras);
    all("cabinet", options.cabinets);
    all("light", options.lights);
    all("power", options.powers);
}

}  // namespace

std::span<const RecordKind> TestRegister::record_kinds() {
    return kinds;
}

void TestRegister::restore(const Record& record, const Circumstances& circumstances) {
    const auto& [kind, id] = record.subject;
    if (kind == "zone") {
        auto zone = read_fields<ZoneExercise>(record, circumstances.now);
        if (zone && zone->exercise != Exercise::none) zones_[id] = std::move(*zone);
    } else if (kind == "test" && id == register_id) {
        if (auto plan = read_fields<Plan>(record, circumstances.now)) {
            plan_ = *plan;
            planned_ = true;
        }
    } else if (kind == "test") {
        if (auto test = read_fields<WalkTest>(record, circumstances.now))
            tests_[id] = std::move(*test);
    }
}

void TestRegister::start(const Circumstances& circumstances) {
    started_ = circumstances.now.at;
    if (!plan_.since) plan_.since = started_;
    const auto every = circumstances.options.test.every;
    configured_.clear();
    each_thing(circumstances.options, [&](const char* kind, const std::string& thing) {
        const auto id = kind + ("-" + thing);
        configured_.insert(id);
        auto& test = tests_[id];
        test.kind = kind;
        test.thing = thing;
        if (test.state == WalkTestState::overdue) return;
        test.due_at.reset();
        if (every.count() == 0) return;
        test.due_at = test.passed_at ? *test.passed_at + every : first_due(id, every);
    });
    plan_.things = static_cast<std::int64_t>(configured_.size());
    find_marks(circumstances.options);
    find_deadline();
}

// What was never tested is due in the second half of the first period, each thing on its own day:
// all of a site on one day would be tested by nobody.
Uptime TestRegister::first_due(const std::string& id, std::chrono::hours every) const {
    const auto half = std::chrono::duration_cast<std::chrono::seconds>(every) / 2;
    const auto share = std::chrono::seconds{static_cast<std::int64_t>(
        fnv1a64(id) % static_cast<std::uint64_t>(std::max<std::int64_t>(half.count(), 1)))};
    return *plan_.since + std::chrono::duration_cast<std::chrono::seconds>(every) - share;
}

std::optional<Uptime> TestRegister::due(const std::string& id) const {
    const auto found = tests_.find(id);
    if (found == tests_.end()) return {};
    const auto& test = found->second;
    if (!test.due_at || test.state == WalkTestState::overdue) return {};
    return std::max(*test.due_at, test.tested_at ? started_ : started_ + grace);
}

void TestRegister::find_deadline() {
    next_.reset();
    for (const auto& id : configured_) next_ = sooner(next_, due(id));
    for (const auto& [id, zone] : zones_)
        if (zone.until) next_ = sooner(next_, std::max(*zone.until, started_));
    if (!planned_ && !configured_.empty()) next_ = sooner(next_, started_ + grace);
}

void TestRegister::tick(const Circumstances& circumstances, Events& events) {
    const auto& now = circumstances.now;
    if (!planned_ && !configured_.empty() && started_ + grace <= now.at) {
        planned_ = true;
        auto planned = make_event(test_planned, {{"test", register_id}}, now.at);
        write_fields(plan_, now, planned);
        events.push_back(std::move(planned));
    }
    for (const auto& id : configured_) {
        const auto at = due(id);
        if (!at || *at > now.at) continue;
        auto& test = tests_.at(id);
        test.state = next(test.state, WalkTestInput::time);
        auto told = make_event(test_due, subjects_of(test), now.at);
        write_fields(test, now, told);
        events.push_back(std::move(told));
    }
    std::vector<std::string> over;
    for (const auto& [id, zone] : zones_)
        if (zone.until && *zone.until <= now.at) over.push_back(id);
    for (const auto& id : over) end_by_time(id, circumstances, now.at, events);
    find_deadline();
}

void TestRegister::carry(const Circumstances& circumstances, Events& events) const {
    const auto& now = circumstances.now;
    if (planned_) events.push_back(carried_record({"test", register_id}, test_planned, plan_, now));
    for (const auto& [id, test] : tests_) {
        if (test.state == WalkTestState::untested) continue;
        const auto kind = test.state == WalkTestState::overdue ? test_due : test_recorded;
        events.push_back(carried_record({"test", id}, kind, test, now));
    }
    for (const auto& [id, zone] : zones_)
        events.push_back(carried_record({"zone", id}, told_by_begin(zone.exercise), zone, now));
}

void TestRegister::apply(const RecordTest& act, const Asked& asked, Events& events) {
    if (!may(act.person, right, asked, events)) return;
    const auto id = act.kind + "-" + act.subject;
    if (!configured_.contains(id) || tests_.at(id).kind != act.kind)
        return asked.refuse("unknown_thing",
                            "there is no " + quoted(act.kind) + " called " + quoted(act.subject) +
                                " here; `sealwarden status` shows what there is, and of that "
                                "doors, seals, readers, cameras, cabinets, lights and power "
                                "sources are tested",
                            events);
    auto& test = tests_.at(id);
    const bool passed = act.result == TestResult::passed;
    test.state = next(test.state, passed ? WalkTestInput::pass : WalkTestInput::fail);
    test.result = to_string(act.result);
    test.tester = act.person;
    test.positioned = act.positioned;
    test.note = act.note;
    test.tested_at = asked.now.at;
    if (passed) {
        test.passed_at = asked.now.at;
        const auto every = asked.options.test.every;
        test.due_at = every.count() > 0 ? std::optional{asked.now.at + every} : std::nullopt;
    }
    auto recorded = asked.event(test_recorded, subjects_of(test));
    recorded.subjects.push_back({"person", act.person});
    write_fields(test, asked.now, recorded);
    recorded.data["person"] = act.person;
    events.push_back(std::move(recorded));
    find_deadline();
}

void TestRegister::begin(const std::string& zone, ExerciseInput input, std::int64_t minutes,
                         const std::string& reason, const std::string& person, const Asked& asked,
                         Events& events) {
    if (!may(person, right, asked, events)) return;
    if (std::ranges::find(asked.options.zones, zone, &ZoneOptions::id) == asked.options.zones.end())
        return asked.refuse("unknown_zone",
                            "there is no zone " + quoted(zone) + "; [[zone]] configures them",
                            events);
    const auto longest = asked.options.test.longest_mode;
    if (minutes < 1 || minutes > longest.count())
        return asked.refuse("bad_time",
                            "a test or a drill lasts 1 to " + std::to_string(longest.count()) +
                                " minutes here (longest_mode of [test]), and not " +
                                std::to_string(minutes),
                            events);
    const auto found = zones_.find(zone);
    const auto now_in = found == zones_.end() ? Exercise::none : found->second.exercise;
    const auto to = next(now_in, input);
    if (!to)
        return asked.refuse("zone_busy",
                            "a " + std::string{to_string(now_in)} + " goes on in " + quoted(zone) +
                                "; end that first",
                            events);
    auto& begun = zones_[zone] = {.exercise = *to,
                                  .since = asked.now.at,
                                  .until = asked.now.at + std::chrono::minutes{minutes},
                                  .begun_by = person,
                                  .reason = reason};
    auto told = asked.event(told_by_begin(*to), {{"zone", zone}, {"person", person}});
    write_fields(begun, asked.now, told);
    told.data["person"] = person;
    told.data["minutes"] = minutes;
    events.push_back(std::move(told));
    find_marks(asked.options);
    find_deadline();
}

void TestRegister::end(const std::string& zone, ExerciseInput input, const std::string& person,
                       const std::string& result, const Asked& asked, Events& events) {
    if (!may(person, right, asked, events)) return;
    const auto found = zones_.find(zone);
    const auto was = found == zones_.end() ? Exercise::none : found->second.exercise;
    if (!next(was, input))
        return asked.refuse("nothing_to_end",
                            std::string{"no "} +
                                (input == ExerciseInput::end_drill ? "drill" : "test") +
                                " goes on in " + quoted(zone),
                            events);
    auto ended = std::move(found->second);
    ended.exercise = Exercise::none;
    zones_.erase(found);
    auto told = asked.event(told_by_end(was), {{"zone", zone}, {"person", person}});
    write_fields(ended, asked.now, told);
    told.data["person"] = person;
    told.data["why"] = std::string{"person"};
    if (!result.empty()) told.personal["result"] = result;
    events.push_back(std::move(told));
    find_marks(asked.options);
    find_deadline();
}

void TestRegister::end_by_time(const std::string& zone, const Circumstances& circumstances,
                               Uptime at, Events& events) {
    auto ended = zones_.at(zone);
    const auto was = ended.exercise;
    ended.exercise = next(was, ExerciseInput::time).value_or(Exercise::none);
    zones_.erase(zone);
    auto told = make_event(told_by_end(was), {{"zone", zone}}, at);
    write_fields(ended, circumstances.now, told);
    told.data["why"] = std::string{"time"};
    events.push_back(std::move(told));
    find_marks(circumstances.options);
}

void TestRegister::apply(const BeginTestMode& act, const Asked& asked, Events& events) {
    begin(act.zone, ExerciseInput::begin_test, act.minutes, act.reason, act.person, asked, events);
}
void TestRegister::apply(const EndTestMode& act, const Asked& asked, Events& events) {
    end(act.zone, ExerciseInput::end_test, act.person, {}, asked, events);
}
void TestRegister::apply(const BeginDrill& act, const Asked& asked, Events& events) {
    begin(act.zone, ExerciseInput::begin_drill, act.minutes, act.reason, act.person, asked, events);
}
void TestRegister::apply(const EndDrill& act, const Asked& asked, Events& events) {
    end(act.zone, ExerciseInput::end_drill, act.person, act.result, asked, events);
}

void TestRegister::find_marks(const SiteOptions& options) {
    marks_.clear();
    for (const auto& zone : options.zones) {
        const auto found = zones_.find(zone.id);
        if (found == zones_.end()) continue;
        for (const auto& thing : things_in(zone, options))
            marks_[thing].insert(found->second.exercise);
    }
}

// What is said of the response itself is real even then: an alarm of before, a case, a test's
// result.
void TestRegister::mark(Event& event) const {
    if (marks_.empty()) return;
    static constexpr std::array<std::string_view, 3> real{"alarm", "case", "test"};
    if (std::ranges::find(real, event.subjects.front().kind) != real.end()) return;
    for (const auto& subject : event.subjects) {
        const auto found = marks_.find(subject);
        if (found == marks_.end()) continue;
        for (const auto exercise : found->second)
            event.data[std::string{to_string(exercise)}] = true;
    }
}

}  // namespace sealwarden
