#include "firmware/core/outputs.hpp"

#include <algorithm>
#include <cassert>

#include "firmware/core/fact.hpp"
#include "firmware/core/response/may.hpp"

namespace sealwarden {
namespace {

using enum EventKind;

constexpr std::string_view right = "alarms";
constexpr std::int64_t longest_test = 60;  // seconds

bool gives_reason(EventKind kind) {
    return kind == alarm_raised || kind == alarm_repeated || kind == alarm_reminded ||
           kind == alarm_escalated;
}

bool names(const std::vector<std::string>& list, std::string_view one) {
    return std::ranges::find(list, one) != list.end();
}

OutputOptions nameless(OutputOptions options) {
    options.name = {};
    return options;
}

}  // namespace

std::string_view to_string(OutputState state) {
    switch (state) {
        case OutputState::off: return "off";
        case OutputState::on: return "on";
        case OutputState::spent: return "spent";
    }
    assert(!"every state has a name");
    return "?";
}

OutputState next(OutputState state, OutputInput input) {
    switch (input) {
        case OutputInput::reason: return OutputState::on;
        case OutputInput::none_left: return OutputState::off;
        case OutputInput::limit_over: return state == OutputState::on ? OutputState::spent : state;
    }
    assert(!"every input is known");
    return state;
}

void Output::alarm_changed(const Alarm& alarm, bool wants, bool anew, std::string_view cause,
                           Uptime at, Events& events) {
    const bool wanted = wanting_.contains(alarm.id);
    if (!wants) {
        if (!wanted) return;
        wanting_.erase(alarm.id);
        if (!wanting_.empty()) return;
        state_ = next(state_, OutputInput::none_left);
        limit_at_.reset();
        follow(at, "answered", {{"alarm", alarm.id}}, events);
        return;
    }
    wanting_.insert(alarm.id);
    if (wanted && !anew) return;
    state_ = next(state_, OutputInput::reason);
    limit_at_ = at + options_.limit;
    follow(at, cause, {{"alarm", alarm.id}}, events);
}

void Output::test(std::chrono::seconds time, const std::string& person, const Asked& asked,
                  Events& events) {
    const auto at = asked.now.at;
    const auto from = events.size();
    tested_until_ = at + time;
    follow(at, "test", {}, events);
    // One that was on already is: the test is an entry all the same.
    if (events.size() == from) {
        events.push_back(make_event(output_on, {subject()}, at));
        events.back().data["cause"] = std::string{"test"};
    }
    const auto answer = asked.event(output_on, {});
    for (const auto& [key, value] : answer.data) events[from].data[key] = value;
    events[from].data["seconds"] = std::int64_t{time.count()};
    events[from].data["person"] = person;
}

void Output::rest(Uptime now, Events& events) {
    wanting_.clear();
    state_ = OutputState::off;
    limit_at_.reset();
    tested_until_.reset();
    follow(now, "shutdown", {}, events);
}

void Output::follow(Uptime at, std::string_view cause, std::vector<Subject> because,
                    Events& events) {
    const bool on = state_ == OutputState::on || tested_until_.has_value();
    if (on == on_) return;
    on_ = on;
    since_ = at;
    std::vector<Subject> subjects{subject()};
    std::ranges::move(because, std::back_inserter(subjects));
    auto said = make_event(on ? output_on : output_off, std::move(subjects), at);
    said.data["cause"] = std::string{cause};
    events.push_back(std::move(said));
    weigh(at, events);
}

void Output::seen(const Reading& reading, Events& events) {
    if (reading.point != options_.point) return;
    const auto* value = reading.value();
    const auto* level = value == nullptr ? nullptr : std::get_if<bool>(value);
    seen_ = level == nullptr ? std::nullopt : std::optional{*level};
    weigh(reading.at, events);
}

// What cannot be read is its device's matter: nothing is said of it here.
void Output::weigh(Uptime at, Events& events) {
    if (!seen_) {
        differs_since_.reset();
        return;
    }
    if (*seen_ != on_) {
        if (!differs_since_) differs_since_ = at;
        return;
    }
    differs_since_.reset();
    if (!failed_) return;
    failed_ = false;
    events.push_back(make_event(output_well, {subject()}, at));
}

void Output::tick(Uptime now, Events& events) {
    if (tested_until_ && *tested_until_ <= now) {
        tested_until_.reset();
        follow(now, "test_over", {}, events);
    }
    if (limit_at_ && *limit_at_ <= now) {
        limit_at_.reset();
        state_ = next(state_, OutputInput::limit_over);
        follow(now, "limit", {}, events);
    }
    if (!failed_ && differs_since_ && *differs_since_ + options_.follows_within <= now) {
        failed_ = true;
        auto said = make_event(output_failed, {subject()}, now, differs_since_);
        said.data["commanded"] = on_;
        said.data["seen"] = *seen_;
        said.source = options_.point;
        events.push_back(std::move(said));
    }
}

std::optional<Uptime> Output::deadline() const {
    auto first = sooner(tested_until_, limit_at_);
    if (!failed_ && differs_since_)
        first = sooner(first, *differs_since_ + options_.follows_within);
    return first;
}

void Output::describe(State& state) const {
    state.subject = subject();
    state.since = since_;
    state.good = seen_.has_value();
    state.values["state"] = std::string{on_ ? "on" : "off"};
    state.values["on"] = on_;
    state.values["seen"] = seen_ ? Datum{*seen_} : Datum{};
    state.values["follows"] = !failed_;
    state.values["spent"] = state_ == OutputState::spent;
}

Outputs::Outputs(const SiteOptions& options) {
    for (const auto& one : options.outputs) outputs_.emplace_back(one);
    for (const auto& step : options.alarm.escalation) steps_[step.priority].push_back(step);
    for (auto& [prio, steps] : steps_)
        std::ranges::sort(steps, {}, [](const EscalationStep& step) {
            return std::pair{step.after, step.group};
        });
}

void Outputs::go_on(const Outputs& before) {
    for (auto& output : outputs_) {
        const auto same = std::ranges::find_if(before.outputs_, [&](const Output& old) {
            return nameless(old.options()) == nameless(output.options());
        });
        if (same == before.outputs_.end()) continue;
        auto options = output.options();
        output = *same;
        output.take_options(std::move(options));
        carried_.insert(output.options().id);
    }
}

void Outputs::restore(const std::vector<Alarm>& alarms, Uptime now, Events& events) {
    for (auto& output : outputs_) {
        if (carried_.contains(output.options().id)) continue;
        for (const auto& alarm : alarms) {
            if (alarm.kind == "output-failed" && alarm.active && alarm.source == output.subject())
                output.was_failing();
            const auto why = why_wanted(alarm, output);
            output.alarm_changed(alarm, !why.empty(), true, why, now, events);
        }
    }
    carried_.clear();
}

// "alarm", "escalation"; empty: it does not want it.
std::string_view Outputs::why_wanted(const Alarm& alarm, const Output& output) const {
    if (!alarm.waits() || alarm.silenced) return {};
    const auto priority = to_string(alarm.priority);
    if (const auto steps = steps_.find(std::string{priority}); steps != steps_.end()) {
        const auto told = std::min<std::size_t>(alarm.step, steps->second.size());
        for (std::size_t i = 0; i < told; ++i)
            if (names(output.options().groups, steps->second[i].group)) return "escalation";
    }
    return names(output.options().priorities, priority) ? "alarm" : std::string_view{};
}

void Outputs::take(const Event& event, Events& events) {
    if (outputs_.empty() || event.subjects.front().kind != "alarm") return;
    auto alarm = alarm_from(to_string(event.kind), event.data, event.at);
    if (!alarm) return;
    alarm->id = event.subjects.front().id;
    for (auto& output : outputs_) {
        const auto why = why_wanted(*alarm, output);
        output.alarm_changed(*alarm, !why.empty(), gives_reason(event.kind), why, event.at, events);
    }
}

void Outputs::apply(const TestOutput& act, const Asked& asked, Events& events) {
    if (!may(act.person, right, asked, events)) return;
    const auto found = std::ranges::find(outputs_, act.output,
                                         [](const Output& output) { return output.options().id; });
    if (found == outputs_.end()) {
        asked.refuse("unknown_output", "there is no output of that id", events);
    } else if (act.seconds < 1 || act.seconds > longest_test) {
        asked.refuse("bad_time", "a test takes 1 to 60 seconds", events);
    } else {
        found->test(std::chrono::seconds{act.seconds}, act.person, asked, events);
    }
}

void Outputs::apply(const Reading& reading, Events& events) {
    for (auto& output : outputs_) output.seen(reading, events);
}

void Outputs::tick(Uptime now, Events& events) {
    for (auto& output : outputs_) output.tick(now, events);
}

std::optional<Uptime> Outputs::deadline() const {
    std::optional<Uptime> first;
    for (const auto& output : outputs_) first = sooner(first, output.deadline());
    return first;
}

void Outputs::rest(Uptime now, Events& events) {
    for (auto& output : outputs_) output.rest(now, events);
}

void Outputs::describe(std::vector<State>& states) const {
    for (const auto& output : outputs_) output.describe(states.emplace_back());
}

std::vector<PointId> Outputs::points() const {
    std::vector<PointId> points;
    for (const auto& output : outputs_) points.push_back(output.options().point);
    return points;
}

}  // namespace sealwarden
